"""How a sweep stands: its different runs by state, in one pass over its places."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sociarium.experiment.level import Level
from sociarium.ports.store import Store
from sociarium.records.hardware import hardware_kind
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import OlderRun, RunState, RunStatus, SweepSlot, Worker, has_other_rules
from sociarium.records.steering import SteeringOrder, steering_state
from sociarium.runner.library.faults import ConditionGroup, Faults, run_counts
from sociarium.runner.prediction import FinishedRuns, TimeAndCost
from sociarium.runner.workers.liveness import HALTED, has_left

_MOST_CONDITIONS = 30
"""With more they are told by level of each factor: nobody reads a longer table."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Runs of a sweep; runs that were not reached yet are pending."""

    pending: int
    running: int
    done: int
    failed: int
    cancelled: int = 0

    @property
    def total(self) -> int:
        """All runs of the sweep."""
        return self.left + self.ended

    @property
    def left(self) -> int:
        """Runs that are played still, or will be."""
        return self.pending + self.running

    @property
    def ended(self) -> int:
        """Runs of which nothing more comes unless somebody asks for it."""
        return self.done + self.failed + self.cancelled

    def as_dict(self) -> dict[str, int]:
        """As `--json` prints it."""
        return asdict(self)


@dataclass(slots=True)
class SweepStatus:
    """What one pass over a sweep's places comes to.

    Attributes:
        counts: a run whose worker is seen to be gone counts as pending, because the next start takes it up.
        placed: how many of the sweep's positions were reached so far.
        messages: of all runs that were let go of.
        failures: run and error of each.
        by_level: whether `groups` are levels, not conditions.
        groups: places by state, for each condition or level; a run counts as in `counts`.
        factors: those in which the places differ.
        workers: by id, those who hold runs or wait for somebody's word to take them up, and are not seen to be gone.
        done_by_protocol: finished runs by the protocol that they were played by; those without a journal left out.
        old: finished runs of other rules than those that were asked about.
        old_unfinished: runs of other rules that are neither done nor cancelled.
        old_failed: how many of these failed.
        old_groups: places of `old`, for each condition or level.
        faults: what is empty, skipped or invalid in those that are done.
        finished: what those that are done cost, and how long they took.
        hardware: of those that are done, by model, calls on each kind that is known (see `hardware_kind`).
        stopped: the record that the sweep came to its declared end.
        left: why the last start that left it before its end did; None where none did.
    """

    counts: Counts
    placed: int
    messages: int
    failures: list[tuple[str, str]]
    by_level: bool
    groups: Mapping[ConditionGroup, Counter[RunState]]
    factors: list[str]
    workers: Mapping[str, Worker]
    done_by_protocol: Mapping[int, int]
    old: Sequence[OlderRun]
    old_unfinished: Sequence[str]
    old_failed: int
    old_groups: Mapping[ConditionGroup, int]
    faults: Faults
    finished: FinishedRuns = field(default_factory=FinishedRuns)
    hardware: Mapping[str, Counter[str]] = field(default_factory=dict)
    stopped: SteeringOrder | None = None
    left: SteeringOrder | None = None

    @property
    def time_and_cost(self) -> TimeAndCost | None:
        """What the runs that are left will take, by those that are done; None before enough are, and after the end."""
        if self.stopped is not None:
            return None
        open_runs = sum(
            int(number) for one in self.workers.values() if isinstance(number := one.doing.get("open"), int)
        )
        return self.finished.time_and_cost(self.counts.left, open_runs=open_runs)


def distinct(places: Iterable[SweepSlot]) -> Iterable[SweepSlot]:
    """The places without those whose run stood at an earlier one."""
    numbers: set[int] = set()
    for place in places:
        key = int(place.status.run, 16)
        if key not in numbers:
            numbers.add(key)
            yield place


