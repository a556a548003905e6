"""The runs behind a number of the results."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sociarium.analysis.result_rows import Condition, ProbeRow
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery, label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.records.runs import RunState
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.relatives import Sibling

Where = tuple[tuple[str, str], ...]
"""Factors and levels, as they are written."""


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The runs behind a number."""

    sweep: SweepRecord
    experiment: Experiment
    where: Where
    runs: tuple[Sibling, ...]
    total: int


def runs_address(sweep: str, row: ProbeRow) -> str:
    """The address of the runs behind a row."""
    query = urlencode([("where", f"{factor}={level}") for factor, level in where_of(row.condition)])
    return f"/sweeps/{sweep}/runs" + (f"?{query}" if query else "")


def runs_page(store: Store, sweep: SweepRecord, where: Where, *, most: int = 1_000) -> RunsPage:
    """The finished runs of a sweep with some levels."""
    rows = store.list_runs(RunQuery(sweep=sweep.id, where=dict(where), state=RunState.DONE))
    places = sorted({row.place.status.run: row.place for row in rows}.values(), key=lambda place: place.position)
    named = {factor for factor, _ in where}
    runs = []
    for place in places[:most]:
        others = [factor for factor in place.condition if factor not in named]
        label = condition_text(place.condition, others) if others else ""
        runs.append(Sibling(place.status.run, f"replicate {place.replicate}" + (f", {label}" if label else "")))
    return RunsPage(sweep, store.experiment(sweep.experiment), where, tuple(runs), len(places))


def where_of(condition: Condition) -> Where:
    """A condition as an address names it."""
    return tuple((factor, label_of(level)) for factor, level in condition)
