"""Runs of others that are to go on from runs and have not begun: their beginning stands in these alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sociarium.ports.store import Store
from sociarium.records.journal import COPIED
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.runner.library.lookup import Target
from sociarium.runner.library.status import distinct

_AT_ONCE = 200


def sweeps_that_wait(store: Store, target: Target, *, me: str) -> list[SweepRecord]:
    """Sweeps of others with forks or extensions that would lose their beginning with a run or a sweep."""
    derived = [sweep for sweep in store.sweeps(target.experiment) if sweep.origin is not None and sweep.creator != me]
    goes = _goes_with(store, target)
    return [sweep for sweep in derived if any(goes(origin) for origin in _needed_origins(store, sweep))]


def _goes_with(store: Store, target: Target) -> Callable[[str], bool]:
    """Whether a run goes with what is deleted; of a sweep those go that stand in no other one."""
    if target.kind == "run":
        return lambda run: run == target.id
    return lambda run: {member.sweep for member in store.members_of_run(run)} == {target.id}


def _needed_origins(store: Store, sweep: SweepRecord) -> Iterator[str]:
    """The runs whose beginning runs of a sweep have still to copy, each once."""
    open_runs = [slot.status.run for slot in distinct(store.slots(sweep.id)) if slot.status.state is not RunState.DONE]
    seen: set[str] = set()
    for start in range(0, len(open_runs), _AT_ONCE):
        for run in store.runs(open_runs[start : start + _AT_ONCE]):
            origin = run.origin.run if run.origin else ""
            if origin and origin not in seen and store.entry(run.id, COPIED) is None:
                seen.add(origin)
                yield origin
