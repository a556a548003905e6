"""Outcomes of messages, posts, probes or people, brought to runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from sociarium.analysis.statistics.correlation import Icc, icc_of_rows
from sociarium.analysis.statistics.design import BlockDesign, Intake, usable_rows
from sociarium.errors import BadInput

How = Literal["mean", "sum", "min", "max", "first", "last", "any"]
"""How rows of a run become its outcome. first, last: in the table's order. any: 1 if a row is other than zero."""

ROWS = "rows"
"""Column of the result with how many outcomes a run has."""


@dataclass(frozen=True, slots=True, eq=False)
class RunOutcomes:
    """A row a run.

    Attributes:
        frame: columns of the design, and `rows`: how many outcomes the run has.
        icc: of the rows within runs, conditions removed.
    """

    frame: pd.DataFrame
    intake: Intake
    icc: Icc
    how: How


def run_outcomes(frame: pd.DataFrame, design: BlockDesign, *, how: How = "mean") -> RunOutcomes:
    """Bring outcomes to runs, the unit that conditions were given to.

    Args:
        frame: any number of rows a run; runs without an outcome are left out and counted.

    Raises:
        BadInput: for an absent column, or a run that stands in two conditions or replicates.
    """
    rows, intake = usable_rows(frame, design)
    fixed = [*design.placing[1:], *design.factors]
    if ROWS in design.columns:
        raise BadInput(f"a column of the design is called {ROWS!r}, as the count of rows will be; rename it")
    varying = (
        rows.groupby(design.run, sort=False)[fixed].nunique(dropna=False).max() if len(rows) else pd.Series(dtype=int)
    )
    for column, count in varying.items():
        if count > 1:
            raise BadInput(f"column {column!r} differs within a run; a run has one condition and one replicate")
    if how == "any":
        rows[design.outcome] = (rows[design.outcome] != 0).astype(float)
    groups = rows.groupby(design.run, sort=False)
    result = groups[fixed].first()
    result[design.outcome] = groups[design.outcome].agg("max" if how == "any" else how)
    result[ROWS] = groups.size()
    condition = rows.groupby(list(design.factors), sort=False).ngroup() if design.factors else None
    icc = icc_of_rows(rows[design.outcome].to_numpy(), rows[design.run], condition)
    return RunOutcomes(result.reset_index(), intake, icc, how)
