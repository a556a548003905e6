"""Forks against their sham: what a change made midway does, beyond what going on again does by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sociarium.analysis.statistics.correlation import pair_correlation
from sociarium.analysis.statistics.design import level_name, numbers, require_columns
from sociarium.analysis.statistics.intervals import TEstimate, t_of_values
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class ForkColumns:
    """Columns of a data frame of forks, one row a forked run.

    Attributes:
        origin: the run that was forked.
        arm: what was changed; one of its values is the sham, a fork that changes nothing.
        outcome: after the fork.
        before: the same of the origin before the fork; None where there is none.
    """

    origin: str = "origin"
    arm: str = "arm"
    outcome: str = "outcome"
    before: str | None = None


@dataclass(frozen=True, slots=True)
class ForkEffect:
    """An arm against the sham.

    Attributes:
        result: difference of the changes (of the outcomes where nothing stands before), over origins.
        origins: with both an arm and a sham.
        unpaired: origins left out, which lack one of them.
        correlation: of arm and sham of an origin.
    """

    arm: str
    sham: str
    result: TEstimate
    origins: int
    unpaired: int
    missing: int
    correlation: float | None


def fork_effect(
    frame: pd.DataFrame, columns: ForkColumns, *, arm: object, sham: object, confidence: float = 0.95
) -> ForkEffect:
    """Difference of differences by origin run: (arm after - before) - (sham after - before), by t over origins.

    Several forks of one arm and origin count as their mean.

    Raises:
        BadInput: for an absent column or arm.
        NotEstimable: for fewer than two origins with both, or no spread.
    """
    names = [columns.origin, columns.arm, columns.outcome, *([columns.before] if columns.before else [])]
    require_columns(frame, names)
    values = numbers(frame[columns.outcome], columns.outcome)
    if columns.before:
        values = values - numbers(frame[columns.before], columns.before)
    pair = (level_name(arm), level_name(sham))
    rows = pd.DataFrame(
        {"origin": frame[columns.origin], "arm": [level_name(one) for one in frame[columns.arm]], "value": values}
    )
    absent = [one for one in pair if one not in set(rows["arm"])]
    if absent or pair[0] == pair[1]:
        raise BadInput(
            f"{columns.arm}: no fork is {', '.join(map(repr, absent)) or 'other than the sham'}; its values are "
            f"{', '.join(sorted(rows['arm'].unique()))}"
        )
    two = rows[rows["arm"].isin(pair)]
    table = two.dropna().groupby(["origin", "arm"])["value"].mean().unstack("arm").reindex(columns=list(pair))
    complete = table.dropna()
    where = f"forks: {pair[0]} against {pair[1]}"
    if len(complete) < 2:
        raise NotEstimable(
            "too few", what=f"{len(complete)} origins have both, and a spread needs two", where=where,
            mend="fork more origins, each with a sham",
        )  # fmt: skip
    sides = [complete[one].to_numpy(dtype=np.float64) for one in pair]
    result = t_of_values(sides[0] - sides[1], confidence, where=where, unit="differences within origins")
    unpaired = int(two["origin"].nunique()) - len(complete)
    return ForkEffect(
        *pair, result, len(complete), unpaired, int(two["value"].isna().sum()), pair_correlation(sides[0], sides[1])
    )
