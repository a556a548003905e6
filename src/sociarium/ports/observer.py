"""Progress: what the runner says while it works. Displays, logs and tests listen.

Concurrency: `notice` is called on the runner's event loop, one piece of news at a time, and must return at once.
Ordering: news of one run come in the order in which they happened; runs that go on at once mix theirs.
Ownership: whoever makes an observer ends it; the runner only notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sociarium.experiment.level import Level
from sociarium.experiment.run_length import BEGINNING, Reached, RunLength
from sociarium.records.runs import Counters
from sociarium.records.steering import SteeringOrder


@dataclass(frozen=True, slots=True)
class SweepStarted:
    """Work begins.

    Attributes:
        runs: planned in all, without those that are cancelled; done, failed: before this start.
        messages: that finished runs have.
        most: runs that this start plays at most; None: all that are left.
    """

    sweep: str
    experiment: str
    title: str
    runs: int
    done: int
    failed: int
    offline: bool
    messages: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run is taken up: new, or where it was left.

    Attributes:
        messages: that it will have, without those of its origin; 0 where that is not known beforehand.
        spoken: messages that stand already, without those of its origin.
        length: how far a feed goes; None of a conversation, whose messages say it.
        reached: how far it had come.
    """

    run: str
    condition: Mapping[str, Level]
    replicate: int
    resumed: bool
    messages: int = 0
    spoken: int = 0
    length: RunLength | None = None
    reached: Reached = BEGINNING


@dataclass(frozen=True, slots=True)
class CallDone:
    """A model answered."""

    run: str
    model: str
    purpose: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message was spoken in a run; day, minute: of a feed's post."""

    run: str
    author: str
    role: str
    content: str
    day: int = 0
    minute: int = 0


@dataclass(frozen=True, slots=True)
class RunDone:
    """A run came to its end; elsewhere: another worker brought it there."""

    run: str
    ended: str
    counters: Counters
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class RunFailed:
    """A run failed; the others go on."""

    run: str
    error: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """A run was taken out by an order; elsewhere: by another worker."""

    run: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class RunReturned:
    """A run that was open gave itself back, because an order says so; it is taken up again later."""

    run: str


@dataclass(frozen=True, slots=True)
class Steered:
    """An order of somebody is obeyed from now on."""

    order: SteeringOrder


@dataclass(frozen=True, slots=True)
class Recounted:
    """Runs that nobody plays were brought up to orders.

    Attributes:
        runs: in all, without those that are cancelled now.
        failed: without those that were given another chance.
    """

    runs: int
    failed: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The runner waits, and for what.

    Attributes:
        source: what waits; the next `Waiting` of the same source takes this one's place, and `WaitingOver` ends it.
    """

    what: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class WaitingOver:
    """What a source waited for is over."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """In which form a server wants a model to be asked; noticed once.

    Attributes:
        what: in words that go on from the model's name.
    """

    model: str
    what: str


@dataclass(frozen=True, slots=True)
class Pulling:
    """A model is fetched into a server.

    Attributes:
        status: in the server's words.
        completed, total: bytes of the parts known so far.
        done: the last that is told of it.
    """

    model: str
    address: str
    status: str
    completed: int
    total: int
    done: bool


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """One of several processes that play has ended before its work was done; the others take up its runs.

    Attributes:
        how: it ended, in words that go on from the process.
    """

    pid: int
    how: str


@dataclass(frozen=True, slots=True)
class Stopping:
    """Calls under way are finished, nothing new begins."""

    why: str


News = (
    SweepStarted
    | RunStarted
    | CallDone
    | MessageAdded
    | RunDone
    | RunFailed
    | RunCancelled
    | RunReturned
    | Steered
    | Recounted
    | Waiting
    | WaitingOver
    | Learned
    | Pulling
    | WorkerLost
    | Stopping
)


class Observer(Protocol):
    """Somebody who listens."""

    def notice(self, news: News) -> None:
        """Take note."""
        ...
