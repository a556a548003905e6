"""Runs that were placed under other contents than their places would come to now.

The program has texts of its own for what a file leaves out. When it changes one, runs that stand keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.experiment.definition import Definition
from sociarium.experiment.identity import experiment_id, version_id
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.order import SweepOrder

MOST_COMPARED = 500
"""Places that are resolved for a comparison, the first ones: what was placed earliest comes first."""

_MOST_CHARACTERS = 5_000_000
"""Of contents that are resolved for a comparison: those of a large feed are long."""


@dataclass(frozen=True, slots=True)
class OtherContents:
    """What a comparison found.

    Attributes:
        runs: that stand under other contents, of those that were compared.
        is_all: whether every place was compared.
    """

    runs: int = 0
    is_all: bool = True


def other_contents(store: Store, schedule: SweepOrder, *, most: int = MOST_COMPARED) -> OtherContents:
    """Compare what stands at the first places of a sweep with what would be placed there now; nothing is changed."""
    others: set[str] = set()
    characters = 0
    for compared, place in enumerate(store.slots(schedule.sweep.id)):
        if compared == most or characters > _MOST_CHARACTERS:
            return OtherContents(len(others), is_all=False)
        run = schedule.at(place.position)[1]
        characters += len(run.content)
        if run.id != place.status.run:
            others.add(place.status.run)
    return OtherContents(len(others))


def sweeps_of(store: Store, definition: Definition, sweep_name: str, *, creator: str) -> list[SweepRecord]:
    """The sweeps of that name that were begun of just this version of somebody's experiment."""
    experiment = experiment_id(creator, definition.title)
    version = version_id(experiment, definition)
    return [
        one for one in store.sweeps(experiment) if (one.version, one.name, one.origin) == (version, sweep_name, None)
    ]
