"""How far a sweep is, counted from the news: what every display of progress shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.exchange.quantity_text import duration, number
from sociarium.exchange.sanitize import one_line
from sociarium.ports.clock import Clock
from sociarium.ports.observer import (
    CallDone,
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
                self.remark = "" if news.done else _pulling_text(news)
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


def _pulling_text(news: Pulling) -> str:
    share = f" {100 * news.completed // news.total} % of {news.total / 1e9:.1f} GB" if news.total else ""
    return f"fetching {one_line(news.model)} into {one_line(news.address)}:{share or ' ' + one_line(news.status)}"
