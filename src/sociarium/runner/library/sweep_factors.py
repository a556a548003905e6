"""What the conditions of stored sweeps differ by: from the file where this version reads it, else from the runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sociarium.errors import BadInput, DefinitionError, NotFound
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.document import from_json
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.validation import design_of
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import SweepRecord


def sweep_design(store: Store, sweep: SweepRecord) -> Design | None:
    """The conditions of a sweep; None where its file was not kept as this version reads it."""
    try:
        return design_of(from_json(store.version(sweep.version).document), sweep.name)
    except (NotFound, DefinitionError, KeyError, ValueError):
        return None


def factor_levels(store: Store, sweeps: Iterable[SweepRecord]) -> dict[str, set[str]]:
    """The factors of some sweeps, each with its levels as they are written."""
    levels: dict[str, set[str]] = {}
    for sweep in sweeps:
        if design := sweep_design(store, sweep):
            for factor in design.factors:
                levels.setdefault(factor.name, set()).update(label_of(level.label) for level in factor.levels)
            continue
        for slot in store.slots(sweep.id):
            for name, level in slot.condition.items():
                levels.setdefault(name, set()).add(label_of(level))
    return levels


def refuse_unknown_levels(store: Store, sweeps: Iterable[SweepRecord], where: Mapping[str, str]) -> None:
    """Say which factor or level of a filter no sweep has: what is empty for a slip is no answer.

    Args:
        where: factor -> level, as it is written.

    Raises:
        BadInput: with the nearest names.
    """
    levels = factor_levels(store, sweeps)
    for name, level in where.items():
        if name not in levels:
            raise BadInput(f"--where {name}={level}: no sweep here has a factor {name!r}; {did_you_mean(name, levels)}")
        if level not in levels[name]:
            mend = did_you_mean(level, sorted(levels[name]))
            raise BadInput(f"--where {name}={level}: {name} has no level {level!r}; {mend}")
