"""Differential loss: whether what is empty, refused, cut or failed depends on the condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sociarium.analysis.statistics.design import level_name, require_columns
from sociarium.analysis.statistics.intervals import Proportion, wilson
from sociarium.analysis.statistics.multiplicity import adjusted_p
from sociarium.errors import BadInput

KINDS = ("empty", "refused", "cut", "failed")
"""Ways in which a run is lost to the analysis."""

DRAWS = 20_000
"""Tables of a Monte Carlo test."""


@dataclass(frozen=True, slots=True)
class LossOfCondition:
    """What a condition lost: counts by kind, and the share of its runs that is lost in any way."""

    levels: tuple[str, ...]
    runs: int
    counts: tuple[int, ...]
    lost: Proportion


@dataclass(frozen=True, slots=True)
class LossTest:
    """Whether a kind of loss is spread evenly.

    Attributes:
        kind: or `any`.
        method: `exact` (Fisher), `Monte Carlo chi-square` or `chi-square`; empty where there is nothing to test.
        p, p_adjusted: None where there is nothing to test, as `note` says. Adjusted by Holm over the kinds.
    """

    kind: str
    lost: int
    chi_square: float | None
    p: float | None
    p_adjusted: float | None
    method: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DifferentialLoss:
    """Losses by condition, and their tests.

    Attributes:
        kinds: in the order of the counts.
        seed: of the Monte Carlo tables.
    """

    factors: tuple[str, ...]
    kinds: tuple[str, ...]
    conditions: tuple[LossOfCondition, ...]
    tests: tuple[LossTest, ...]
    seed: int


def differential_loss(
    frame: pd.DataFrame, *, factors: Sequence[str], loss: str = "loss", kinds: Sequence[str] = KINDS, seed: int = 0
) -> DifferentialLoss:
    """Count what each condition lost, and test whether losses depend on it.

    Args:
        frame: a row a planned run; lost ones too.
        loss: column with one of the kinds, or nothing for a run that counts.

    Raises:
        BadInput: for an absent column, an unknown kind or no row.
    """
    require_columns(frame, [*factors, loss])
    if not len(frame):
        raise BadInput("losses: there is no run; give a table with a row a planned run")
    kind = frame[loss].astype(object).where(frame[loss].notna(), "")
    unknown = sorted(set(map(str, kind)) - {"", *kinds})
    if unknown:
        raise BadInput(f"column {loss!r} holds {', '.join(map(repr, unknown))}; kinds of loss are {', '.join(kinds)}")
    levels = list(zip(*([level_name(one) for one in frame[factor]] for factor in factors), strict=True)) or [()] * len(
        frame
    )
    conditions = sorted(set(levels))
    position = {levels: number for number, levels in enumerate(conditions)}
    row = np.array([position[one] for one in levels])
    runs = np.bincount(row, minlength=len(conditions))
    counts = np.stack([np.bincount(row[(kind == one).to_numpy()], minlength=len(conditions)) for one in kinds])
    rng = np.random.default_rng(seed)
    tests = [_loss_test(name, counts[number], runs, rng) for number, name in enumerate(kinds)]
    adjusted = iter(adjusted_p([test.p for test in tests if test.p is not None], "holm"))
    every = counts.sum(axis=0)
    total = _loss_test("any", every, runs, rng)
    return DifferentialLoss(
        tuple(factors),
        tuple(kinds),
        tuple(
            LossOfCondition(one, int(runs[k]), tuple(map(int, counts[:, k])), wilson(int(every[k]), int(runs[k])))
            for k, one in enumerate(conditions)
        ),
        (
            LossTest(total.kind, total.lost, total.chi_square, total.p, total.p, total.method, total.note),
            *(
                LossTest(t.kind, t.lost, t.chi_square, t.p, None if t.p is None else next(adjusted), t.method, t.note)
                for t in tests
            ),
        ),
        seed,
    )


def _loss_test(kind: str, lost: NDArray[np.int64], runs: NDArray[np.int64], rng: np.random.Generator) -> LossTest:
    count = int(lost.sum())
    if len(runs) < 2:
        return LossTest(kind, count, None, None, None, "", "one condition: nothing to compare")
    if count == 0 or count == int(runs.sum()):
        return LossTest(
            kind, count, None, None, None, "", "no run is lost so" if count == 0 else "every run is lost so"
        )
    table = np.stack([lost, runs - lost])
    result = stats.chi2_contingency(table, correction=False)
    if len(runs) == 2:
        p, method = float(stats.fisher_exact(table).pvalue), "exact"
    elif float(result.expected_freq.min()) < 5:
        p, method = _monte_carlo(table, float(result.statistic), rng), "Monte Carlo chi-square"
    else:
        p, method = float(result.pvalue), "chi-square"
    return LossTest(kind, count, float(result.statistic), p, None, method)


def _monte_carlo(table: NDArray[np.int64], statistic: float, rng: np.random.Generator) -> float:
    """The share of random tables with these margins that are at least as uneven, the table itself included."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    expected = np.outer(rows, columns) / rows.sum()
    # Two rows: the first determines the second, and is hypergeometric.
    first = rng.multivariate_hypergeometric(columns, int(rows[0]), size=DRAWS, method="marginals")
    spread = ((first - expected[0]) ** 2 * (1 / expected[0] + 1 / expected[1])).sum(axis=1)
    return (1 + int((spread >= statistic - 1e-9).sum())) / (1 + DRAWS)
