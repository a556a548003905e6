"""Questions and answers in a terminal, for everything that the commands do; each time it shows the command that would
do the same. Esc goes one question back, Ctrl-C leaves."""

from __future__ import annotations

import sys

import typer

from sociarium.cli.display.command_hints import program
from sociarium.cli.wizard.menu import guided
from sociarium.errors import BadInput


def command() -> None:
    refuse_without_terminal("run FILE")
    raise typer.Exit(guided())


def refuse_without_terminal(instead: str) -> None:
    """Raise `BadInput` where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput(f"the guided program needs a terminal; use `{program()} {instead}`, or see `{program()} --help`")
