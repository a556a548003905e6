"""Which sweep is meant where nobody names one: the one that is played now, as far as the store tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState, RunStatus
from sociarium.runner.library import lookup
from sociarium.runner.library.run_list import list_runs
from sociarium.runner.library.status import is_seen_gone, waits_for_word
from sociarium.runner.workers.process import this_worker

_MOST_READ = 4
"""Runs of a sweep whose answers are read for the latest one: those that were taken up last."""
_MOST_PENDING = 10_000
"""Runs that nobody holds, of the latest sweeps, among which those are looked for who wait for a word: a store may have
many more."""


@dataclass(frozen=True, slots=True)
class MeantSweep:
    """The sweep that somebody means.

    Attributes:
        is_named: somebody named it.
        is_played: nobody did, and it is played now; otherwise it is the latest that `creator` began, or anybody.
        others: where nobody named one, others that are played now.
    """

    sweep: SweepRecord
    is_named: bool = False
    is_played: bool = False
    others: Sequence[SweepRecord] = ()


def find_meant_sweep(store: Store, text: str | None = None, *, creator: str | None = None) -> MeantSweep:
    """The sweep that a text names; without one the sweep that is played now, else the latest, one's own first.

    A sweep is played while somebody holds runs of it, or waits for a word, such as the end of a pause, to take them up.
    Of several, the one whose runs gave the latest sign of life is meant. Raises as `lookup.find_sweep` does.
    """
    if text is not None:
        return MeantSweep(lookup.find_sweep(store, text), is_named=True)
    played = _played_sweeps(store)
    if not played:
        return MeantSweep(lookup.find_sweep(store, creator=creator))
    return MeantSweep(
        lookup.find_sweep(store, played[0]), is_played=True, others=[store.sweep(one) for one in played[1:]]
    )


def _played_sweeps(store: Store) -> list[str]:
    """Ids of the sweeps whose runs somebody plays, that with the latest sign of life first."""
    at_work: dict[str, list[RunStatus]] = defaultdict(list)
    for listed, state in list_runs(store, RunQuery(state=RunState.RUNNING)):
        if state is RunState.RUNNING:
            at_work[listed.sweep].append(listed.place.status)
    for sweep, status in _awaited_runs(store):
        at_work[sweep].append(status)
    if len(at_work) <= 1:
        return list(at_work)
    return sorted(at_work, key=lambda sweep: _sign_of_life(store, at_work[sweep]), reverse=True)


def _awaited_runs(store: Store) -> list[tuple[str, RunStatus]]:
    """Sweeps and runs that somebody let go of who waits for a word to take them up again."""
    returned = [
        (listed.sweep, listed.place.status, listed.place.status.worker)
        for listed in islice(store.list_runs(RunQuery(state=RunState.PENDING)), _MOST_PENDING)
        if listed.place.status.worker
    ]
    me, workers = this_worker(), store.workers(sorted({worker for _, _, worker in returned}))
    return [
        (sweep, status)
        for sweep, status, id_ in returned
        if (worker := workers.get(id_)) is not None and waits_for_word(worker, sweep) and not is_seen_gone(worker, me)
    ]


def _sign_of_life(store: Store, runs: list[RunStatus]) -> str:
    """When an answer came last, or a run was taken up where none did."""
    latest = sorted(runs, key=lambda status: status.started or "")[-_MOST_READ:]
    return max(max([status.started or "", *(entry.at for entry in store.journal(status.run))]) for status in latest)
