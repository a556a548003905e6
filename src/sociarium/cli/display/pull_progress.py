"""Downloads of models: a bar for each on a terminal, a line for each tenth anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import one_line
from sociarium.ports.observer import Pulling


class PullDisplay:
    """Shows how far downloads are; called with each piece of news while it is open."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._said = ""

    def __enter__(self) -> Self:
        self._bars.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.__exit__(kind, error, trace)

    def __call__(self, news: Pulling) -> None:
        """Take note."""
        name = f"{one_line(news.model, most=40)} into {one_line(news.address, most=40)}"
        if not self._console.is_terminal:
            self._line(name, news)
            return
        key = (news.model, news.address)
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(f"fetching {name}", total=None)
        self._bars.update(self._tasks[key], completed=news.completed, total=news.total or None)

    def _line(self, name: str, news: Pulling) -> None:
        tenth = f"{10 * (10 * news.completed // news.total)} %" if news.total else one_line(news.status)
        line = f"fetching {name}: {one_line(news.status) if news.done else tenth}"
        if line != self._said:
            self._said = line
            self._console.print(words(line))
