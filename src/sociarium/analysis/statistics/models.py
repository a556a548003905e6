"""Linear, logistic and mixed models by formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from sociarium.analysis.statistics.cluster_errors import cluster_errors
from sociarium.analysis.statistics.clusters import require_clusters
from sociarium.analysis.statistics.correlation import Icc, icc_of_rows
from sociarium.analysis.statistics.intervals import require_level
from sociarium.analysis.statistics.matrix import Matrix, design_matrix, refuse_separation
from sociarium.analysis.statistics.random_intercept import fit_random_intercept
from sociarium.analysis.statistics.vectors import Reals
from sociarium.analysis.student_t import TINY
from sociarium.errors import BadInput, NotEstimable

Kind = Literal["linear", "logistic", "mixed"]

EVENTS_A_TERM = 10
"""Rarer answers a term under which a logistic model carries a note (Peduzzi and others 1996)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A coefficient; of a logistic model, in log odds.

    Attributes:
        df: degrees of freedom of t; infinite for z.
        odds_ratio: with its interval; None unless logistic.
    """

    name: str
    estimate: float
    se: float
    statistic: float
    df: float
    p: float
    low: float
    high: float
    odds_ratio: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class ModelFit:
    """A model as fitted.

    Attributes:
        n: rows used; `missing` were left out for an empty column.
        cluster: column of the clusters; None without.
        icc: of rows within clusters: of residuals, or of a mixed model's variances.
        covariance: how standard errors are made, in words.
        notes: where numbers are to be taken with care.
    """

    kind: Kind
    formula: str
    terms: tuple[Term, ...]
    n: int
    missing: int
    cluster: str | None
    clusters: int
    icc: Icc | None
    covariance: str
    notes: tuple[str, ...]
    confidence: float


def linear_model(
    formula: str,
    frame: pd.DataFrame,
    *,
    cluster: str | None = None,
    baselines: Mapping[str, object] | None = None,
    confidence: float = 0.95,
) -> ModelFit:
    """Least squares; with clusters, GEE with independent working correlation, bias-reduced covariance and t.

    Args:
        cluster: column of what belongs together: the run of messages, the replicate of runs with shared draws.
        baselines: of factors, by column.

    Raises:
        BadInput: for what is wrong with formula or columns.
        NotEstimable: for what cannot be estimated.
    """
    require_level(confidence)
    matrix = design_matrix(formula, frame, cluster=cluster, baselines=baselines)
    if cluster is None:
        result = sm.OLS(matrix.y, matrix.x).fit()
        _refuse_perfect(matrix, np.asarray(result.resid))
        terms = _terms(matrix, result.params, result.bse, np.full(len(matrix.terms), result.df_resid), confidence)
        return _record("linear", matrix, terms, None, "least squares, one variance for all rows; t", (), confidence)
    return _gee_fit("linear", matrix, confidence)


def logistic_model(
    formula: str,
    frame: pd.DataFrame,
    *,
    cluster: str | None = None,
    baselines: Mapping[str, object] | None = None,
    confidence: float = 0.95,
) -> ModelFit:
    """Maximum likelihood for one yes or no a unit; with clusters, GEE with bias-reduced covariance and t.

    Raises:
        BadInput: for what is wrong with formula or columns, or an outcome other than 0 and 1.
        NotEstimable: for what cannot be estimated, such as separation.
    """
    require_level(confidence)
    matrix = design_matrix(formula, frame, cluster=cluster, baselines=baselines)
    if not np.isin(matrix.y, (0.0, 1.0)).all():
        raise BadInput(
            f"{formula}: the outcome {matrix.formula.outcome!r} must be 0 or 1 (or true and false) in every row"
        )
    refuse_separation(matrix.y, matrix.x, matrix.terms, formula)
    if cluster is not None:
        return _gee_fit("logistic", matrix, confidence)
    result = sm.Logit(matrix.y, matrix.x).fit(disp=0, maxiter=200, warn_convergence=False)
    if not result.mle_retvals["converged"]:
        raise _convergence_refusal(formula)
    terms = _terms(matrix, result.params, result.bse, np.full(len(matrix.terms), np.inf), confidence, odds=True)
    words = "maximum likelihood; Wald's z"
    return _record("logistic", matrix, terms, None, words, _rare_notes(matrix), confidence)


def mixed_model(
    formula: str,
    frame: pd.DataFrame,
    *,
    group: str,
    baselines: Mapping[str, object] | None = None,
    confidence: float = 0.95,
) -> ModelFit:
    """A linear model with a random intercept by group (replicate, run, wording), by REML; t between and within groups.

    Raises:
        BadInput: for what is wrong with formula or columns.
        NotEstimable: for what cannot be estimated, such as fewer than five groups.
    """
    require_level(confidence)
    matrix = design_matrix(formula, frame, cluster=group, baselines=baselines)
    assert matrix.groups is not None
    require_clusters(matrix.clusters, 1, where=f"{formula}, groups by {group}")
    if matrix.clusters == len(matrix.y):
        raise NotEstimable(
            "too few", what="every group has one row, so that groups and rows cannot be told apart",
            where=f"{formula}, groups by {group}", mend="use `linear_model`, or a group with several rows",
        )  # fmt: skip
    _refuse_perfect(matrix, matrix.y - matrix.x @ np.linalg.lstsq(matrix.x, matrix.y, rcond=None)[0])
    result = fit_random_intercept(matrix.y, matrix.x, matrix.groups)
    if float(result.df.min()) < 1:
        raise NotEstimable(
            "too few clusters", what=f"{matrix.clusters} groups do not carry the terms that vary between them",
            where=formula, mend="leave out terms, or run more",
        )  # fmt: skip
    terms = _terms(matrix, result.params, np.sqrt(np.diag(result.covariance)), result.df, confidence)
    share = result.between / (result.between + result.within)
    icc = Icc(share, matrix.clusters, len(matrix.y) / matrix.clusters, f"rows within {group}")
    notes = () if result.between > 0 else (f"the variance between {group}s is estimated as zero",)
    return _record("mixed", matrix, terms, icc, "REML; t, between-within degrees of freedom", notes, confidence)


def _gee_fit(kind: Literal["linear", "logistic"], matrix: Matrix, confidence: float) -> ModelFit:
    """GEE with Mancl and DeRouen's covariance, and t with Satterthwaite's degrees of freedom."""
    terms_count = len(matrix.terms)
    where = f"{matrix.formula.text}, clusters by {matrix.cluster}"
    require_clusters(matrix.clusters, terms_count, where=where)
    family = sm.families.Gaussian() if kind == "linear" else sm.families.Binomial()
    model = sm.GEE(matrix.y, matrix.x, groups=matrix.groups, family=family, cov_struct=sm.cov_struct.Independence())
    result = model.fit(maxiter=200)
    means = np.asarray(result.fittedvalues)
    if not result.converged or not np.isfinite(means).all():
        raise _convergence_refusal(where)
    residuals = matrix.y - means
    _refuse_perfect(matrix, residuals)
    assert matrix.groups is not None
    weights = means * (1 - means) if kind == "logistic" else np.ones(len(means))
    few = cluster_errors(matrix.x, residuals, weights, matrix.groups, where=where)
    terms = _terms(matrix, result.params, few.errors, few.df, confidence, odds=kind == "logistic")
    icc = icc_of_rows(residuals, pd.Series(matrix.groups))
    words = "GEE, independent working correlation, Mancl and DeRouen's covariance; t with Satterthwaite's df"
    notes = _few_notes(matrix.clusters) + (_rare_notes(matrix) if kind == "logistic" else ())
    return _record(kind, matrix, terms, icc, words, notes, confidence)


def _few_notes(clusters: int) -> tuple[str, ...]:
    if clusters >= 20:
        return ()
    return (f"{clusters} clusters: 95 % intervals cover 94 to 97 % (more where clusters have few rows)",)


def _rare_notes(matrix: Matrix) -> tuple[str, ...]:
    rarer = int(min(matrix.y.sum(), len(matrix.y) - matrix.y.sum()))
    if rarer >= EVENTS_A_TERM * len(matrix.terms):
        return ()
    return (f"{rarer} of the rarer answer for {len(matrix.terms)} terms: odds ratios are biased away from 1",)


def _refuse_perfect(matrix: Matrix, residuals: Reals) -> None:
    if float((residuals**2).sum()) <= TINY * float(((matrix.y - matrix.y.mean()) ** 2).sum()):
        raise NotEstimable(
            "constant outcome", what="the terms determine the outcome: nothing is left from which errors could be told",
            where=matrix.formula.text, mend="look at the values themselves, or leave out terms",
        )  # fmt: skip


def _convergence_refusal(where: str) -> NotEstimable:
    return NotEstimable(
        "not converged", what="the model's estimates do not settle", where=where,
        mend="leave out terms, or join levels with few rows",
    )  # fmt: skip


def _terms(
    matrix: Matrix, params: Reals, errors: Reals, df: Reals, confidence: float, *, odds: bool = False
) -> tuple[Term, ...]:
    return tuple(
        term_of(name, float(estimate), float(se), float(freedom), confidence, odds=odds)
        for name, estimate, se, freedom in zip(matrix.terms, params, errors, df, strict=True)
    )


def term_of(name: str, estimate: float, se: float, df: float, confidence: float, *, odds: bool) -> Term:
    """A coefficient with its interval and test by t; with infinite degrees of freedom by z.

    Args:
        odds: it is in log odds, and has an odds ratio.
    """
    # scipy's t with infinite degrees of freedom is the normal.
    reach = float(stats.t.ppf(0.5 + confidence / 2, df)) * se
    low, high = estimate - reach, estimate + reach
    with np.errstate(over="ignore"):
        ratio = (float(np.exp(estimate)), float(np.exp(low)), float(np.exp(high))) if odds else None
    return Term(name, estimate, se, estimate / se, df, float(2 * stats.t.sf(abs(estimate / se), df)), low, high, ratio)


def _record(
    kind: Kind,
    matrix: Matrix,
    terms: tuple[Term, ...],
    icc: Icc | None,
    covariance: str,
    notes: tuple[str, ...],
    confidence: float,
) -> ModelFit:
    formula, n = matrix.formula.text, len(matrix.y)
    return ModelFit(
        kind, formula, terms, n, matrix.missing, matrix.cluster, matrix.clusters, icc, covariance, notes, confidence
    )
