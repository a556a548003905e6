"""How far a sweep is, counted from the news: what every display of progress shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sociarium.count_text import one_or_many
from sociarium.exchange.quantity_text import duration, number
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.level import Level
from sociarium.experiment.run_length import BEGINNING, Reached, RunLength, share_of
from sociarium.ports.clock import Clock
from sociarium.ports.observer import (
    CallDone,
    MessageAdded,
    News,
    Pulling,
    Recounted,
    RunCancelled,
    RunDone,
    RunFailed,
    RunReturned,
    RunStarted,
    Stopping,
    SweepStarted,
    Waiting,
    WaitingOver,
)
from sociarium.runner.prediction import FinishedRuns, Total


@dataclass(slots=True)
class OpenRun:
    """A run that is played now.

    Attributes:
        messages: that it will have; 0 where that is not known.
        length: how far a feed goes.
        reached: how far it has come.
    """

    condition: Mapping[str, Level]
    messages: int
    spoken: int
    last_words: str = ""
    length: RunLength | None = None
    reached: Reached = BEGINNING

    def share(self, usual: float) -> float:
        """How much of it is done.

        Args:
            usual: messages of a finished run, for one that does not say how far it goes.
        """
        if self.length is not None:
            return self.length.share(self.reached)
        return share_of(self.spoken, self.messages or usual)


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Runs of a start that plays only some of them, or of its whole sweep.

    Attributes:
        total: that are done when the start is over.
        to_stay: of the sweep, left for a later start.
    """

    total: int
    done: int
    failed: int
    to_stay: int = 0

    @property
    def left(self) -> int:
        """Runs neither done nor failed."""
        return max(self.total - self.done - self.failed, 0)


@dataclass(frozen=True, slots=True)
class Wait:
    """What the work waits for, and since when on the clock's monotonic seconds."""

    what: str
    since: float


