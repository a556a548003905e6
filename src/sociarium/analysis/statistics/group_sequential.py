"""Bounds of tests that are made several times while runs come in, so that together they err as often as alpha says.

Sources: Lan and DeMets 1983 (Biometrika 70), spending functions; Armitage, McPherson and Rowe 1969, the recursion;
Reboussin, DeMets, Kim and Lan 2000 (Controlled Clinical Trials 21), both as computed here; Jennison and Turnbull 2000
(Group Sequential Methods), nominal levels for t tests (3.8) and repeated confidence intervals (9). P of a look becomes
the smallest alpha at which that look would reject, to which a correction for several hypotheses applies (Liu and
Anderson 2008; Ye, Li, Liu and Yao 2013).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import TEstimate

# isort: split
import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import t

from sociarium.experiment.sequential import Spending

_NODES = 201
"""Of the quadrature over where a test may stand that goes on."""
_FARTHEST = 9.0
"""Standard deviations beyond which nothing is expected."""
_LEAST, _MOST = 1e-10, 1 - 1e-6


def spent_alpha(fraction: float, alpha: float, spending: Spending) -> float:
    """Alpha that is spent, of both sides, when a share of the runs is there.

    Args:
        fraction: from 0 to 1.
    """
    if spending == "pocock":
        return alpha * math.log(1 + (math.e - 1) * fraction)
    return float(4 * ndtr(ndtri(alpha / 4) / math.sqrt(fraction)))


@lru_cache(maxsize=1)
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(_NODES)


@lru_cache(maxsize=4096)
def nominal_levels(fractions: tuple[float, ...], alpha: float, spending: Spending) -> tuple[float, ...]:
    """Two-sided level at which each look tests, as if it were the only one.

    Args:
        fractions: share of the planned runs at each look, rising.
    """
    levels: list[float] = []
    nodes, weights = _quadrature()
    places, density, before, spent = np.zeros(1), np.ones(1), 0.0, 0.0
    for fraction in fractions:
        step, width = math.sqrt(fraction - before), math.sqrt(fraction)
        target = max(spent_alpha(fraction, alpha, spending) - spent, 0.0)

        def surplus(bound: float) -> float:
            beyond = ndtr((places - bound) / step) + ndtr((-places - bound) / step)  # noqa: B023
            return float(density @ beyond) - target  # noqa: B023

        farthest = _FARTHEST * width
        bound = farthest if surplus(farthest) >= 0 else float(brentq(surplus, 0.0, farthest, xtol=1e-12))
        levels.append(float(2 * ndtr(-bound / width)))
        inside = bound * nodes
        moved = np.exp(-0.5 * ((inside[:, None] - places[None, :]) / step) ** 2) / (step * math.sqrt(2 * math.pi))
        places, density = inside, (moved @ density) * weights * bound
        before, spent = fraction, spent_alpha(fraction, alpha, spending)
    return tuple(levels)


def bounds(fractions: Sequence[float], alpha: float, spending: Spending) -> tuple[float, ...]:
    """The same as values of a standard normal statistic, which a look that rejects exceeds."""
    return tuple(float(-ndtri(level / 2)) for level in nominal_levels(tuple(fractions), alpha, spending))


def p_of_look(p: float, fractions: Sequence[float], spending: Spending) -> float:
    """The smallest alpha at which the last of some looks would reject.

    Args:
        p: two-sided, of the test at that look.
    """
    looks = tuple(fractions)

    def surplus(alpha: float) -> float:
        return nominal_levels(looks, alpha, spending)[-1] - p

    if surplus(_LEAST) >= 0:
        return _LEAST
    if surplus(_MOST) <= 0:
        return 1.0
    return float(brentq(surplus, _LEAST, _MOST, xtol=1e-9))


def repeated_interval(result: TEstimate, level: float) -> TEstimate:
    """An estimate with the interval that holds at all looks together.

    Args:
        level: nominal, of the look at hand, for an alpha of 1 less the confidence.
    """
    half = float(t.isf(level / 2, result.df)) * result.se
    return TEstimate(
        result.estimate, result.se, result.df, result.estimate - half, result.estimate + half, result.t, result.p
    )
