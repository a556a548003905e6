"""Runs of a planned sweep that stand already and were begun before its hypotheses: they test none of them."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.experiment.definition import Definition
from sociarium.experiment.identity import experiment_id
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import hypotheses_at_start
from sociarium.runner.sweep.order import SweepOrder

MOST_LOOKED_AT = 5_000
"""Places of a sweep that are compared with what stands; each is resolved for it."""


@dataclass(frozen=True, slots=True)
class EarlierRuns:
    """Runs that a sweep would take over.

    Attributes:
        runs: ids, in the order of the sweep.
        seed: one that no sweep of the experiment has: under it all runs are new.
    """

    runs: tuple[str, ...]
    seed: int


def earlier_runs(store: Store, definition: Definition, sweep: str, *, creator: str) -> EarlierRuns:
    """The runs that would be taken over and do not carry the hash of the hypotheses."""
    written, experiment = definition.all_sweeps[sweep], experiment_id(creator, definition.title)
    sweeps = store.sweeps(experiment)
    seed = max([written.seed, *(one.seed for one in sweeps)]) + 1
    begun = {slot.status.run for one in sweeps for slot in store.slots(one.id) if slot.status.token}
    if definition.hypotheses_hash is None or not begun:
        return EarlierRuns((), seed)
    record = SweepRecord("", experiment, "", sweep, creator, 0, written.replicates, written.seed, 0, "")
    order = SweepOrder(definition, record, creator, "")
    planned = dict.fromkeys(order.at(position)[1].id for position in range(min(len(order), MOST_LOOKED_AT)))
    others = (
        run for run in planned if run in begun and hypotheses_at_start(store.claims(run)) != definition.hypotheses_hash
    )
    return EarlierRuns(tuple(others), seed)
