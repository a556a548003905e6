"""What a caller is about: a run or a sweep, by what the interface gave back, or by the beginning of its id."""

from __future__ import annotations

from sociarium.api.results import SweepResult
from sociarium.api.runs import RunRow
from sociarium.ports.store import Store
from sociarium.runner.library import lookup
from sociarium.runner.library.status import distinct

RunOrSweep = str | RunRow | SweepResult
"""A row of `runs`, what `run` and its like return, or the beginning of a run's or sweep's id."""


def id_text(target: RunOrSweep) -> str:
    """The id, or what was written of it."""
    match target:
        case RunRow():
            return target.id
        case SweepResult():
            return target.sweep
    return target


def run_ids(store: Store, target: RunOrSweep) -> list[str]:
    """The run, or each run of the sweep once, in order. Raises `NotFound`, `Ambiguous` or `BeingDeleted`."""
    text = id_text(target)
    if lookup.kind_of(store, text) == "sweep":
        return [slot.status.run for slot in distinct(store.slots(lookup.find_sweep(store, text).id))]
    return [lookup.find_run_id(store, text)]
