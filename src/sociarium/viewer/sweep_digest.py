"""How sweeps stand, each read in one pass over its places by the function of `sociarium status`."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sociarium.exchange.sanitize import one_line
from sociarium.experiment.sweep import Level
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState, RunStatus, SweepSlot, Worker
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.faults import Faults, is_flagged, run_counts, unusable_count
from sociarium.runner.library.status import Counts, SweepStatus, sweep_status
from sociarium.viewer.cache import Cache

HOLLOW = 0.5
"""A run is mostly empty when more than this share of what it was asked for is worth nothing."""
_MOST_NAMED = 12
_NUMBERS = re.compile(r"\d[\d.,]*|[0-9a-f]{8,}")


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed, at its first place.

    Attributes:
        condition: factor -> level.
    """

    run: str
    replicate: int
    condition: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class Cause:
    """Failures that differ in numbers alone.

    Attributes:
        error: of the last one.
        runs: some of them; `count` says how many there are.
        last: when the last one failed.
    """

    error: str
    count: int
    runs: tuple[FailedRun, ...]
    last: str | None


@dataclass(frozen=True, slots=True)
class SweepDigest:
    """A sweep as it stands.

    Attributes:
        flagged, hollow: runs that are done and have a flag; that are mostly empty.
        tokens: read, written, of all runs that were let go of.
        started, finished: of the first run that was taken up, of the last one that was let go of.
        finishes: when each run was done, with its messages; for the rate.
        running: those that are held by a live worker.
        workers: the live ones.
        people: who ran it.
        factors: those in which its conditions differ.
        left: why the last start left it before its end, and when; None where it did not, or goes on.
        is_in_levels: whether it has so many conditions that status counts them by level.
    """

    counts: Counts
    messages: int
    tokens: tuple[int, int]
    flagged: int
    hollow: int
    causes: tuple[Cause, ...]
    started: str | None
    finished: str | None
    finishes: tuple[tuple[str, int], ...]
    running: tuple[RunStatus, ...]
    workers: tuple[Worker, ...]
    people: tuple[str, ...]
    factors: tuple[str, ...]
    faults: Faults
    left: SteeringOrder | None = None

    @property
    def is_live(self) -> bool:
        """Whether somebody works on it."""
        return bool(self.workers)

    @property
    def is_complete(self) -> bool:
        """Whether it is done, each run of it."""
        return self.counts.done == self.counts.total

    @property
    def state(self) -> str:
        """In a word."""
        if self.is_live:
            return "running"
        if self.is_complete:
            return "done"
        if not self.counts.left:
            return "ended"
        return "stopped" if self.started else "not begun"


def is_hollow(status: RunStatus) -> bool:
    """Whether a done run is mostly empty."""
    counts = run_counts(status.counters)
    if counts is None:
        return False
    counts_by_whole = {what: counts.get(what, 0) for what in ("messages", "steps", "people")}
    empty = sum(unusable_count(counts, what) for what in counts_by_whole)
    return bool(counts.get("silent_runs")) or empty > HOLLOW * sum(counts_by_whole.values())


def has_flags(status: RunStatus) -> bool:
    """Whether anything of a done run is flagged."""
    counts = run_counts(status.counters)
    return counts is not None and is_flagged(counts)


def digest(
    store: Store, sweep: SweepRecord, *, me: Worker, notice: Callable[[SweepSlot], None] = lambda _place: None
) -> SweepDigest:
    """Read a sweep.

    Args:
        me: who asks, which says what "this machine" is.
        notice: is shown each place, for what a page wants beside it.
    """
    gathered = _Gathered()

    def take(place: SweepSlot) -> None:
        notice(place)
        gathered.take(place)

    status = sweep_status(store, sweep, me=me, notice=take)
    live = set(status.workers)
    return SweepDigest(
        counts=status.counts,
        messages=status.messages,
        tokens=(gathered.read, gathered.written),
        flagged=gathered.flagged,
        hollow=gathered.hollow,
        causes=causes(gathered.failed),
        started=gathered.started,
        finished=gathered.finished,
        finishes=tuple(sorted(gathered.finishes)),
        running=tuple(one for one in gathered.running if one.worker in live),
        workers=tuple(status.workers.values()),
        people=tuple(gathered.people),
        factors=tuple(status.factors),
        faults=status.faults,
        left=_leaving(status, gathered.finished),
    )


def _leaving(status: SweepStatus, finished: str | None) -> SteeringOrder | None:
    """Why the last start left a sweep; one after it whose runs ended left it without a word, as a power cut does."""
    left = status.left
    goes_on = left is None or status.workers or not status.counts.left or (finished or "") > left.at
    return None if goes_on else left


def causes(failed: Iterable[SweepSlot]) -> tuple[Cause, ...]:
    """Failures by cause, the most frequent first."""
    groups: dict[str, list[SweepSlot]] = {}
    for place in failed:
        groups.setdefault(_NUMBERS.sub("0", place.status.error or ""), []).append(place)
    result = [_cause(places) for places in groups.values()]
    return tuple(sorted(result, key=lambda cause: -cause.count))


def _cause(places: list[SweepSlot]) -> Cause:
    latest = max(places, key=lambda place: place.status.finished or "")
    runs = tuple(FailedRun(place.status.run, place.replicate, place.condition) for place in places[:_MOST_NAMED])
    error = one_line(latest.status.error or "it says nothing of its cause", most=600)
    return Cause(error, len(places), runs, latest.status.finished)


@dataclass(slots=True)
class _Gathered:
    """What is gathered from run to run."""

    read: int = 0
    written: int = 0
    flagged: int = 0
    hollow: int = 0
    started: str | None = None
    finished: str | None = None
    finishes: list[tuple[str, int]] = field(default_factory=list)
    failed: list[SweepSlot] = field(default_factory=list)
    running: list[RunStatus] = field(default_factory=list)
    people: Counter[str] = field(default_factory=Counter)
    _seen: set[int] = field(default_factory=set)

    def take(self, place: SweepSlot) -> None:
        """Take a place; a run that has several counts once."""
        status = place.status
        key = int(status.run, 16)
        if key in self._seen:
            return
        self._seen.add(key)
        self.read += status.counters.prompt_tokens
        self.written += status.counters.completion_tokens
        if status.by:
            self.people[status.by] += 1
        if status.started and (self.started is None or status.started < self.started):
            self.started = status.started
        if status.finished and (self.finished is None or status.finished > self.finished):
            self.finished = status.finished
        match status.state:
            case RunState.DONE:
                self.flagged += has_flags(status)
                self.hollow += is_hollow(status)
                if status.finished:
                    self.finishes.append((status.finished, status.counters.messages))
            case RunState.FAILED:
                self.failed.append(place)
            case RunState.RUNNING:
                self.running.append(status)


class SweepDigests:
    """Digests for lists."""

    def __init__(self, store: Store, me: Worker, *, now: Callable[[], float] = time.monotonic) -> None:
        self.me = me
        self._store = store
        self._known: Cache[str, SweepDigest] = Cache(lambda read: read.is_complete, now=now)

    def of(self, sweep: SweepRecord) -> SweepDigest:
        """How a sweep stands."""
        return self._known.get(sweep.id, lambda: digest(self._store, sweep, me=self.me))

    def forget(self, sweep: str) -> None:
        """Read a sweep again: somebody changed it."""
        self._known.forget(lambda known: known == sweep)
