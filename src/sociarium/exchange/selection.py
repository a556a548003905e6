"""What an export is about: an experiment, a sweep or a run, and which of its runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import Experiment, SweepRecord, Version
from sociarium.records.runs import RunState, RunStatus, SweepSlot, protocol_of_run
from sociarium.runner.library.status import distinct


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are taken: those of a state, of some levels.

    Attributes:
        levels: factor -> level, as it is written.
        begun_only: leave out runs that nobody took up yet.
    """

    state: RunState | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    begun_only: bool = True

    def takes(self, slot: SweepSlot) -> bool:
        """Whether the run in a slot is taken."""
        state = slot.status.state
        if (self.begun_only and not has_begun(slot.status)) or self.state not in {None, state}:
            return False
        condition = slot.condition
        return all(
            factor in condition and label_of(condition[factor]) == level for factor, level in self.levels.items()
        )


def has_begun(status: RunStatus) -> bool:
    """Whether a run was taken up, and so may have words: one that waits to go on is begun, whoever stopped it."""
    return status.started is not None or status.state not in {RunState.PENDING, RunState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a store.

    Attributes:
        version: of the document: the sweep's, or the latest of the experiment.
        sweeps: the latest first.
        run: where only one is meant.
        left_out: sweeps of colleagues who ran the experiment with changes of their own: other conditions than it says.
        earlier: sweeps of versions before that: of their runs those are in that a later sweep has, too.
        kind: of what is meant.
    """

    experiment: Experiment
    version: Version
    sweeps: tuple[SweepRecord, ...]
    run: str | None = None
    left_out: tuple[SweepRecord, ...] = ()
    earlier: tuple[SweepRecord, ...] = ()
    kind: Literal["experiment", "sweep", "run"] = "experiment"

    @property
    def log_name(self) -> str:
        """What is meant, as logs have it: kinds and whole ids."""
        experiment = f"the experiment {self.experiment.id} {self.experiment.title!r}"
        if self.kind == "run":
            return f"the run {self.run} of {experiment}"
        sweeps = ", ".join(f"the sweep {sweep.id}" for sweep in self.sweeps)
        if self.kind == "sweep":
            return f"{sweeps} of {experiment}"
        return f"{experiment} ({sweeps or 'no sweep'})"

    @property
    def name(self) -> str:
        """Names files after it: the experiment's title with the id of what is meant."""
        id_ = self.run or (self.sweeps[0].id if len(self.sweeps) == 1 else self.experiment.id)
        return f"{self.experiment.title[:60]}-{id_[:8]}"

    def slots(self, store: Store, sweep: SweepRecord) -> Iterator[SweepSlot]:
        """The slots of a sweep that belong to it."""
        if self.run is None:
            yield from store.slots(sweep.id)
            return
        [status] = store.run_statuses([self.run])
        for member in store.members_of_run(self.run):
            if member.sweep == sweep.id:
                yield SweepSlot(member.position, member.replicate, member.condition, status)

    def runs(self, store: Store, narrowing: RunFilter) -> Iterator[tuple[SweepRecord, SweepSlot]]:
        """Its different runs, each in its first slot in the latest of the sweeps."""
        distinct_runs = _DistinctRuns()
        for sweep in self.sweeps:
            for slot in distinct_runs.new(filter(narrowing.takes, self.slots(store, sweep))):
                yield sweep, slot

    def protocols(self, store: Store, narrowing: RunFilter) -> list[int]:
        """The versions of the rules under which its runs were played; under several, results are not to be pooled."""
        protocols = {protocol_of_run(slot.status) for _, slot in self.runs(store, narrowing)}
        return sorted(protocol for protocol in protocols if protocol is not None)


class _DistinctRuns:
    """Leaves out runs that stood in an earlier slot of any sweep; their ids are kept as numbers, which are small."""

    def __init__(self) -> None:
        self._runs: set[int] = set()

    def new(self, slots: Iterable[SweepSlot]) -> Iterator[SweepSlot]:
        for slot in distinct(slots):
            key = int(slot.status.run, 16)
            if key not in self._runs:
                self._runs.add(key)
                yield slot


Progress = Callable[[int], None]
"""Told how many runs are done."""
