"""Curves by turn and day: words, measures, judges' numbers and daily answers, by the levels of each factor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sociarium.analysis.report.axes import axis_title
from sociarium.analysis.report.inputs import BLOCK, PLACE, ReportInputs
from sociarium.analysis.report.records import CurveRow
from sociarium.analysis.statistics.curves import curves
from sociarium.analysis.statistics.design import BlockDesign, condition_name
from sociarium.figures.charts import MOST_PANELS, MOST_SERIES, Chart, CurvePoint, CurvesChart

# isort: split
import pandas as pd

MOST_MOMENTS = 60
"""Of a figure; the table has all."""
ALL_RUNS = ""
"""The factor of a curve over all runs, where none differs."""
WORDS = "words"
_AT, _VALUE = "(at)", "(value)"
"""Columns that no factor is called like."""


def curve_rows(inputs: ReportInputs) -> tuple[CurveRow, ...]:
    """Means at each moment by the levels of each factor, over the runs that results speak of.

    Units are replicates where they share draws, runs elsewhere; values of a run are averaged first, then its unit's.
    """
    rows: list[CurveRow] = []
    for outcome, moment, values in _values(inputs):
        placed = values.merge(inputs.primary[[PLACE, BLOCK, *inputs.factors]], on=PLACE)
        if placed[_AT].nunique() < 2:
            continue
        # Of the runs first: those that say more at a moment would count for more.
        cells = placed.groupby([PLACE, _AT], sort=False)[_VALUE].mean().reset_index()
        cells = cells.merge(inputs.primary[[PLACE, BLOCK, *inputs.factors]], on=PLACE)
        for factor in inputs.factors or (ALL_RUNS,):
            rows += _rows(inputs, cells, outcome, moment, factor)
    return tuple(rows)


def curve_charts(
    inputs: ReportInputs, rows: tuple[CurveRow, ...], baselines: Mapping[str, str] | None = None
) -> tuple[tuple[str, Chart], ...]:
    """Figures by each factor that has no more levels than a figure has panels; of words by one factor alone.

    Args:
        baselines: factor -> level that others are compared with, which stands in the panels of all.
    """
    shown = [factor for factor, levels in inputs.factors.items() if len(levels) <= MOST_PANELS]
    few = [factor for factor in shown if len(inputs.factors[factor]) <= MOST_SERIES]
    of_words = (few or shown)[:1]
    groups: dict[tuple[str, str, str], list[CurveRow]] = {}
    for row in rows:
        if row.factor in (of_words if _is_of_words(inputs, row) else shown) or row.factor == ALL_RUNS:
            groups.setdefault((row.outcome, row.moment, row.factor), []).append(row)
    charts: list[tuple[str, Chart]] = []
    for (outcome, moment, factor), some in groups.items():
        first = sorted({row.at for row in some})[:MOST_MOMENTS]
        points = tuple(
            CurvePoint(condition_name(*_place(row)), row.at, row.mean, row.low, row.high, row.n)
            for row in some
            if row.at <= first[-1]
        )
        name, by = f"{outcome}-by-{moment}", f"{outcome}, by {moment}"
        if _is_of_words(inputs, some[0]):
            by = f"Words a message, by {moment}"
        elif factor:
            name, by = f"{name}-and-{factor}", f"{by} and {factor}"
        cut = f", the first {MOST_MOMENTS}" if len({row.at for row in some}) > MOST_MOMENTS else ""
        baseline = (baselines or {}).get(factor)
        reference = condition_name((factor,), (baseline,)) if baseline else ""
        charts.append(
            (name, CurvesChart(f"{by}{cut}", axis_title(inputs, outcome), moment, points, reference=reference))
        )
    return tuple(charts)


def _is_of_words(inputs: ReportInputs, row: CurveRow) -> bool:
    return inputs.table is None and row.outcome == WORDS


def _place(row: CurveRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ((row.factor,), (row.level,)) if row.factor else ((), ())


def _values(inputs: ReportInputs) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Outcome, kind of moment, and a frame of run, moment and value."""
    if inputs.table is not None:
        declared = inputs.declaration.keys.moments if inputs.declaration else ()
        for moment in declared:
            for outcome in inputs.outcomes:
                frame = inputs.table.rows[[PLACE, moment, outcome]].dropna()
                yield outcome, moment, frame.set_axis([PLACE, _AT, _VALUE], axis=1)
        return
    for moment in ("turn", "day"):
        frame = inputs.messages[[PLACE, moment, "words"]].dropna()
        yield WORDS, moment, frame.set_axis([PLACE, _AT, _VALUE], axis=1)
    counted = inputs.moments[inputs.moments["owner"].isin(set(inputs.outcomes))]
    for (outcome, moment), frame in counted.groupby(["outcome", "moment"], sort=False):
        yield str(outcome), str(moment), frame[[PLACE, "at", "value"]].set_axis([PLACE, _AT, _VALUE], axis=1)


def _rows(inputs: ReportInputs, cells: pd.DataFrame, outcome: str, moment: str, factor: str) -> Iterator[CurveRow]:
    factors = (factor,) if factor else ()
    units, unit = cells, PLACE
    if inputs.shared:
        # Runs of a replicate share their draws: it is the unit, as in the means of a factor's levels.
        units, unit = cells.groupby([BLOCK, *factors, _AT], sort=False)[_VALUE].mean().reset_index(), BLOCK
    design = BlockDesign(factors, _VALUE, unit, unit, shared=False)
    computed = curves(units, design, moment=_AT)
    for curve in sorted(computed.curves, key=lambda one: inputs.order_of(factors, one.levels)):
        for point in curve.points:
            level = curve.levels[0] if factor else ""
            low, high = point.low, point.high
            if low is not None and high is not None and inputs.is_share(outcome):
                low, high = max(0.0, low), min(1.0, high)
            yield CurveRow(outcome, moment, factor, level, point.moment, point.n, point.mean, low, high, point.note)
