"""How alike rows of one run, and runs of one replicate, are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sociarium.analysis.statistics.intervals import is_constant
from sociarium.analysis.statistics.vectors import Reals


@dataclass(frozen=True, slots=True)
class Icc:
    """An intraclass correlation.

    Attributes:
        value: from -1/(size - 1) to 1; None where it cannot be computed, which `note` explains.
        clusters: how many groups it rests on.
        size: rows a group (the harmonic adjustment n0 where groups differ).
        kind: `rows within runs` (one-way: ICC(1)) or `runs within replicates` (two-way consistency: ICC(3,1)).
    """

    value: float | None
    clusters: int
    size: float
    kind: str
    note: str = ""


ROWS_IN_RUNS = "rows within runs"
RUNS_IN_REPLICATES = "runs within replicates"


def icc_of_rows(outcome: Reals, run: Reals | pd.Series, condition: pd.Series | None = None) -> Icc:
    """ICC(1) of rows within runs, with the means of conditions removed (one-way analysis of variance).

    Args:
        outcome: a value a row.
        run: of each row.
        condition: of each row; a run is in one. Without it, all are in one.
    """
    rows = pd.DataFrame({"y": np.asarray(outcome, dtype=float), "run": np.asarray(run)})
    rows["condition"] = 0 if condition is None else np.asarray(condition)
    runs = rows.groupby("run", sort=False).agg(n=("y", "size"), mean=("y", "mean"), condition=("condition", "first"))
    total, k = len(rows), len(runs)
    between_df, within_df = k - runs["condition"].nunique(), total - k
    if between_df < 1 or within_df < 1:
        return Icc(
            None, k, total / max(k, 1), ROWS_IN_RUNS, "needs runs with several rows, and conditions with several runs"
        )
    grand = rows.groupby("condition")["y"].transform("mean")
    centre = rows.groupby("run")["y"].transform("mean")
    between = float(((centre - grand) ** 2).sum()) / between_df
    within = float(((rows["y"] - centre) ** 2).sum()) / within_df
    sizes = runs.groupby("condition")["n"].agg(lambda n: n.sum() - (n**2).sum() / n.sum())
    size = float(sizes.sum()) / between_df
    spread = between + (size - 1) * within
    if is_constant(rows["y"].to_numpy()) or spread <= 0:
        return Icc(None, k, size, ROWS_IN_RUNS, "the outcome does not vary within conditions")
    return Icc((between - within) / spread, k, size, ROWS_IN_RUNS)


def icc_of_replicates(table: pd.DataFrame) -> Icc:
    """ICC(3,1) of runs within replicates, with the means of conditions removed (Shrout and Fleiss 1979).

    Two conditions with like spread have their Pearson correlation as its value, nearly.

    Args:
        table: a row a replicate, a column a condition; replicates with an empty cell are left out.
    """
    complete = table.dropna().to_numpy(dtype=float)
    n, k = complete.shape
    if n < 2 or k < 2:
        return Icc(None, n, k, RUNS_IN_REPLICATES, "needs two replicates that are complete in two conditions")
    rest = complete - complete.mean(axis=0)
    blocks = rest.mean(axis=1)
    between = k * float((blocks**2).sum()) / (n - 1)
    error = float(((rest - blocks[:, None]) ** 2).sum()) / ((n - 1) * (k - 1))
    spread = between + (k - 1) * error
    if spread <= 0:
        return Icc(None, n, k, RUNS_IN_REPLICATES, "the outcome does not vary within conditions")
    return Icc((between - error) / spread, n, k, RUNS_IN_REPLICATES)


def pair_correlation(first: Reals, second: Reals) -> float | None:
    """Pearson's correlation of pairs; None for fewer than three or a constant side."""
    if len(first) < 3 or is_constant(first) or is_constant(second):
        return None
    return float(np.corrcoef(first, second)[0, 1])
