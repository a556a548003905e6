"""What goes with a deletion, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sociarium.exchange.sanitize import one_line

_LONGEST_NAME = 60


def loss_text(of_others: Mapping[tuple[str, str], int]) -> str:
    """What others lose by a deletion, in words that go on from what is deleted; empty where that is nothing.

    Args:
        of_others: what it is and whose -> how many, as `work_of_others` has it.
    """
    if not of_others:
        return ""
    parts = (
        f"{count:,} {what if count != 1 else what.removesuffix('s')} by {one_line(name, most=_LONGEST_NAME)}"
        for (what, name), count in sorted(of_others.items())
    )
    return f", with what others left beside them: {', '.join(parts)}"


class DeletionProgress:
    """A bar of the runs that are gone; nothing without a terminal."""

    def __init__(self, screen: Console, runs: int) -> None:
        columns = (TextColumn("deleting"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"), TimeRemainingColumn())
        self._runs = runs
        self._progress = Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
        self._task = self._progress.add_task("", total=runs)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def update(self, runs: int) -> None:
        """So many are gone by now, the writing of people among them."""
        self._progress.update(self._task, completed=min(runs, self._runs))