@dataclass(slots=True)
class _Pass:
    """What is gathered from place to place."""

    by_level: bool
    protocol: int | None
    protocols: Counter[int] = field(default_factory=Counter)
    old: list[OlderRun] = field(default_factory=list)
    old_unfinished: list[str] = field(default_factory=list)
    old_failed: int = 0
    old_groups: Counter[ConditionGroup] = field(default_factory=Counter)
    states: Counter[RunState] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    returned_by: set[str] = field(default_factory=set)
    held_groups: Counter[tuple[ConditionGroup, str]] = field(default_factory=Counter)
    messages: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    groups: dict[ConditionGroup, Counter[RunState]] = field(default_factory=lambda: defaultdict(Counter))
    levels: dict[str, set[Level | None]] = field(default_factory=dict)
    places: int = 0
    faults: Faults = field(default_factory=Faults)
    finished: FinishedRuns = field(default_factory=FinishedRuns)
    hardware: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def take(self, place: SweepSlot) -> None:
        """A place of whatever run."""
        condition = tuple(place.condition.items())
        groups: list[ConditionGroup] = [(level,) for level in condition] if self.by_level else [condition]
        for group in groups:
            self.groups[group][place.status.state] += 1
            if place.status.state is RunState.RUNNING and place.status.worker:
                self.held_groups[group, place.status.worker] += 1
            self.old_groups[group] += place.status.state is RunState.DONE and self._is_old(place.status)
        if place.status.state is RunState.DONE and (counts := run_counts(place.status.counters)):
            self.faults.take(counts, condition, groups)
        for factor, level in condition:
            # A factor that earlier places lack differs from them.
            self.levels.setdefault(factor, {None} if self.places else set()).add(level)
        for factor, labels in self.levels.items():
            if factor not in place.condition:
                labels.add(None)
        self.places += 1

    def take_run(self, place: SweepSlot) -> None:
        """The first place of a run."""
        status = place.status
        self.states[status.state] += 1
        if status.state is RunState.DONE and status.protocol > 0:
            self.protocols[status.protocol] += 1
        if self._is_old(status):
            if status.state is RunState.DONE:
                self.old.append(OlderRun(status.run, status.protocol))
            elif status.state is not RunState.CANCELLED:
                self.old_unfinished.append(status.run)
                self.old_failed += status.state is RunState.FAILED
        self.messages += status.counters.messages
        self.finished.take(status)
        if status.state is RunState.DONE:
            self.faults.take_run(status.run, status.counters)
            for one in status.counters.by_model or ():
                for address, kind, calls in one.usage.places if one.usage else ():
                    self.hardware[one.model][hardware_kind(address, kind)] += calls
        if status.state is RunState.RUNNING and status.worker:
            self.held[status.worker] += 1
        elif status.state is RunState.PENDING and status.worker:
            self.returned_by.add(status.worker)
        elif status.state is RunState.FAILED:
            self.failures.append((status.run, status.error or ""))

    def release(self, gone: Collection[str]) -> None:
        """Count the runs of workers that are gone as pending: the next start takes them up."""
        for (group, worker), places in self.held_groups.items():
            if worker in gone:
                self.groups[group][RunState.RUNNING] -= places
                self.groups[group][RunState.PENDING] += places

    def _is_old(self, status: RunStatus) -> bool:
        return self.protocol is not None and has_other_rules(status, self.protocol)


def sweep_status(
    store: Store,
    sweep: SweepRecord,
    *,
    me: Worker,
    protocol: int | None = None,
    notice: Callable[[SweepSlot], None] = lambda _place: None,
) -> SweepStatus:
    """Count a sweep's runs, and look who works on them.

    Args:
        protocol: by which this version plays the sweep, to tell runs of other rules apart; None: nobody asks.
        notice: is shown each place, so that who wants more of them reads them once.
    """
    tally = _Pass(by_level=sweep.conditions > _MOST_CONDITIONS, protocol=protocol)

    def take_places() -> Iterable[SweepSlot]:
        for place in store.slots(sweep.id):
            tally.take(place)
            notice(place)
            yield place

    for place in distinct(take_places()):
        tally.take_run(place)
    workers = _workers(store, sweep, tally)
    gone = {id_ for id_, worker in workers.items() if is_seen_gone(worker, me)}
    tally.release(gone)
    running = tally.states[RunState.RUNNING] - sum(tally.held[id_] for id_ in gone)
    ended = [tally.states[state] for state in (RunState.DONE, RunState.FAILED, RunState.CANCELLED)]
    # Where every position was reached, what stands there says how many runs there are; the plan says it before.
    distinct_runs = tally.states.total()
    total = distinct_runs if tally.places >= sweep.conditions * sweep.replicates else max(sweep.runs, distinct_runs)
    state = steering_state(store.orders(sweep.id))
    return SweepStatus(
        Counts(total - sum(ended) - running, running, *ended),
        tally.places,
        tally.messages,
        tally.failures,
        tally.by_level,
        tally.groups,
        [factor for factor, labels in tally.levels.items() if len(labels) > 1],
        {id_: worker for id_, worker in workers.items() if id_ not in gone},
        tally.protocols,
        tally.old,
        tally.old_unfinished,
        tally.old_failed,
        tally.old_groups,
        tally.faults,
        tally.finished,
        tally.hardware,
        state.stopped,
        state.left,
    )


def _workers(store: Store, sweep: SweepRecord, tally: _Pass) -> dict[str, Worker]:
    """Those who hold runs, and those who wait for somebody's word to take them up."""
    waiting = store.workers(sorted(tally.returned_by - tally.held.keys()))
    return dict(store.workers(list(tally.held))) | {
        id_: worker for id_, worker in waiting.items() if waits_for_word(worker, sweep.id)
    }


def waits_for_word(worker: Worker, sweep: str) -> bool:
    """Whether a process holds no run of a sweep and waits for somebody's word, such as the end of a pause."""
    return bool(worker.doing.get(HALTED)) and worker.doing.get("sweep") == sweep


def is_seen_gone(worker: Worker, me: Worker) -> bool:
    """Whether somebody else's process has left."""
    return worker.id != me.id and has_left(worker, me)


class RunStates:
    """States of runs as people are told them; each worker is looked up once.

    Args:
        me: who asks, which says what "this machine" is.
    """

    def __init__(self, store: Store, me: Worker) -> None:
        self._store = store
        self._me = me
        self._gone: dict[str, bool] = {}

    def of(self, status: RunStatus) -> RunState:
        """The state; a run whose worker is seen to be gone is pending, because the next start takes it up."""
        if status.state is not RunState.RUNNING or not status.worker:
            return status.state
        if status.worker not in self._gone:
            worker = self._store.workers([status.worker]).get(status.worker)
            self._gone[status.worker] = worker is not None and is_seen_gone(worker, self._me)
        return RunState.PENDING if self._gone[status.worker] else status.state


def counts(store: Store, sweep: SweepRecord, *, me: Worker) -> Counts:
    """Count a sweep's runs."""
    return sweep_status(store, sweep, me=me).counts
