"""One factor at a time: what a question comes to at each level, averaged over all other factors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sociarium.analysis.load import LoadedRuns
from sociarium.analysis.result_rows import Change, ProbeRow
from sociarium.analysis.results import RunNumbers, factors_of, results
from sociarium.analysis.run_values import moment_order
from sociarium.records.lists import label_of
from sociarium.viewer.pages.means import MeanScale, MeanView
from sociarium.viewer.pages.outcomes import outcome_label

MOST_CONDITIONS = 24
"""Conditions that a table is read with; of more, rows are by one factor unless others are chosen."""
_MOST_LEVELS = 12


@dataclass(frozen=True, slots=True)
class LevelMean:
    """A level's mean. `where` names its runs."""

    level: str
    where: tuple[tuple[str, str], ...]
    mean: MeanView


@dataclass(frozen=True, slots=True)
class FactorMeans:
    """A factor's levels.

    Attributes:
        apart: how far the lowest and the highest mean lie apart.
        more: levels that are not shown.
    """

    factor: str
    levels: tuple[LevelMean, ...]
    apart: float
    more: int


@dataclass(frozen=True, slots=True)
class OneAtATime:
    """The factors of a design, those whose levels lie furthest apart first.

    Attributes:
        name: of the question, with the option whose share it is.
        outcome: its name in an address.
    """

    name: str
    outcome: str
    role: str
    moment: str
    option: str
    factors: tuple[FactorMeans, ...]


def one_at_a_time(loaded: LoadedRuns, *, probe: str | None, change: Change | None) -> OneAtATime | None:
    """The means of the first question at its last moment by each factor; None where fewer than two factors differ."""
    read = ((factor, _rows(loaded, factor, probe, change)) for factor in factors_of(loaded.runs))
    by_factor = [(factor, rows) for factor, rows in read if len(rows) > 1]
    if len(by_factor) < 2:
        return None
    first = by_factor[0][1][0]
    every = [row for _, rows in by_factor for row in rows]
    scale = MeanScale.of(every, is_change=change is not None)
    means = (_factor_means(factor, rows, scale, is_change=change is not None) for factor, rows in by_factor)
    label = outcome_label(first.probe)
    name = label if first.option is None else f"{label}, {first.option}"
    return OneAtATime(
        name,
        first.probe,
        first.role,
        first.moment,
        first.option or "",
        tuple(sorted(means, key=lambda one: -one.apart)),
    )


def chosen_factors(by: Sequence[str], runs: Sequence[RunNumbers], most: int | None) -> tuple[str, ...]:
    """Factors that were chosen; of conditions that a table has room for all of them are as if none were chosen.

    So a form that is sent with all that it had marked keeps what stands above the table.
    """
    conditions = {frozenset(condition.items()) for run in runs for condition in run.conditions}
    factors = factors_of(runs)
    varying = {factor for factor in factors if len({dict(one).get(factor) for one in conditions}) > 1}
    is_every = varying <= set(by) and (most is None or len(conditions) <= most)
    return () if is_every else tuple(factor for factor in by if factor in factors)


def factors_of_rows(
    loaded: LoadedRuns, by: tuple[str, ...], alone: OneAtATime | None, most: int | None
) -> tuple[tuple[str, ...], int]:
    """The factors of rows: one of many conditions, those that were chosen of few; and of how many it is one, or 0."""
    conditions = len({frozenset(condition.items()) for run in loaded.runs for condition in run.conditions})
    if alone is None or most is None or conditions <= most:
        return by, 0
    return (alone.factors[0].factor,), conditions


def _rows(loaded: LoadedRuns, factor: str, probe: str | None, change: Change | None) -> list[ProbeRow]:
    """The rows of a factor that are of one question, role, moment and option."""
    computed = results(loaded.runs, choices=loaded.choices, by=(factor,), change=change, probe=probe, uses=loaded.uses)
    with_mean = [
        row for row in computed.probes if row.estimate.mean is not None and row.condition and row.use == "outcome"
    ]
    return list(_of_last_moment(with_mean))


def _of_last_moment(rows: Sequence[ProbeRow]) -> Iterator[ProbeRow]:
    if rows:
        first = rows[0]
        moments = {row.moment for row in rows if (row.probe, row.role) == (first.probe, first.role)}
        last = max(moments, key=moment_order)
        key = (first.probe, first.role, last, first.option)
        yield from (row for row in rows if (row.probe, row.role, row.moment, row.option) == key)


def _factor_means(factor: str, rows: Sequence[ProbeRow], scale: MeanScale, *, is_change: bool) -> FactorMeans:
    means = [row.estimate.mean or 0.0 for row in rows]
    levels = tuple(
        LevelMean(
            label_of(row.condition[0][1]),
            ((factor, label_of(row.condition[0][1])),),
            scale.mean(row.estimate, is_share=row.option is not None, is_signed=is_change),
        )
        for row in rows[:_MOST_LEVELS]
    )
    return FactorMeans(factor, levels, max(means) - min(means), max(0, len(rows) - _MOST_LEVELS))
