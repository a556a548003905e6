"""Quantiles of Student's t, without scipy.

The distribution function is the regularised incomplete beta function by its continued fraction (Abramowitz and Stegun,
Handbook of Mathematical Functions, 26.5.8 and 26.7.1); the quantile is found by halving.
"""

from __future__ import annotations

import math
from functools import cache

_NEXT_TO_ZERO = 1e-300
_PRECISION = 1e-14
_MOST_TERMS = 10_000


@cache
def t_quantile(probability: float, df: int) -> float:
    """The value that a t of so many degrees of freedom stays below with a probability.

    Args:
        probability: above 0.5 and below 1.
        df: 1 or more.

    Raises:
        ValueError: another probability, or no degree of freedom.
    """
    if not 0.5 < probability < 1 or df < 1:
        raise ValueError(f"no quantile at {probability} with {df} degrees of freedom")
    low, high = 0.0, 1.0
    while _t_below(high, df) < probability:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if _t_below(middle, df) < probability else (low, middle)
    return (low + high) / 2


def _t_below(t: float, df: int) -> float:
    """How probable a t is below a positive value."""
    return 1 - _incomplete_beta(df / (df + t * t), df / 2, 0.5) / 2


def _incomplete_beta(x: float, a: float, b: float) -> float:
    if x in {0.0, 1.0}:
        return x
    if x > (a + 1) / (a + b + 2):
        # The fraction converges fast below this point only.
        return 1 - _incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / a * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction by the modified method of Lentz (Thompson and Barnett 1986)."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _NEXT_TO_ZERO else _NEXT_TO_ZERO
