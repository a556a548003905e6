"""Outcomes for which few runs make intervals by t too narrow: positive ones that vary much within conditions.

A sample's own skewness is no sign of it: of exponential values the samples that look even are covered worst. How large
their spread is beside their mean, few runs do show: the rule holds in 99 of 100 samples of exponential values in two
conditions with 5 runs each, and in none of normal values with a spread of a tenth of their mean (docs/statistics.md).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sociarium.analysis.statistics.design import BlockDesign

VARIES_MUCH = 0.4
"""Standard deviation over mean within conditions (the root of the mean square over these)."""
SPREAD = "values are positive and spread by"
"""Begins the note."""
FEW = 30
"""Runs a level under which families of contrasts say for which outcomes their intervals hold."""


def positive_spread_note(rows: pd.DataFrame, design: BlockDesign, *, fewest: int) -> str:
    """What a reader of intervals is told of an outcome that is positive and varies much; empty for others.

    Args:
        rows: one a run, with the columns of `design`.
        fewest: runs behind the interval that has the fewest.
    """
    values = rows[design.outcome].dropna()
    if fewest >= FEW or values.empty or values.min() <= 0:
        return ""
    keys = [rows.loc[values.index, one] for one in design.factors] or [pd.Series(0, index=values.index)]
    cells = values.groupby(keys).agg(["mean", "std"]).dropna()
    if cells.empty:
        return ""
    ratio = float(np.sqrt(((cells["std"] / cells["mean"]) ** 2).mean()))
    if ratio <= VARIES_MUCH:
        return ""
    return (
        f"{SPREAD} {ratio:.0%} of their mean within conditions, over {fewest} runs; if this is a count, a length or a "
        "duration, 95 % intervals cover 91 to 95 % of differences and 82 to 92 % of single means, and 95 % with "
        "`logarithm: true` in a declared analysis; answers on a scale with two ends are covered as differences"
    )
