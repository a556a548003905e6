"""The note on positive outcomes that vary much (`analysis.positive_spread`), for tables of runs."""

from __future__ import annotations

import pandas as pd

from sociarium.analysis.positive_spread import positive_spread_text
from sociarium.analysis.statistics.design import BlockDesign


def positive_spread_note(rows: pd.DataFrame, design: BlockDesign, *, fewest: int) -> str:
    """What a reader of intervals is told of an outcome that is positive and varies much; empty for others.

    Args:
        rows: one a run, with the columns of `design`.
        fewest: runs behind the interval that has the fewest.
    """
    values = rows[design.outcome].dropna()
    keys = [rows.loc[values.index, one] for one in design.factors] or [pd.Series(0, index=values.index)]
    return positive_spread_text((cell.astype(float).tolist() for _, cell in values.groupby(keys)), fewest=fewest)
