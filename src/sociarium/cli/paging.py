"""What is longer than the screen, read a screen at a time, with search."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_NO_PAGER = "cat"


@contextmanager
def pager_around(screen: Console, *, pager: str, is_wanted: bool = True) -> Iterator[None]:
    """Show what is printed on a screen within the block: at once, or in a pager where it is longer than the screen.

    Where nobody sits at a real terminal, nothing is ever paged.

    Args:
        pager: the command that shows long texts; `cat`: none; an empty one: `less`, or our own without it.
        is_wanted: False: never page.
    """
    if not is_wanted or pager == _NO_PAGER or not screen.is_terminal or not _is_attended():
        yield
        return
    with screen.capture() as capture:
        yield
    text = capture.get()
    if _rows(text, screen.width) < screen.height:
        sys.stdout.write(text)
        return
    command = _command(pager)
    if command is None:
        _show_in_own_pager(screen, text)
    else:
        _show(command, text)


def _is_attended() -> bool:
    """Whether somebody can read a screen and press keys; the guided program reads commands without one."""
    try:
        return os.isatty(sys.stdout.fileno()) and os.isatty(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        return False


def _rows(text: str, width: int) -> int:
    """How many rows of a screen a text takes."""
    lines = Text.from_ansi(text).plain.removesuffix("\n").split("\n")
    return sum(max(1, -(-cell_len(line) // max(width, 1))) for line in lines)


def _command(pager: str) -> Sequence[str] | None:
    """The program that shows long texts, with colours; None where there is none."""
    with suppress(ValueError):  # a quotation that nobody closes
        words = shlex.split(pager)
        if words and (path := shutil.which(words[0])):
            return [path, "-R", *words[1:]] if Path(path).name == "less" else [path, *words[1:]]
    path = shutil.which("less")
    return [path, "-R"] if path else None


def _show(command: Sequence[str], text: str) -> None:
    sys.stdout.flush()
    # A pager has keys of its own for an interrupt, and ends when it is told to.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603  # what its user chose
            process.communicate(text.encode(errors="replace"))
    finally:
        signal.signal(signal.SIGINT, before)


def _show_in_own_pager(screen: Console, text: str) -> None:
    # Prompts are a third of the time in which a command starts, and nearly everybody has less.
    from sociarium.cli.questions.prompts import QuestionPrompts
    from sociarium.cli.wizard.pager import show_pages

    show_pages(QuestionPrompts(screen, lambda text: text), Text.from_ansi(text))
