"""Questions and answers in a terminal, for everything that the commands do; each time it shows the command that would
do the same. Esc goes back, Ctrl-C leaves."""

from __future__ import annotations

import sys

import typer

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.hub.menu import run_menu
from sociarium.cli.logs import log_actions
from sociarium.cli.wizard.context import CommandCall
from sociarium.errors import BadInput


def command(context: typer.Context) -> None:
    raise typer.Exit(open_menu(context.obj))


def open_menu(call_command: CommandCall) -> int:
    """The guided program on this terminal; returns the exit code. Raises `BadInput` where there is none."""
    refuse_without_terminal("run", "FILE")
    log_actions("guided")
    return run_menu(call_command)


def refuse_without_terminal(*instead: str) -> None:
    """Raise `BadInput` where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput(
            f"the guided program needs a terminal; use `{pasteable(*instead)}`, or see `{pasteable('--help')}`"
        )
