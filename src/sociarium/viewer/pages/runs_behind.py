"""The runs behind a number of the results, each with its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sociarium.analysis.result_rows import Condition, ProbeRow
from sociarium.analysis.results import RunNumbers
from sociarium.analysis.run_values import ANOTHER, CHANGE, run_mean
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery, label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.records.runs import RunState
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.means import NONE, number_text
from sociarium.viewer.pages.outcomes import outcome_label

Where = tuple[tuple[str, str], ...]
"""Factors and levels, as they are written."""


@dataclass(frozen=True, slots=True)
class OutcomeQuery:
    """Of what runs have numbers; the fields are those of a row of results, all empty for nothing.

    Attributes:
        moment: or two of them, as results name a change.
    """

    probe: str = ""
    role: str = ""
    moment: str = ""
    option: str = ""

    @property
    def text(self) -> str:
        """In words."""
        parts = (self.role, self.moment, self.option)
        return f"{outcome_label(self.probe)} ({', '.join(part for part in parts if part)})"

    def value_of(self, run: RunNumbers | None) -> float | None:
        """The number of a run; None where it has none."""
        answers = (*run.answers, *run.talk) if run is not None and self.probe else ()
        own = [one for one in answers if (one.probe, one.role) == (self.probe, self.role)]
        return run_mean(own, self.moment, self.option or None) if own else None


@dataclass(frozen=True, slots=True)
class RunBehind:
    """A run with its number; that is empty on a page without numbers."""

    run: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The runs behind a number.

    Attributes:
        outcome: of what they have numbers, in words; empty where they have none.
    """

    sweep: SweepRecord
    experiment: Experiment
    where: Where
    outcome: str
    runs: tuple[RunBehind, ...]
    total: int


def runs_address(sweep: str, row: ProbeRow) -> str:
    """The address of the runs behind a row."""
    where = [("where", f"{factor}={level}") for factor, level in where_of(row.condition)]
    outcome = {"probe": row.probe, "role": row.role, "moment": row.moment, "option": row.option or ""}
    query = urlencode([*where, *((key, value) for key, value in outcome.items() if value)])
    return f"/sweeps/{sweep}/runs" + (f"?{query}" if query else "")


def runs_page(
    store: Store,
    sweep: SweepRecord,
    where: Where,
    outcome: OutcomeQuery = OutcomeQuery(),  # frozen
    numbers: Mapping[str, RunNumbers] | None = None,
    *,
    most: int = 1_000,
) -> RunsPage:
    """The finished runs of a sweep with some levels, the highest number first, or by position where they have none.

    Args:
        numbers: of runs by their ids.
    """
    rows = store.list_runs(RunQuery(sweep=sweep.id, where=dict(where), state=RunState.DONE))
    places = sorted({row.place.status.run: row.place for row in rows}.values(), key=lambda place: place.position)
    values = {place.status.run: outcome.value_of((numbers or {}).get(place.status.run)) for place in places}
    is_valued = any(value is not None for value in values.values())
    if is_valued:
        places.sort(key=lambda place: -value if (value := values[place.status.run]) is not None else float("inf"))
    levels: dict[str, set[str]] = {}
    for place in places:
        for factor, level in place.condition.items():
            levels.setdefault(factor, set()).add(label_of(level))
    varying = [factor for factor, labels in levels.items() if len(labels) > 1]
    runs, is_signed = [], CHANGE in outcome.moment and outcome.option != ANOTHER
    for place in places[:most]:
        others = [factor for factor in varying if factor in place.condition]
        label = condition_text(place.condition, others) if others else ""
        value = values[place.status.run]
        text = NONE if value is None else number_text(value, bool(outcome.option), is_signed)
        name = f"replicate {place.replicate}" + (f", {label}" if label else "")
        runs.append(RunBehind(place.status.run, name, text if is_valued else ""))
    what = outcome.text if is_valued else ""
    return RunsPage(sweep, store.experiment(sweep.experiment), where, what, tuple(runs), len(places))


def where_of(condition: Condition) -> Where:
    """A condition as an address names it."""
    return tuple((factor, label_of(level)) for factor, level in condition)
