"""How far a deletion is."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class DeletionProgress:
    """A bar of the runs that are gone; nothing without a terminal."""

    def __init__(self, screen: Console, runs: int) -> None:
        columns = (TextColumn("deleting"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"), TimeRemainingColumn())
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
        """So many are gone by now."""
        self._progress.update(self._task, completed=runs)
