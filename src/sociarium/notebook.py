"""Progress to watch from Python: in a notebook, on a terminal, or in lines of a file.

sociarium.run(experiment, store="study.db", observer=NotebookProgress())
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import StringIO
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sociarium.api.progress import SweepProgress
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.ports.clock import Clock, SystemClock
from sociarium.ports.observer import Learned, News, RunDone, RunFailed, Stopping, SweepStarted

_SECONDS_BETWEEN_DRAWINGS = 0.5
_SECONDS_BETWEEN_LINES = 10.0
_WIDTH = 100
"""Columns of the picture in a notebook."""
_MOST_REMARKS = 5
_PAGE = '<pre style="line-height: normal; white-space: pre-wrap">{code}</pre>'

Draw = Callable[[RenderableType], None]


class NotebookProgress:
    """An observer that shows how far a sweep is: a picture redrawn in place, or lines where nothing can be redrawn.

    It may be given to one start after another, not to two at once. What models and files say is shown harmless.

    Args:
        console: where it is shown; by default the notebook's cell, or standard error.
        clock: a port of time.
    """

    def __init__(self, *, console: Console | None = None, clock: Clock | None = None) -> None:
        self._console = console or Console(stderr=True, markup=False, highlight=False, emoji=False)
        self._clock = clock or SystemClock()
        self._live: Live | None = None
        self._draw: Draw | None = None
        self._begin()

    def __enter__(self) -> Self:
        self._begin()
        if self._console.is_jupyter:
            self._draw = _cell()
        elif self._console.is_terminal:
            self._live = Live(get_renderable=self._picture, console=self._console, refresh_per_second=4)
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)
            self._live = None
        elif self._standing.runs:
            self._show()

    def notice(self, news: News) -> None:
        """Take note; what is new is drawn now and then, and turning points at once."""
        self._standing.update(news)
        match news:
            case RunFailed():
                self._remarks.append(f"run {news.run[:8]} failed: {one_line(news.error, most=200)}")
            case Learned():
                self._remarks.append(sanitize(f"{one_line(news.model, most=60)} {news.what}"))
        is_turn = isinstance(news, SweepStarted | RunFailed | Learned | Stopping)
        if self._live is None and (is_turn or self._is_due(news)):
            self._show()

    def _begin(self) -> None:
        self._standing = SweepProgress(self._clock)
        self._remarks: list[str] = []
        self._printed = 0
        self._last = float("-inf")

    def _is_due(self, news: News) -> bool:
        since = self._clock.monotonic() - self._last
        if self._draw is not None:
            return since >= _SECONDS_BETWEEN_DRAWINGS
        return isinstance(news, RunDone) and since >= _SECONDS_BETWEEN_LINES

    def _show(self) -> None:
        self._last = self._clock.monotonic()
        if self._draw is not None:
            self._draw(self._picture())
            return
        for remark in self._remarks[self._printed :]:
            self._console.print(Text(remark), soft_wrap=True)
        self._printed = len(self._remarks)
        self._console.print(Text(f"{self._title()}: {sanitize(self._standing.line())}"), soft_wrap=True)

    def _title(self) -> str:
        label = " (offline: stand-in words)" if self._standing.offline else ""
        return f"{one_line(self._standing.title, most=60)}{label}"

    def _picture(self) -> RenderableType:
        standing = self._standing
        # A bar ends no line of its own; in a table it does.
        bar = Table.grid(expand=True)
        bar.add_row(ProgressBar(total=1.0, completed=standing.share))
        return Group(
            Text(self._title(), style="bold"),
            bar,
            Text(standing.figures()),
            *([Text(sanitize(standing.note), style="yellow")] if standing.note else []),
            *(Text(remark, style="red") for remark in self._remarks[-_MOST_REMARKS:]),
        )


def _cell() -> Draw:
    """Draws in the notebook's cell that runs now, each time in place of the last."""
    display: Any = import_module("IPython.display")
    handle = display.display(display.HTML(""), display_id=True)

    def draw(picture: RenderableType) -> None:
        handle.update(display.HTML(html_of(picture)))

    return draw


def html_of(picture: RenderableType) -> str:
    """A picture as HTML; texts in it are escaped."""
    recorder = Console(
        file=StringIO(), record=True, width=_WIDTH, force_jupyter=False, force_terminal=True, color_system="truecolor"
    )
    recorder.print(picture)
    return recorder.export_html(inline_styles=True, code_format=_PAGE)
