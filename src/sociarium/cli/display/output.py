"""Consoles, and JSON on stdout."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from sociarium.cli.display.sentence_console import SentenceConsole
from sociarium.exchange.quantity_text import duration, number
from sociarium.exchange.sanitize import sanitize

__all__ = ["console", "duration", "number", "print_json", "print_with_indent", "role_styles", "words"]

_ROLE_STYLES = ("cyan", "magenta", "green", "bold cyan", "bold magenta", "bold green", "blue", "bold blue")
"""Read on light and on dark; yellow and red say that something is wrong."""


def console(*, stderr: bool = False) -> Console:
    """A console that reads no markup in what it prints, and breaks sentences between words.

    FORCE_COLOR colours what is piped, and makes no terminal of the pipe: nothing is drawn there. NO_COLOR wins over it.
    """
    stream = sys.stderr if stderr else sys.stdout
    is_terminal = stream.isatty()
    forced = bool(os.environ.get("FORCE_COLOR")) and not is_terminal
    return SentenceConsole(
        stderr=stderr,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
        force_terminal=is_terminal,
        color_system="standard" if forced else "auto",
    )


def print_json(value: Any) -> None:
    """One JSON document on stdout, ASCII, so that nothing in it can reach the terminal as a control."""
    sys.stdout.write(f"{json.dumps(value, indent=2)}\n")


def words(text: str, style: str = "") -> Text:
    """Text from models or files, harmless.

    Of a warning (`! ...`) only the sign is coloured: yellow words cannot be read on a light terminal.
    """
    harmless = sanitize(text)
    if style != "yellow" or not harmless.lstrip().startswith("! "):
        return Text(harmless, style=style)
    sign = harmless.index("!")
    return Text.assemble(harmless[:sign], ("!", "bold yellow"), harmless[sign + 1 :])


def print_with_indent(screen: Console, text: Text, columns: int) -> None:
    """Print a text some columns to the right, every line of it."""
    blank = Text(" " * columns)
    for line in text.wrap(screen, max(screen.width - columns, 10)):
        line.rstrip()
        screen.print(blank + line, soft_wrap=True)


def role_styles(roles: list[str]) -> dict[str, str]:
    """A colour for each role, in order; the name always stands beside it."""
    return {role: _ROLE_STYLES[i % len(_ROLE_STYLES)] for i, role in enumerate(dict.fromkeys(roles))}
