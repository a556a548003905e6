"""Intervals of a mean by Student's t, and of a share by Wilson, without scipy.

`results` and the pages belong to every installation and start in a fraction of a second; numpy and scipy are an extra.
What is tested and modelled has its intervals of `statistics.intervals`, by scipy, which gives p and degrees of freedom
too. Both are the same interval, of values that are constant by the same rule; a test compares them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.runner.t_quantile import t_quantile

_Z = 1.959963984540054
"""97.5 % of a standard normal variable lie below it."""
TINY = 1e-12
"""Relative to the values, below which a spread is rounding."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over runs.

    Attributes:
        n: runs.
        mean: None where there is no run.
        low, high: bounds of the 95 % interval; None where there is none.
        reason: why there is no interval; empty where there is one.
    """

    n: int
    mean: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def estimate(values: Sequence[float], *, bounds: tuple[float, float] | None = None) -> Estimate:
    """The mean of values, one a run, with its 95 % t interval.

    Args:
        bounds: beyond which the mean cannot be; the interval is cut there.
    """
    n = len(values)
    if n == 0:
        return Estimate(0, None, reason="no run has a value")
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(1, mean, reason="one run")
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    if max(values) - min(values) <= TINY * max(1.0, *map(abs, values)):
        return Estimate(n, mean, reason="all runs equal")
    half = t_quantile(0.975, n - 1) * math.sqrt(variance / n)
    low, high = mean - half, mean + half
    return (
        Estimate(n, mean, low, high) if bounds is None else Estimate(n, mean, max(low, bounds[0]), min(high, bounds[1]))
    )


def share_estimate(values: Sequence[float]) -> Estimate:
    """The share of runs that are a yes, with Wilson's 95 % interval: of values that are one 0 or 1 a run each.

    Near 0 and 1, where t intervals of few runs cover far less than 95 %, it holds; where all runs say the same it is
    there, too.
    """
    n = len(values)
    if n < 2:
        return estimate(values)
    share, z2 = math.fsum(values) / n, _Z * _Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Estimate(n, share, max(0.0, centre - half), min(1.0, centre + half))
