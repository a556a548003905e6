"""Curves by turn or day: means over runs at each moment."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from scipy import stats

from sociarium.analysis.statistics.correlation import pair_correlation
from sociarium.analysis.statistics.design import (
    NO_LEVEL,
    BlockDesign,
    Intake,
    condition_name,
    numbers,
    require_columns,
    usable_rows,
)
from sociarium.analysis.statistics.intervals import TEstimate, is_constant, require_level, t_of_values
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class MeanAtMoment:
    """The mean at a moment.

    Attributes:
        n: runs that have it.
        low, high: t interval of this moment alone.
        low_together, high_together: of all moments of the curve at once (Bonferroni).
        note: why there is no interval.
    """

    moment: float
    n: int
    mean: float
    low: float | None
    high: float | None
    low_together: float | None
    high_together: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A condition's curve.

    Attributes:
        slope: mean over runs of each run's least-squares slope by moment; None where `slope_note` says why.
        first_to_last: correlation over runs of the first moment's value with the last's.
    """

    levels: tuple[str, ...]
    points: tuple[MeanAtMoment, ...]
    runs: int
    slope: TEstimate | None
    slope_note: str
    first_to_last: float | None


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves of all conditions over a moment, such as `turn` or `day`."""

    factors: tuple[str, ...]
    outcome: str
    moment: str
    curves: tuple[Curve, ...]
    intake: Intake
    confidence: float


def curves(frame: pd.DataFrame, design: BlockDesign, *, moment: str, confidence: float = 0.95) -> Curves:
    """Means by condition and moment; rows of one run and moment count as their mean.

    Args:
        frame: rows below the run, with a number of the moment.

    Raises:
        BadInput: for an absent column or a moment that is no number.
    """
    require_level(confidence)
    require_columns(frame, (moment,))
    held = BlockDesign((*design.factors, moment), design.outcome, design.run, design.replicate, design.shared)
    rows, intake = usable_rows(frame, held)
    rows[moment] = numbers(rows[moment].replace(NO_LEVEL, None), moment)
    if rows[moment].isna().any():
        raise BadInput(
            f"column {moment!r} must hold a number in every row with an outcome; mend or leave out the others"
        )
    cells = rows.groupby([*design.factors, design.run, moment], sort=True)[design.outcome].mean().reset_index()
    groups = cells.groupby(list(design.factors), sort=True) if design.factors else [((), cells)]
    result = tuple(_curve(tuple(levels), group, design, moment, confidence) for levels, group in groups)
    return Curves(design.factors, design.outcome, moment, result, intake, confidence)


def _curve(levels: tuple[str, ...], cells: pd.DataFrame, design: BlockDesign, moment: str, confidence: float) -> Curve:
    table = cells.pivot(index=design.run, columns=moment, values=design.outcome)
    moments = list(table.columns)
    together = 1 - (1 - confidence) / len(moments)
    where = condition_name(design.factors, levels)
    points = tuple(_point(float(at), table[at].dropna(), (confidence, together), where) for at in moments)
    slopes = [
        float(stats.linregress(row.dropna().index.to_numpy(dtype=float), row.dropna().to_numpy()).slope)
        for _, row in table.iterrows()
        if row.notna().sum() > 1
    ]
    slope, note = None, ""
    try:
        slope = t_of_values(
            pd.Series(slopes, dtype=float).to_numpy(), confidence, where=f"slope of {where}", unit="runs"
        )
    except NotEstimable as refused:
        note = str(refused)
    ends = table[[moments[0], moments[-1]]].dropna()
    alike = pair_correlation(ends.iloc[:, 0].to_numpy(), ends.iloc[:, 1].to_numpy()) if len(moments) > 1 else None
    return Curve(levels, points, len(table), slope, note, alike)


def _point(at: float, values: pd.Series, levels: tuple[float, float], where: str) -> MeanAtMoment:
    column = values.to_numpy(dtype=float)
    n, mean = len(column), float(column.mean())
    if n < 2 or is_constant(column):
        note = "one run: no interval" if n < 2 else f"all {n} runs have the same value: no interval"
        return MeanAtMoment(at, n, mean, None, None, None, None, note)
    alone, together = (t_of_values(column, level, where=where, unit="runs") for level in levels)
    return MeanAtMoment(at, n, mean, alone.low, alone.high, together.low, together.high)
