"""What an order is about, from what somebody typed: levels of a condition, a run or a model of one sweep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sociarium.errors import BadInput
from sociarium.experiment.level import Level
from sociarium.experiment.problems import did_you_mean
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.runner.library.lookup import find_run_id
from sociarium.runner.library.sweep_factors import levels_in_full, sweep_design

Target = Mapping[str, Any]


def condition_target(store: Store, sweep: SweepRecord, where: Mapping[str, str]) -> Target:
    """All conditions of a sweep with some levels.

    Args:
        where: factor -> level, as it is written.

    Raises:
        BadInput: the sweep has no such factor or level.
    """
    full = levels_in_full(store, [sweep], where)
    return {"condition": {factor: _level(store, sweep, factor, label) for factor, label in full.items()}}


def run_target(store: Store, sweep: SweepRecord, text: str) -> Target:
    """A run of a sweep, by the beginning of its id.

    Raises:
        BadInput: it stands in another sweep, or is done.
        NotFound, Ambiguous: the text names no run, or several.
    """
    run = find_run_id(store, text)
    if all(member.sweep != sweep.id for member in store.members_of_run(run)):
        raise BadInput(f"run {run[:12]} is none of the sweep {sweep.id[:8]}; name its sweep first")
    [status] = store.run_statuses([run])
    if status.state is RunState.DONE:
        raise BadInput(f"run {run[:12]} is done")
    return {"run": run}


def model_target(models: Collection[str], name: str) -> Target:
    """A model of a sweep.

    Args:
        models: their names in the experiment file.

    Raises:
        BadInput: the sweep asks no such model.
    """
    if name not in models:
        raise BadInput(f"this sweep asks no model {name!r}; {did_you_mean(name, models)}")
    return {"model": name}


def _level(store: Store, sweep: SweepRecord, factor: str, label: str) -> Level:
    if design := sweep_design(store, sweep):
        of_factor = next((each for each in design.factors if each.name == factor), None)
        if of_factor is not None:
            return next(level.label for level in of_factor.levels if label_of(level.label) == label)
    levels = (slot.condition[factor] for slot in store.slots(sweep.id) if factor in slot.condition)
    return next(level for level in levels if label_of(level) == label)
