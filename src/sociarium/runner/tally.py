"""How a sweep stands: its different runs by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Place, RunState, Worker
from sociarium.runner.process import is_gone, is_here


@dataclass(frozen=True, slots=True)
class Counts:
    """Runs of a sweep; runs that were not reached yet are pending."""

    pending: int
    running: int
    done: int
    failed: int

    def as_dict(self) -> dict[str, int]:
        """As `--json` prints it."""
        return {"pending": self.pending, "running": self.running, "done": self.done, "failed": self.failed}


def distinct(places: Iterable[Place]) -> Iterable[Place]:
    """The places without those whose run stood at an earlier one."""
    seen: set[int] = set()
    for place in places:
        key = int(place.status.run, 16)
        if key not in seen:
            seen.add(key)
            yield place


def counts(store: Store, sweep: SweepRecord, *, me: Worker) -> Counts:
    """Count a sweep's runs.

    A run whose worker is seen to be gone counts as pending: the next start takes it up.
    """
    states: Counter[RunState] = Counter()
    workers: Counter[str] = Counter()
    for place in distinct(store.places(sweep.id)):
        states[place.status.state] += 1
        if place.status.state is RunState.RUNNING and place.status.worker:
            workers[place.status.worker] += 1
    gone = sum(
        workers[worker.id]
        for worker in store.workers(list(workers)).values()
        if worker.id != me.id and is_here(worker, me) and is_gone(worker)
    )
    running = states[RunState.RUNNING] - gone
    pending = sweep.runs - states[RunState.DONE] - states[RunState.FAILED] - running
    return Counts(max(pending, 0), running, states[RunState.DONE], states[RunState.FAILED])
