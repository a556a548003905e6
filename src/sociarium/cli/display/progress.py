"""Progress of a sweep: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sociarium.cli.display.output import duration, number, role_styles, words
from sociarium.exchange.sanitize import one_line
from sociarium.ports.clock import Clock
from sociarium.ports.observer import (
    CallDone,
    Learned,
    MessageAdded,
    News,
    Pulling,
    RunDone,
    RunFailed,
    RunStarted,
    Stopping,
    SweepStarted,
    Waiting,
    WaitingOver,
)

_LINES = 6
_SECONDS_BETWEEN_LINES = 10.0
_RECENT_SECONDS = 30.0


@dataclass(slots=True)
class SweepProgress:
    """What a display knows of a sweep, kept up to date by the news."""

    clock: Clock
    title: str = ""
    offline: bool = False
    runs: int = 0
    done: int = 0
    failed: int = 0
    done_here: int = 0
    open: int = 0
    messages: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    began: float = 0.0
    waits: dict[str, str] = field(default_factory=dict)
    remark: str = ""

    def update(self, news: News) -> None:
        """Count a piece of news."""
        match news:
            case SweepStarted():
                self.title, self.offline = news.title, news.offline
                self.runs, self.done, self.failed = news.runs, news.done, news.failed
                self.began = self.clock.monotonic()
            case RunStarted():
                self.open += 1
                self.remark = ""
            case MessageAdded():
                self.messages += 1
            case CallDone():
                self.prompt_tokens += news.prompt_tokens
                self.completion_tokens += news.completion_tokens
            case RunDone():
                self.done += 1
                self.done_here += not news.elsewhere
                self.open -= not news.elsewhere
            case RunFailed():
                self.failed += 1
                self.open -= not news.elsewhere
            case Waiting():
                self.waits.pop(news.source, None)  # the latest stands last
                self.waits[news.source] = f"waiting for {news.what}"
            case WaitingOver():
                self.waits.pop(news.source, None)
            case Pulling():
                self.remark = "" if news.done else _fetching(news)
            case Stopping():
                self.remark = news.why

    @property
    def note(self) -> str:
        """What is to be said just now: why the work stops or begins late, or what it waits for."""
        return self.remark or next(reversed(list(self.waits.values())), "")

    @property
    def seconds(self) -> float:
        """Since this start."""
        return self.clock.monotonic() - self.began if self.began else 0.0

    @property
    def left(self) -> int:
        """Runs neither done nor failed."""
        return max(self.runs - self.done - self.failed, 0)

    @property
    def rate(self) -> float:
        """Messages a second since this start."""
        return self.messages / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """By the runs done in this start; None before the first."""
        if not self.done_here:
            return None
        return self.seconds / self.done_here * self.left

    def line(self) -> str:
        """How it stands, and what is to be said just now, on a line."""
        return f"{self.figures()} · {self.note}" if self.note else self.figures()

    def figures(self) -> str:
        """How it stands, on a line."""
        remaining = self.seconds_left
        parts = [
            f"{self.done}/{self.runs} done",
            f"{self.failed} failed",
            f"{self.left} left",
            f"{self.rate:.1f} messages/s",
            f"{number(self.prompt_tokens + self.completion_tokens)} tokens",
        ]
        if self.left and remaining is not None:
            parts.append(f"about {duration(remaining)} to go")
        return " · ".join(parts)


def _learned_text(news: Learned) -> Text:
    return words(f"! {one_line(news.model, most=60)} {news.what}", "yellow")


def _fetching(news: Pulling) -> str:
    share = f" {100 * news.completed // news.total} % of {news.total / 1e9:.1f} GB" if news.total else ""
    return f"fetching {one_line(news.model)} into {one_line(news.address)}:{share or ' ' + one_line(news.status)}"


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
            line = Text(f"{one_line(news.author, most=40)}: ", style=self._styles[news.role])
            line.append(one_line(news.content, most=160), style="default")
            self._latest.append(line)
        elif isinstance(news, Learned):
            self._console.print(_learned_text(news), soft_wrap=True)  # above the picture, to stay
        elif isinstance(news, RunFailed):
            self._latest.append(Text(f"run {news.run[:8]} failed: {one_line(news.error, most=160)}", style="red"))

    def _picture(self) -> RenderableType:
        standing = self.standing
        finished = standing.done + standing.failed
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column(ratio=1)
        bar.add_column(justify="right")
        share = f"{100 * finished / standing.runs:.0f} %" if standing.runs else ""
        bar.add_row(ProgressBar(total=max(standing.runs, 1), completed=finished), share)
        label = " (offline: stand-in words)" if standing.offline else ""
        return Group(
            Text(f"{one_line(standing.title, most=60)}{label}", style="bold", overflow="ellipsis", no_wrap=True),
            bar,
            Text(standing.figures(), overflow="ellipsis", no_wrap=True),
            *([Text(standing.note, style="yellow", overflow="ellipsis", no_wrap=True)] if standing.note else []),
            *(Text.assemble("  ", line, overflow="ellipsis", no_wrap=True) for line in list(self._latest)),
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
