"""How far a long reading or writing is: a live line on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.text import Text

from sociarium.cli.display.output import console, number


@contextmanager
def show_count(doing: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show `doing` with the count that the given function is told.

    Args:
        quiet: show nothing, for `--json`.
    """
    screen = console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda _count: None
        return
    with screen.status(Text(doing)) as status:
        yield lambda count: status.update(Text(f"{doing}: {number(count)}"))
