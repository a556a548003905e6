"""Runs beside a run: its neighbours in the condition, and those that share its random draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from sociarium.exchange.shared_draws import has_common_streams
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery, label_of
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState, SweepSlot
from sociarium.viewer.labels import condition_text

_MOST_SIBLINGS = 60


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another run of the sweep: the same replicate in another condition, or its neighbour."""

    run: str
    label: str


def neighbours(
    store: Store, sweep: SweepRecord, run_id: str, document: Mapping[str, Any]
) -> tuple[Sibling | None, Sibling | None]:
    """The replicates before and after a run in its condition."""
    one = replicates(store, sweep, document)
    at = next((at for at, sibling in enumerate(one) if sibling.run == run_id), None)
    if at is None:
        return None, None
    return (one[at - 1] if at else None), (one[at + 1] if at + 1 < len(one) else None)


def replicates(store: Store, sweep: SweepRecord, document: Mapping[str, Any]) -> list[Sibling]:
    """Every run of a run's condition, itself among them, by replicate."""
    where = {factor: label_of(level) for factor, level in document["condition"].items()}
    rows = store.list_runs(RunQuery(sweep=sweep.id, where=where))
    of_condition = sorted((row.place.replicate, row.place.status.run) for row in rows)
    return [Sibling(run, f"replicate {replicate}") for replicate, run in of_condition]


def drawn_alike(
    store: Store, sweep: SweepRecord, run_id: str, document: Mapping[str, Any]
) -> tuple[list[str], tuple[Sibling, ...]]:
    """Runs with the same random draws: none of a sweep of independent streams, nor of what was imported with its words
    alone. Positions go replicate by replicate, so that they stand together.

    Returns:
        The factors that tell the run's condition from others, as far as the places of its replicate show, and these
        runs.
    """
    # What was placed whole may have replicates that lack conditions.
    start = 0 if sweep.origin else (document["replicate"] - 1) * sweep.conditions
    # Of another sweep no place behind its conditions is of the replicate.
    own = None if sweep.origin else min(sweep.conditions, 2 * _MOST_SIBLINGS + 1)
    alike = _of_replicate(store, sweep, document["replicate"], start, read=own)
    if own and start and len(alike) < own and all(place.status.run != run_id for place in alike):
        alike = _of_replicate(store, sweep, document["replicate"], 0)  # imported, in an order of its own
    factors = _telling_factors(sweep, tuple(document["condition"]), alike)
    is_imported = document["state"] == RunState.DONE and document["protocol"] is None
    if is_imported or not has_common_streams(store, sweep):
        return factors, ()
    siblings_by_run: dict[str, Sibling] = {}
    for place in alike:
        if place.status.run != run_id and len(siblings_by_run) < _MOST_SIBLINGS:
            siblings_by_run.setdefault(
                place.status.run, Sibling(place.status.run, condition_text(place.condition, factors))
            )
    return factors, tuple(siblings_by_run.values())


def _of_replicate(
    store: Store, sweep: SweepRecord, replicate: int, start: int, *, read: int | None = None
) -> list[SweepSlot]:
    """Places of a replicate from a position on, as many as a list of them needs.

    Args:
        read: at most so many places; None: up to the next replicate.
    """
    so_far = takewhile(lambda place: place.replicate <= replicate, store.slots(sweep.id, start=start, most=read))
    own = (place for place in so_far if place.replicate == replicate)
    return list(islice(own, 2 * min(sweep.conditions, _MOST_SIBLINGS) + 1))


def _telling_factors(sweep: SweepRecord, factors: Sequence[str], places: Sequence[SweepSlot]) -> list[str]:
    if sweep.conditions < 2:
        return []
    if not places:
        return list(factors)
    levels: dict[str, set[str]] = {}
    for place in places:
        for factor, level in place.condition.items():
            levels.setdefault(factor, set()).add(label_of(level))
    return [factor for factor in factors if len(levels.get(factor, ())) > 1]
