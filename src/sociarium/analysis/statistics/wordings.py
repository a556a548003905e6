"""Effects by wording of a text, and over wordings: a level that says one thing in several ways.

Wordings are a sample of the ways in which something can be said, nested in their level. An effect that is to hold for
other wordings has them as units: means of wordings are compared by Welch's t, so that many runs of few wordings make
no certainty (Clark 1973, J. Verbal Learning 12, 335-359: the language-as-fixed-effect fallacy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sociarium.analysis.statistics.intervals import TEstimate, is_constant, t_estimate
from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import NotEstimable

# isort: split
import pandas as pd

LEAST_WORDINGS = 5
"""Fewer are shown one by one, and not generalised."""


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One wording of a level against the baseline.

    Attributes:
        wording: from 1; 0: the only one.
        n: replicates.
        mean: of the outcome.
        difference: from the baseline, all its wordings together; None where `note` says why.
    """

    level: str
    wording: int
    n: int
    mean: float
    difference: TEstimate | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WordingEffect:
    """A level against the baseline over wordings.

    Attributes:
        wordings: of the level and of the baseline; 1 where there is one.
        general: over wordings; None where `note` says why.
    """

    level: str
    baseline: str
    wordings: tuple[int, int]
    rows: tuple[WordingRow, ...]
    general: TEstimate | None
    note: str


def effects_over_wordings(
    units: pd.DataFrame, *, factor: str, baseline: str, outcome: str, wording: str, confidence: float = 0.95
) -> tuple[WordingEffect, ...]:
    """Every level of a factor against its baseline, by wording and over wordings.

    Args:
        units: a row a replicate and level: the outcome, averaged over other factors, and which wording it was.
        wording: column with the number of the wording; missing where a level has one.
    """
    rows = units.dropna(subset=[outcome]).assign(**{wording: pd.to_numeric(units[wording]).fillna(0).astype(int)})
    base = rows[rows[factor] == baseline]
    levels = [level for level in rows[factor].unique() if level != baseline]
    return tuple(
        _effect(rows[rows[factor] == level], base, (str(level), baseline), outcome, wording, confidence)
        for level in levels
    )


def _effect(
    own: pd.DataFrame, base: pd.DataFrame, pair: tuple[str, str], outcome: str, wording: str, confidence: float
) -> WordingEffect:
    where = f"{pair[0]} against {pair[1]}"
    rows = []
    for number, group in own.groupby(wording):
        values = group[outcome].to_numpy(dtype=float)
        difference, note = _attempt(values, base[outcome].to_numpy(dtype=float), confidence, where)
        rows.append(WordingRow(pair[0], int(number), len(values), float(values.mean()), difference, note))
    counts = (own[wording].nunique(), base[wording].nunique())
    sides = (_means(own, outcome, wording), _means(base, outcome, wording))
    few = [f"{level} has {count}" for level, count in zip(pair, counts, strict=True) if 1 < count < LEAST_WORDINGS]
    if counts == (1, 1):
        few = ["both have one"]
    if few:
        note = f"not generalised over wordings: {', '.join(few)}, and {LEAST_WORDINGS} are needed"
        return WordingEffect(*pair, counts, tuple(rows), None, note)
    general, note = _attempt(*sides, confidence, where)
    fixed = [level for level, count in zip(pair, counts, strict=True) if count == 1]
    note = note or (f"{fixed[0]} has one wording: the effect is against these very words" if fixed else "")
    return WordingEffect(*pair, counts, tuple(rows), general, note)


def _means(rows: pd.DataFrame, outcome: str, wording: str) -> Reals:
    """The units of a side: means of wordings, or its replicates where it has one wording."""
    values = rows[outcome] if rows[wording].nunique() < 2 else rows.groupby(wording)[outcome].mean()
    return np.asarray(values, dtype=float)


def _attempt(one: Reals, other: Reals, confidence: float, where: str) -> tuple[TEstimate | None, str]:
    try:
        return _welch(one, other, confidence, where), ""
    except NotEstimable as refused:
        return None, str(refused)


def _welch(one: Reals, other: Reals, confidence: float, where: str) -> TEstimate:
    if min(len(one), len(other)) < 2:
        raise NotEstimable(
            "too few", what="a spread needs two replicates on both sides", where=where, mend="run more replicates"
        )
    parts = np.array([one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)])
    if is_constant(one) and is_constant(other):
        raise NotEstimable(
            "constant outcome", what="both sides are constant", where=where, mend="choose an outcome that varies"
        )
    df = parts.sum() ** 2 / (parts**2 / np.array([len(one) - 1, len(other) - 1])).sum()
    return t_estimate(float(one.mean() - other.mean()), float(np.sqrt(parts.sum())), float(df), confidence)
