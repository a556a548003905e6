"""How far a long reading or writing is: a live line on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer

from rich.console import Console
from rich.text import Text

from sociarium.cli.display.output import console, number

PATIENCE = 2.0
"""Seconds after which it is said that something takes long; what is over before needs no words."""


@contextmanager
def show_count(
    doing: str, *, quiet: bool, after: float = 0.0, screen: Console | None = None
) -> Iterator[Callable[[int], None]]:
    """Show `doing` with the count that the given function is told.

    Args:
        quiet: show nothing, for `--json`.
        after: seconds before anything is shown.
        screen: where; by default the error output, and only if that is a terminal.
    """
    screen = screen or console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda _count: None
        return
    status = screen.status(Text(doing))
    turn, is_over = Lock(), False

    def begin() -> None:
        with turn:
            if not is_over:
                status.start()

    timer = Timer(after, begin)
    timer.daemon = True
    if after:
        timer.start()
    else:
        begin()
    try:
        yield lambda count: status.update(Text(f"{doing}: {number(count)}"))
    finally:
        timer.cancel()
        with turn:
            is_over = True
            status.stop()
