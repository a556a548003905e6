"""Progress of a sweep: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sociarium.api.progress import SweepProgress
from sociarium.cli.display.conditions import varying_factors
from sociarium.cli.display.output import role_styles, words
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.ports.clock import Clock
from sociarium.ports.observer import (
    Learned,
    MessageAdded,
    News,
    Pulling,
    RunDone,
    RunFailed,
    Stopping,
    SweepStarted,
    Waiting,
)
from sociarium.records.lists import label_of

_LINES = 6
_ALERTS = 4
_SECONDS_BETWEEN_LINES = 10.0


def _learned_text(news: Learned) -> Text:
    return words(f"! {one_line(news.model, most=60)} {news.what}", "yellow")


class Progress(Protocol):
    """An observer that shows what it hears while it is open."""

    standing: SweepProgress

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave a clean screen."""
        ...

    def notice(self, news: News) -> None:
        """Take note."""
        ...


class LiveProgress:
    """A bar, the figures and the latest words, redrawn in place."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self.standing = SweepProgress(clock)
        self._console = console
        self._latest: deque[Text] = deque(maxlen=_LINES)
        self._styles: dict[str, str] = {}
        self._live = Live(get_renderable=self._picture, console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def notice(self, news: News) -> None:
        """Take note; the picture is drawn by its own thread."""
        self.standing.update(news)
        if isinstance(news, MessageAdded):
            if news.role not in self._styles:
                self._styles = role_styles([*self._styles, news.role])
            line = Text(f"{self._condition_of(news.run)}", style="dim")
            line.append(f"{one_line(news.author, most=40)}: ", style=self._styles[news.role])
            line.append(one_line(news.content, most=160), style="default")
            self._latest.append(line)
        elif isinstance(news, Learned):
            self._console.print(_learned_text(news), soft_wrap=True)  # above the picture, to stay
        elif isinstance(news, RunFailed):
            self._latest.append(Text(f"run {news.run[:8]} failed: {one_line(news.error, most=160)}", style="red"))

    def _condition_of(self, run: str) -> str:
        """The levels of a run's condition in which the open runs differ, in short."""
        open_runs = self.standing.open_runs
        if run not in open_runs:
            return ""
        factors = varying_factors([each.condition for each in list(open_runs.values())])
        levels = [label_of(open_runs[run].condition[name]) for name in factors if name in open_runs[run].condition]
        return f"{one_line(' · '.join(levels), most=30)}  " if levels else ""

    def _picture(self) -> RenderableType:
        standing = self.standing
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column(ratio=1)
        bar.add_column(justify="right")
        bar.add_row(ProgressBar(total=1.0, completed=standing.share), f"{100 * standing.share:.0f} %")
        label = " (offline: stand-in words)" if standing.offline else ""
        return Group(
            Text(f"{one_line(standing.title, most=60)}{label}", style="bold", overflow="ellipsis", no_wrap=True),
            bar,
            Text(standing.figures()),
            # What needs somebody is never cut.
            *(words(f"! {sanitize(alert)}", "yellow") for alert in standing.alerts()[-_ALERTS:]),
            *(Text.assemble("  ", line, overflow="ellipsis", no_wrap=True) for line in list(self._latest)),
            Text("Ctrl-C finishes the calls under way and saves; again: stops at once", style="dim"),
        )


class PlainProgress:
    """Lines for a file or a pipe: the beginning, one now and then, every failure."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self.standing = SweepProgress(clock)
        self._console = console
        self._last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def notice(self, news: News) -> None:
        """Take note, and print a line when one is due."""
        self.standing.update(news)
        match news:
            case SweepStarted():
                label = " (offline: stand-in words)" if news.offline else ""
                self._line(f"{one_line(news.title, most=60)}{label}: {self.standing.line()}")
            case RunFailed():
                self._line(f"run {news.run} failed: {one_line(news.error, most=300)}")
            case Learned():
                self._console.print(_learned_text(news), soft_wrap=True)
            case Stopping():  # at once: who presses Ctrl-C waits for it
                self._line(self.standing.note)
            case Waiting() | Pulling(done=False) if self._is_due():
                self._line(self.standing.note)
            case RunDone() if self._is_due():
                self._line(self.standing.line())

    def _is_due(self) -> bool:
        return self.standing.clock.monotonic() - self._last >= _SECONDS_BETWEEN_LINES

    def _line(self, text: str) -> None:
        self._last = self.standing.clock.monotonic()
        self._console.print(text, soft_wrap=True)


def progress(console: Console, clock: Clock) -> Progress:
    """The display that fits where the console writes."""
    return LiveProgress(console, clock) if console.is_terminal else PlainProgress(console, clock)
