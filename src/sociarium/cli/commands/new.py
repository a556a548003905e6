"""Asks what an experiment needs, one question after the other, shows the prompts that come of it, and saves it. Esc
goes one question back; Ctrl-C leaves, and what was answered can be kept as a draft."""

from __future__ import annotations

import typer

from sociarium.cli.commands.menu import refuse_without_terminal
from sociarium.cli.hub.menu import run_new


def command() -> None:
    refuse_without_terminal("run FILE")
    raise typer.Exit(run_new())
