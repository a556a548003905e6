"""Progress of a sweep: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from sociarium.api.progress import SweepProgress
from sociarium.cli.display.conditions import SeenLevels
from sociarium.cli.display.output import number, role_styles, words
from sociarium.cli.display.sweep_picture import (
    MOST_LINES,
    SweepView,
    cost_left_text,
    last_words_line,
    pace_texts,
    sweep_picture,
)
from sociarium.count_text import one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.steering_text import history_line
from sociarium.ports.clock import Clock
from sociarium.ports.observer import (
    Learned,
    MessageAdded,
    News,
    Pulling,
    RunDone,
    RunFailed,
    RunStarted,
    Steered,
    Stopping,
    SweepStarted,
    Waiting,
    WorkerLost,
)
from sociarium.records.lists import label_of

_ALERTS = 4
_SECONDS_BETWEEN_LINES = 10.0


def _learned_text(news: Learned) -> Text:
    return words(f"! {one_line(news.model, most=60)} {news.what}", "yellow")


def _lost_text(news: WorkerLost) -> Text:
    return words(f"! the process {news.pid} {one_line(news.how)}; the others take up its runs", "yellow")


def _steered_text(news: Steered) -> Text:
    return words(f"! {history_line(news.order)}", "yellow")


class ProgressDisplay(Protocol):
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
        self._latest: deque[Text] = deque(maxlen=MOST_LINES)
        self._styles: dict[str, str] = {}
        self._seen = SeenLevels()
        self._live = Live(get_renderable=self.picture, console=console, refresh_per_second=8, transient=True)

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
        if isinstance(news, RunStarted):
            self._seen.add(news.condition)
        elif isinstance(news, MessageAdded):
            if news.role not in self._styles:
                self._styles = role_styles([*self._styles, news.role])
            line = last_words_line(
                news.author, news.content, where=self._condition_of(news.run), style=self._styles[news.role]
            )
            self._latest.append(line)
        elif isinstance(news, Learned):
            self._console.print(_learned_text(news))  # above the picture, to stay
        elif isinstance(news, WorkerLost):
            self._console.print(_lost_text(news))
        elif isinstance(news, Steered):
            self._console.print(_steered_text(news))
        elif isinstance(news, RunFailed):
            self._latest.append(Text(f"run {news.run[:8]} failed: {one_line(news.error, most=160)}", style="red"))

    def picture(self) -> RenderableType:
        """What stands on the screen now."""
        standing, counts = self.standing, self.standing.counts
        tokens = standing.prompt_tokens + standing.completion_tokens
        rate, *left = pace_texts(standing.rate, standing.seconds_left if counts.left else None)
        if counts.left and (cost := standing.cost_left) is not None and cost.high:
            left.append(cost_left_text(cost))
        return sweep_picture(
            SweepView(
                title=f"{standing.title}{' (offline: stand-in words)' if standing.offline else ''}",
                share=standing.share,
                messages=standing.all_messages,
                counts=[
                    ("done", counts.done),
                    ("at work", standing.open),
                    ("failed", counts.failed),
                    ("to come", max(counts.left - standing.open, 0)),
                    ("for a later start", counts.to_stay),
                ],
                pace=[rate, f"{number(tokens)} {one_or_many(tokens, 'token')}", *left],
                alerts=standing.alerts()[-_ALERTS:],
                latest=list(self._latest),
                hint="Ctrl-C finishes the calls under way and saves; again: stops at once",
            )
        )

    def _condition_of(self, run: str) -> str:
        """The levels of a run's condition in which the runs so far differ, in short."""
        if (open_run := self.standing.open_runs.get(run)) is None:
            return ""
        condition = open_run.condition
        return " · ".join(label_of(condition[name]) for name in self._seen.varying if name in condition)


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
                self._console.print(_learned_text(news))
            case WorkerLost():
                self._console.print(_lost_text(news))
            case Steered():
                self._console.print(_steered_text(news))
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
        self._console.print(text)


def progress(console: Console, clock: Clock) -> ProgressDisplay:
    """The display that fits where the console writes; a terminal that can only write lines gets lines."""
    is_drawn = console.is_terminal and not console.is_dumb_terminal
    return LiveProgress(console, clock) if is_drawn else PlainProgress(console, clock)