@dataclass(slots=True)
class SweepProgress:
    """What a display knows of a sweep, kept up to date by the news.

    Attributes:
        runs: of the whole sweep, as done and failed are; see `counts` for those that are shown.
        most: that this start plays at most; None: all.
    """

    clock: Clock
    title: str = ""
    offline: bool = False
    runs: int = 0
    done: int = 0
    failed: int = 0
    most: int | None = None
    done_here: int = 0
    failed_here: int = 0
    messages: int = 0
    messages_before: int = 0
    messages_of_done: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    began: float = 0.0
    open_runs: dict[str, OpenRun] = field(default_factory=dict)
    returned_runs: dict[str, OpenRun] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    remark: str = ""
    share_before: float = 0.0
    costs: FinishedRuns = field(default_factory=FinishedRuns)

    def update(self, news: News) -> None:
        """Count a piece of news."""
        match news:
            case SweepStarted():
                self.title, self.offline = news.title, news.offline
                self.runs, self.done, self.failed = news.runs, news.done, news.failed
                self.most = news.most
                self.messages_before = news.messages if news.most is None else 0
                self.began = self.clock.monotonic()
                self.share_before = self.share
            case RunStarted():
                self._begin_run(news)
            case MessageAdded():
                self.messages += 1
                if run := self.open_runs.get(news.run):
                    run.spoken += 1
                    run.reached = Reached(run.spoken, news.day, news.minute)
                    run.last_words = f"{news.author}: {news.content}"
            case CallDone():
                self.prompt_tokens += news.prompt_tokens
                self.completion_tokens += news.completion_tokens
            case RunDone():
                self.done += 1
                self.done_here += not news.elsewhere
                if news.counters.usage:
                    self.costs.take_cost(news.counters.cost)
                if run := self.open_runs.pop(news.run, None):
                    self.messages_of_done += run.spoken
            case RunFailed():
                self.failed += 1
                self.failed_here += not news.elsewhere
                self.open_runs.pop(news.run, None)
            case RunCancelled():
                self.runs -= 1
                self.open_runs.pop(news.run, None)
                self.returned_runs.pop(news.run, None)
            case RunReturned():
                if run := self.open_runs.pop(news.run, None):
                    self.returned_runs[news.run] = run
            case Recounted():
                self.runs, self.failed = news.runs, news.failed
            case Waiting():
                # The latest stands last; who goes on waiting has waited since before.
                before = self.waits.pop(news.source, None)
                self.waits[news.source] = Wait(news.what, before.since if before else self.clock.monotonic())
            case WaitingOver():
                self.waits.pop(news.source, None)
            case Pulling():
                self.remark = "" if news.done else _pulling_text(news)
            case Stopping():
                self.remark = news.why

    def _begin_run(self, news: RunStarted) -> None:
        returned, lost = self.returned_runs.pop(news.run, None), self.open_runs.get(news.run)
        before = returned or lost  # lost: by a worker that is gone
        opened = OpenRun(news.condition, news.messages, news.spoken, length=news.length, reached=news.reached)
        self.open_runs[news.run] = opened
        self.remark = ""
        if before is not None:
            self.messages_before += max(news.spoken - before.spoken, 0)
        else:
            self.messages_before += news.spoken
            if total := self.counts.total:
                self.share_before += opened.share(0) / total

    @property
    def note(self) -> str:
        """What is to be said just now: why the work stops or begins late, or what it waits for."""
        return self.remark or next((f"waiting for {wait.what}" for wait in reversed(list(self.waits.values()))), "")

    def alerts(self) -> list[str]:
        """Everything that the work waits for, the latest last, each with how long; and what else is to be said."""
        now = self.clock.monotonic()
        lines = [
            f"waiting for {wait.what}" + (f", for {duration(now - wait.since)}" if now - wait.since >= 1 else "")
            for wait in list(self.waits.values())
        ]
        return [*lines, self.remark] if self.remark else lines

    @property
    def all_messages(self) -> int:
        """Messages of the runs that are counted, those of earlier starts among them."""
        return self.messages_before + self.messages

    @property
    def open(self) -> int:
        """Runs that are played now."""
        return len(self.open_runs)

    @property
    def counts(self) -> RunCounts:
        """Runs of this start where it plays only some of them, else of the sweep."""
        if self.most is None:
            return RunCounts(self.runs, self.done, self.failed)
        ended = self.done_here + self.failed_here
        left = min(max(self.most - ended, 0), self.left)
        return RunCounts(ended + left, self.done_here, self.failed_here, self.left - left)

    @property
    def share(self) -> float:
        """How much of the runs that are counted is done, from 0 to 1: finished runs whole, open ones by their messages.

        Where nobody knows how many a run will have, those that were finished in this start tell it.
        """
        counts = self.counts
        if not counts.total:
            return 0.0
        usual = self.messages_of_done / self.done_here if self.done_here else 0
        open_runs = (run.share(usual) for run in [*self.open_runs.values(), *self.returned_runs.values()])
        return min((counts.done + counts.failed + sum(open_runs)) / counts.total, 1.0)

    @property
    def seconds(self) -> float:
        """Since this start."""
        return self.clock.monotonic() - self.began if self.began else 0.0

    @property
    def left(self) -> int:
        """Runs of the sweep neither done nor failed."""
        return max(self.runs - self.done - self.failed, 0)

    @property
    def rate(self) -> float:
        """Messages a second since this start."""
        return self.messages / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """By what was done in this start; None before anything was."""
        done_here = self.share - self.share_before
        if done_here <= 0 or not self.seconds:
            return None
        return self.seconds / done_here * (1 - self.share)

    @property
    def cost_left(self) -> Total | None:
        """US dollars, by the runs that were finished since this start; None before enough were, or without prices."""
        return None if self.costs.has_unpriced else self.costs.costs.remainder(self.counts.left)

    def line(self) -> str:
        """How it stands, and what is to be said just now, on a line."""
        return f"{self.figures()} · {self.note}" if self.note else self.figures()

    def figures(self) -> str:
        """How it stands, on a line."""
        remaining, counts, tokens = self.seconds_left, self.counts, self.prompt_tokens + self.completion_tokens
        parts = [
            f"{counts.done}/{counts.total} done",
            f"{counts.failed} failed",
            f"{counts.left} left",
            *([f"{counts.to_stay} for a later start"] if counts.to_stay else []),
            f"{self.rate:.1f} messages/s",
            f"{number(tokens)} {one_or_many(tokens, 'token')}",
        ]
        if counts.left and remaining is not None:
            parts.append(f"about {duration(remaining)} to go")
        if counts.left and (cost := self.cost_left) is not None and cost.high:
            parts.append(f"{cost.low:.2f} to {cost.high:.2f} USD to go")
        return " · ".join(parts)


def _pulling_text(news: Pulling) -> str:
    share = f" {100 * news.completed // news.total} % of {news.total / 1e9:.1f} GB" if news.total else ""
    return f"fetching {one_line(news.model)} into {one_line(news.address)}:{share or ' ' + one_line(news.status)}"
