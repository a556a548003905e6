"""Which sweeps are played now, as far as the store tells."""

from __future__ import annotations

from collections import defaultdict

from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState, RunStatus
from sociarium.runner.library import lookup
from sociarium.runner.library.run_list import list_runs

_MOST_READ = 4
"""Runs of a sweep whose answers are read for the latest one: those that were taken up last."""


def find_played_sweep(
    store: Store, text: str | None = None, *, creator: str | None = None
) -> tuple[SweepRecord, list[SweepRecord]]:
    """The sweep that a text names, without one the sweep that is played now, else the latest, one's own first; and
    others that are played now where nothing was named.

    Of several, the one whose runs gave the latest sign of life comes first. Raises as `lookup.find_sweep` does.
    """
    if text is not None:
        return lookup.find_sweep(store, text), []
    played = _played_sweeps(store)
    return lookup.find_sweep(store, played[0] if played else None, creator=creator), [
        store.sweep(one) for one in played[1:]
    ]


def _played_sweeps(store: Store) -> list[str]:
    """Ids of the sweeps whose runs somebody plays, that with the latest sign of life first."""
    running: dict[str, list[RunStatus]] = defaultdict(list)
    for listed, state in list_runs(store, RunQuery(state=RunState.RUNNING)):
        if state is RunState.RUNNING:
            running[listed.sweep].append(listed.place.status)
    if len(running) <= 1:
        return list(running)
    return sorted(running, key=lambda sweep: _sign_of_life(store, running[sweep]), reverse=True)


def _sign_of_life(store: Store, runs: list[RunStatus]) -> str:
    """When an answer came last, or a run was taken up where none did."""
    latest = sorted(runs, key=lambda status: status.started or "")[-_MOST_READ:]
    return max(max([status.started or "", *(entry.at for entry in store.journal(status.run))]) for status in latest)
