"""Asks what an experiment cannot be without, and shows it as a page on which everything is changed in any order. Esc
leaves a part; Ctrl-C leaves the program, and what is not saved can be kept as a draft."""

from __future__ import annotations

import typer

from sociarium.cli.commands.menu import refuse_without_terminal
from sociarium.cli.hub.menu import run_new
from sociarium.cli.logs import log_actions


def command(context: typer.Context) -> None:
    refuse_without_terminal("run", "FILE")
    log_actions("guided")
    raise typer.Exit(run_new(context.obj))
