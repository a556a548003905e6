"""A linear model with one random intercept, by restricted maximum likelihood in one dimension.

statsmodels' MixedLM fails to converge where the variance of the intercept is near zero, a common case here. With one
random intercept the likelihood has a single parameter besides what least squares gives, the ratio of the two variances,
and is searched for its best value without derivatives, zero included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from sociarium.analysis.statistics.vectors import Reals


@dataclass(frozen=True, slots=True, eq=False)
class RandomIntercept:
    """The fit.

    Attributes:
        params: of shape (terms,).
        covariance: of shape (terms, terms).
        between, within: variances of the intercept and of the rest.
        df: of each term, of shape (terms,): between groups or within (Schluchter and Elashoff 1990).
    """

    params: Reals
    covariance: Reals
    between: float
    within: float
    df: Reals


def fit_random_intercept(y: Reals, x: Reals, groups: NDArray[np.int64]) -> RandomIntercept:
    """Fit by REML.

    Args:
        y: of shape (rows,).
        x: of shape (rows, terms), of full rank.
        groups: numbers from 0, of shape (rows,).
    """
    sizes = np.bincount(groups).astype(float)
    rows, terms = x.shape
    # Residuals of least squares instead of the outcome: small numbers, whose squares do not cancel.
    start = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ start
    x_sums, rest_sums = _sums(x, groups), np.bincount(groups, rest)
    whole, whole_rest, whole_squares = x.T @ x, x.T @ rest, float(rest @ rest)

    def solve(ratio: float) -> tuple[Reals, Reals, float, float]:
        # V = I + ratio * J in each group, so that its inverse is I - part * J.
        part = ratio / (1 + ratio * sizes)
        cross = whole - x_sums.T @ (x_sums * part[:, None])
        right = whole_rest - x_sums.T @ (rest_sums * part)
        change = np.linalg.solve(cross, right)
        squares = whole_squares - float(rest_sums**2 @ part) - float(change @ right)
        deviance = (
            (rows - terms) * np.log(squares) + float(np.log1p(ratio * sizes).sum()) + float(np.linalg.slogdet(cross)[1])
        )
        return start + change, cross, squares, deviance

    grid = np.concatenate([[0.0], np.exp(np.linspace(-8, 8, 81))])
    deviances = [solve(ratio)[3] for ratio in grid]
    best = int(np.argmin(deviances))
    ratio = float(grid[best])
    if best > 0:
        low, high = grid[best - 1], grid[min(best + 1, len(grid) - 1)]
        search = minimize_scalar(lambda r: solve(r)[3], bounds=(low, high), method="bounded", options={"xatol": 1e-10})
        ratio = float(search.x) if search.fun < deviances[best] else ratio
    params, cross, squares, _ = solve(ratio)
    within = squares / (len(y) - x.shape[1])
    return RandomIntercept(
        params, within * np.linalg.inv(cross), ratio * within, within, _degrees_of_freedom(x, groups, len(sizes))
    )


def _sums(x: Reals, groups: NDArray[np.int64]) -> Reals:
    return np.stack([np.bincount(groups, column) for column in x.T], axis=1)


def _degrees_of_freedom(x: Reals, groups: NDArray[np.int64], count: int) -> Reals:
    """What varies within groups is judged by the rest within them, what does not by the groups themselves."""
    means = _sums(x, groups) / np.bincount(groups)[:, None]
    inside = np.abs(x - means[groups]).max(axis=0) > 1e-9 * np.maximum(1.0, np.abs(x).max(axis=0))
    between = count - int((~inside).sum())
    within = len(x) - count - int(inside.sum())
    return np.where(inside, within, between).astype(float)
