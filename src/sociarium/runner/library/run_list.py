"""Runs at their places with the state that they are in now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sociarium.ports.store import Store
from sociarium.records.lists import ListedRun, RunQuery
from sociarium.records.runs import RunState
from sociarium.runner.library.status import RunStates
from sociarium.runner.workers.process import this_worker


def list_runs(store: Store, query: RunQuery) -> Iterator[tuple[ListedRun, RunState]]:
    """The runs that a query asks for, the latest sweep first, each with its state.

    What is stored as running counts as pending when its worker is seen to be gone, which the store cannot tell.
    """
    states = RunStates(store, this_worker())
    stored = replace(query, state=None) if query.state is RunState.PENDING else query
    for listed in store.list_runs(stored):
        state = states.of(listed.place.status)
        if query.state in {None, state}:
            yield listed, state
