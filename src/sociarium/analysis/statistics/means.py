"""Means by condition, with t intervals over runs, and shares of runs with Wilson's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from sociarium.analysis.statistics.correlation import Icc, icc_of_replicates
from sociarium.analysis.statistics.design import BlockDesign, Intake, condition_name, require_one_row_a_run, usable_rows
from sociarium.analysis.statistics.intervals import Proportion, is_constant, require_level, t_of_values, wilson
from sociarium.analysis.statistics.spread import positive_spread_note
from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import BadInput

EXPONENTIAL_COVERAGE = ((5, 88), (10, 89), (20, 92), (50, 93), (100, 94))
"""Percent that a 95 % t interval of one mean covers of exponential values, by runs (simulated; docs/statistics.md)."""


@dataclass(frozen=True, slots=True)
class ConditionMean:
    """The mean of a condition.

    Attributes:
        levels: in the order of the factors.
        n: runs.
        low, high: of the t interval (of a share of runs: Wilson's); None where `notes` say why.
        skewness: of the sample; None under three runs or without spread.
        notes: why there is no interval.
    """

    levels: tuple[str, ...]
    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None
    skewness: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """Means of all conditions.

    Attributes:
        replicates: likeness of runs of one replicate; only where replicates are shared.
        notes: where intervals do not hold what they promise.
    """

    factors: tuple[str, ...]
    outcome: str
    conditions: tuple[ConditionMean, ...]
    intake: Intake
    replicates: Icc | None
    level: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionShare:
    """The share of a condition's runs that are a yes."""

    levels: tuple[str, ...]
    share: Proportion


def condition_means(frame: pd.DataFrame, design: BlockDesign, *, level: float = 0.95) -> Means:
    """Means by condition over runs, each with its t interval.

    Args:
        frame: one row a run, as `run_outcomes` makes it.

    Raises:
        BadInput: for an absent column, or several rows of a run.
    """
    require_level(level)
    rows, intake = usable_rows(frame, design)
    require_one_row_a_run(rows, design, "means by condition")
    groups = _conditions(rows, design)
    result = tuple(_mean(levels, values, design, level) for levels, values in groups)
    return Means(
        design.factors, design.outcome, result, intake, _icc(rows, design), level, _cautions(result, rows, design)
    )


def condition_shares(frame: pd.DataFrame, design: BlockDesign, *, level: float = 0.95) -> tuple[ConditionShare, ...]:
    """Shares of runs that are a yes, with Wilson's interval: for outcomes that are one yes or no a run.

    Raises:
        BadInput: for several rows of a run, or an outcome other than 0 and 1 (a share of messages is no yes or no).
    """
    rows, _ = usable_rows(frame, design)
    if rows[design.run].duplicated().any():
        raise BadInput(
            f"{design.outcome}: Wilson's interval is for one yes or no a run, and runs have several rows; "
            "use `binary_contrasts` for what stands below the run"
        )
    if not rows[design.outcome].isin((0.0, 1.0)).all():
        raise BadInput(f"{design.outcome}: values other than 0 and 1 are no yes or no; use `condition_means`")
    return tuple(
        ConditionShare(levels, wilson(int(values.sum()), len(values), level))
        for levels, values in _conditions(rows, design)
    )


def means_of_shares(frame: pd.DataFrame, design: BlockDesign, *, level: float = 0.95) -> Means:
    """As `condition_means`, of outcomes that are one yes or no a run: with Wilson's intervals, which hold near 0 and 1.

    Raises:
        BadInput: as `condition_means` and `condition_shares`.
    """
    means = condition_means(frame, design, level=level)
    shares = {one.levels: one.share for one in condition_shares(frame, design, level=level)}
    conditions = tuple(
        replace(one, low=shares[one.levels].low, high=shares[one.levels].high, notes=()) if one.n > 1 else one
        for one in means.conditions
    )
    return replace(means, conditions=conditions, notes=())


def _conditions(rows: pd.DataFrame, design: BlockDesign) -> list[tuple[tuple[str, ...], Reals]]:
    if not design.factors:
        return [((), rows[design.outcome].to_numpy())]
    return [
        (tuple(levels), group[design.outcome].to_numpy())
        for levels, group in rows.groupby(list(design.factors), sort=True)
    ]


def _mean(levels: tuple[str, ...], values: Reals, design: BlockDesign, level: float) -> ConditionMean:
    n, mean = len(values), float(values.mean())
    if n < 2:
        return ConditionMean(levels, n, mean, None, None, None, None, ("one run has no spread: no interval",))
    if is_constant(values):
        note = f"all {n} runs have the same value: a t interval would have no width, so there is none"
        return ConditionMean(levels, n, mean, 0.0, None, None, None, (note,))
    where = condition_name(design.factors, levels)
    result = t_of_values(values, level, where=where, unit="runs")
    skewness = float(stats.skew(values)) if n > 2 else None
    return ConditionMean(levels, n, mean, float(values.std(ddof=1)), result.low, result.high, skewness)


def _cautions(conditions: tuple[ConditionMean, ...], rows: pd.DataFrame, design: BlockDesign) -> tuple[str, ...]:
    """Where intervals of single means are too narrow.

    The sample's own skewness does not decide: skewed outcomes are covered worst by just those samples that look even.
    """
    least = min((one.n for one in conditions if one.low is not None), default=EXPONENTIAL_COVERAGE[-1][0])
    percents = [percent for n, percent in EXPONENTIAL_COVERAGE if n <= least]
    percent = percents[-1] if percents else EXPONENTIAL_COVERAGE[0][1]
    if least >= EXPONENTIAL_COVERAGE[-1][0]:
        return ()
    spread = positive_spread_note(rows, design, fewest=least)
    return (
        *([spread] if spread else []),
        "intervals of single means hold for outcomes that are roughly even about their mean, which "
        f"{least} runs cannot show; of exponential values a 95 % interval covers about {percent} %",
    )


def _icc(rows: pd.DataFrame, design: BlockDesign) -> Icc | None:
    if not design.shared or not design.factors:
        return None
    table = rows.pivot(index=design.replicate, columns=list(design.factors), values=design.outcome)
    return icc_of_replicates(table.astype(np.float64))
