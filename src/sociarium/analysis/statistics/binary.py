"""Yes or no below the run (messages, posts, probes): shares by condition and odds against a baseline, by GEE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from sociarium.analysis.statistics.clusters import require_clusters
from sociarium.analysis.statistics.contrasts import contrasts
from sociarium.analysis.statistics.corrected_odds import corrected_log_odds
from sociarium.analysis.statistics.correlation import Icc, icc_of_rows, pair_correlation
from sociarium.analysis.statistics.design import BlockDesign, Intake, condition_name, level_name, usable_rows
from sociarium.analysis.statistics.intervals import TEstimate, require_level
from sociarium.analysis.statistics.models import Term, logistic_model
from sociarium.analysis.statistics.multiplicity import Correction, adjusted_p
from sociarium.analysis.statistics.outcomes import run_outcomes
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class BinaryShare:
    """The share of rows of a condition that are a yes, with runs as clusters.

    Attributes:
        low, high: GEE with Mancl and DeRouen's covariance on the log odds, t with runs less one; None if refused.
    """

    levels: tuple[str, ...]
    rows: int
    yes: int
    runs: int
    share: float
    low: float | None
    high: float | None
    refused: NotEstimable | None = None


@dataclass(frozen=True, slots=True)
class BinaryContrast:
    """A level against the baseline, on the log odds.

    Attributes:
        term: log odds ratio and odds ratio with t interval; None if refused.
        difference: of the two levels' shares, brought to runs, by t: holds its level where the odds ratio's interval is
            too wide (few clusters); None if refused.
        share, share_baseline: of all rows of the two levels.
        clusters: replicates where they are shared, else runs.
        correlation: of the shares of a replicate's two sides; only where replicates are shared.
    """

    level: str
    baseline: str
    term: Term | None
    difference: TEstimate | None
    share: float
    share_baseline: float
    rows: int
    clusters: int
    correlation: float | None
    notes: tuple[str, ...] = ()
    p_adjusted: float | None = None
    refused: NotEstimable | None = None


@dataclass(frozen=True, slots=True)
class BinaryContrasts:
    """A family of odds ratios, marginal over the other factors.

    Attributes:
        icc: of rows within runs, conditions removed.
    """

    factor: str
    outcome: str
    contrasts: tuple[BinaryContrast, ...]
    correction: Correction
    intake: Intake
    icc: Icc
    confidence: float


def binary_shares(frame: pd.DataFrame, design: BlockDesign, *, confidence: float = 0.95) -> tuple[BinaryShare, ...]:
    """Shares of rows by condition, with intervals that know that rows of a run are alike.

    Raises:
        BadInput: for an absent column, or an outcome other than 0 and 1.
    """
    require_level(confidence)
    rows, _ = _binary_rows(frame, design)
    groups = rows.groupby(list(design.factors), sort=True) if design.factors else [((), rows)]
    return tuple(_share(tuple(levels), group, design, confidence) for levels, group in groups)


def binary_contrasts(
    frame: pd.DataFrame,
    design: BlockDesign,
    *,
    factor: str,
    baseline: object,
    correction: Correction = "benjamini-hochberg",
    confidence: float = 0.95,
    corrected: bool = False,
) -> BinaryContrasts:
    """Odds of a yes at each level of a factor against the baseline, two levels at a time.

    Clusters are replicates where they are shared, else runs; covariance is Mancl and DeRouen's, t has
    Satterthwaite's degrees of freedom.

    Args:
        corrected: the outcome is a judge's yes or no as people's labels correct it, which may be below 0 and above 1.

    Raises:
        BadInput: for an absent column or level, or an outcome other than 0 and 1.
        NotEstimable: if not one comparison can be estimated; a single one is refused in its place.
    """
    require_level(confidence)
    rows, intake = usable_rows(frame, design) if corrected else _binary_rows(frame, design)
    if factor not in design.factors:
        raise BadInput(f"{factor!r} is no factor of the design; its factors are {', '.join(design.factors) or 'none'}")
    base = level_name(baseline)
    levels = sorted(rows[factor].unique())
    if base not in levels or len(levels) < 2:
        raise BadInput(f"{factor}: {base!r} cannot be the baseline; the levels that have rows are {', '.join(levels)}")
    term_of_pair = _corrected_term if corrected else _logistic_term
    result = [_contrast(rows, design, factor, (one, base), confidence, term_of_pair) for one in levels if one != base]
    if all(one.refused for one in result):
        assert result[0].refused is not None
        raise result[0].refused
    adjusted = adjusted_p([one.term.p if one.term else None for one in result], correction)
    family = tuple(replace(one, p_adjusted=p) for one, p in zip(result, adjusted, strict=True))
    condition = rows.groupby(list(design.factors), sort=False).ngroup()
    icc = icc_of_rows(rows[design.outcome].to_numpy(), rows[design.run], condition)
    return BinaryContrasts(factor, design.outcome, family, correction, intake, icc, confidence)


def _binary_rows(frame: pd.DataFrame, design: BlockDesign) -> tuple[pd.DataFrame, Intake]:
    rows, intake = usable_rows(frame, design)
    if not rows[design.outcome].isin((0.0, 1.0)).all():
        raise BadInput(f"{design.outcome}: values other than 0 and 1 are no yes or no; use means of runs")
    return rows, intake


def _share(levels: tuple[str, ...], rows: pd.DataFrame, design: BlockDesign, confidence: float) -> BinaryShare:
    y = rows[design.outcome].to_numpy()
    runs, yes = int(rows[design.run].nunique()), int(y.sum())
    result = BinaryShare(levels, len(y), yes, runs, yes / len(y), None, None)
    if refused := _share_refusal(yes, len(y), runs, condition_name(design.factors, levels)):
        return replace(result, refused=refused)
    groups = pd.factorize(rows[design.run])[0]
    fit = sm.GEE(y, np.ones((len(y), 1)), groups=groups, family=sm.families.Binomial()).fit(cov_type="bias_reduced")
    reach = float(stats.t.ppf(0.5 + confidence / 2, runs - 1)) * float(fit.bse[0])
    ends = [float(1 / (1 + np.exp(-(fit.params[0] + side * reach)))) for side in (-1, 1)]
    return replace(result, low=ends[0], high=ends[1])


def _share_refusal(yes: int, rows: int, runs: int, where: str) -> NotEstimable | None:
    if yes in {0, rows}:
        what = f"all {rows} rows are {'a yes' if yes else 'a no'}, so that log odds are infinite"
        return NotEstimable("separation", what=what, where=where, mend="look at runs with any, by `condition_shares`")
    try:
        require_clusters(runs, 1, where=where)
    except NotEstimable as refused:
        return refused
    return None


TermOfPair = Callable[[pd.DataFrame, str, str, float], tuple[Term, tuple[str, ...]]]
"""From rows (yes, level, cluster), the baseline, where that is and a confidence to a term and its notes."""


def _logistic_term(rows: pd.DataFrame, base: str, _where: str, confidence: float) -> tuple[Term, tuple[str, ...]]:
    fit = logistic_model("yes ~ level", rows, cluster="cluster", baselines={"level": base}, confidence=confidence)
    return fit.terms[1], fit.notes


def _corrected_term(rows: pd.DataFrame, base: str, where: str, confidence: float) -> tuple[Term, tuple[str, ...]]:
    groups = pd.factorize(rows["cluster"])[0]
    is_level = (rows["level"] != base).to_numpy()
    return corrected_log_odds(rows["yes"].to_numpy(), is_level, groups, where=where, confidence=confidence), ()


def _contrast(
    rows: pd.DataFrame,
    design: BlockDesign,
    factor: str,
    pair: tuple[str, str],
    confidence: float,
    term_of_pair: TermOfPair,
) -> BinaryContrast:
    two = rows[rows[factor].isin(pair)]
    cluster = design.replicate if design.shared else design.run
    means = two.groupby(factor)[design.outcome].mean()
    sides = two.groupby([cluster, factor])[design.outcome].mean().unstack(factor).dropna()
    result = BinaryContrast(
        *pair, None, _difference(two, design, factor, pair, confidence),
        float(means[pair[0]]), float(means[pair[1]]), len(two), int(two[cluster].nunique()),
        pair_correlation(*(sides[one].to_numpy() for one in pair)) if design.shared else None,
    )  # fmt: skip
    plain = pd.DataFrame({"yes": two[design.outcome], "level": two[factor], "cluster": two[cluster]})
    where = f"{factor}: {pair[0]} against {pair[1]}"
    try:
        term, notes = term_of_pair(plain, pair[1], where, confidence)
    except NotEstimable as refused:
        spoken = NotEstimable(refused.reason, what=refused.what, where=where, mend=refused.mend)
        return replace(result, refused=spoken)
    return replace(result, term=term, notes=notes + _uneven(two, design, factor))


def _difference(
    two: pd.DataFrame, design: BlockDesign, factor: str, pair: tuple[str, str], confidence: float
) -> TEstimate | None:
    runs = run_outcomes(two, design).frame
    try:
        family = contrasts(runs, design, factor=factor, baseline=pair[1], confidence=confidence)
    except NotEstimable:
        return None
    return family.contrasts[0].result


def _uneven(two: pd.DataFrame, design: BlockDesign, factor: str) -> tuple[str, ...]:
    others = [name for name in design.factors if name != factor]
    if not others:
        return ()
    counts = two.groupby([*others, factor])[design.run].nunique().unstack(factor).fillna(0)
    if (counts.iloc[:, 0] == counts.iloc[:, 1]).all():
        return ()
    return (f"runs of {', '.join(others)} are not spread alike over the two levels; adjust for them by `logistic`",)
