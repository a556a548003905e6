"""Intervals by t, and Wilson's for one yes or no a unit. `student_t` says why a mean's stands there too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sociarium.analysis.statistics.vectors import Reals
from sociarium.analysis.student_t import TINY
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class TEstimate:
    """An estimate with its interval and its test against zero.

    Attributes:
        se: standard error.
        df: degrees of freedom.
        low, high: ends of the interval.
        p: two-sided.
    """

    estimate: float
    se: float
    df: float
    low: float
    high: float
    t: float
    p: float


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of units that are one yes or no each, with Wilson's interval.

    Attributes:
        count: units with yes.
        n: units.
    """

    count: int
    n: int
    share: float
    low: float
    high: float


def require_level(level: float) -> None:
    """Raise `BadInput` unless a level of confidence is between 0 and 1."""
    if not 0 < level < 1:
        raise BadInput(f"the level of confidence is {level}; give one between 0 and 1, such as 0.95")


def t_estimate(estimate: float, se: float, df: float, level: float) -> TEstimate:
    """An estimate with its t interval."""
    require_level(level)
    reach = float(stats.t.ppf(0.5 + level / 2, df)) * se
    t = estimate / se
    return TEstimate(estimate, se, df, estimate - reach, estimate + reach, t, float(2 * stats.t.sf(abs(t), df)))


def t_of_values(values: Reals, level: float, *, where: str, unit: str) -> TEstimate:
    """The mean of values with its t interval (n - 1 degrees of freedom).

    Args:
        unit: what a value belongs to, in the plural, for the refusal.

    Raises:
        NotEstimable: for fewer than two values, or values without spread.
    """
    n = len(values)
    if n < 2:
        raise NotEstimable(
            "too few", what=f"there are {n} {unit}, and a spread needs two", where=where, mend=f"run more {unit}"
        )
    if is_constant(values):
        raise NotEstimable(
            "constant outcome",
            what=f"all {n} {unit} have the same value ({values[0]:g}), so that nothing can be said of chance",
            where=where,
            mend="look at the values themselves, or choose an outcome that varies",
        )
    return t_estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(n)), n - 1, level)


def is_constant(values: Reals) -> bool:
    """Whether values have no spread beyond rounding."""
    if not len(values):
        return True
    return bool(np.ptp(values) <= TINY * max(1.0, float(np.abs(values).max())))


def wilson(count: int, n: int, level: float = 0.95) -> Proportion:
    """Wilson's score interval (Wilson 1927), for units that are independent and one yes or no each.

    Raises:
        BadInput: where `count` is not between 0 and `n`, or there is no unit.
    """
    require_level(level)
    if not 0 <= count <= n or n < 1:
        raise BadInput(f"{count} of {n} is no share")
    return Proportion(count, n, count / n, *_wilson_ends(count / n, n, level))


def clustered_share(yes: NDArray[np.bool_], clusters: NDArray[np.int64], level: float = 0.95) -> Proportion:
    """A share of units that come in clusters, such as messages of runs: Wilson's interval for as many independent units
    as carry the same information, with t for the clusters (Korn and Graubard 1998, of proportions in surveys).

    Args:
        yes: of each unit.
        clusters: of each unit, by number.

    Raises:
        BadInput: there is no unit.
    """
    n, count = len(yes), int(yes.sum())
    plain = wilson(count, n, level)
    _, members = np.unique(clusters, return_inverse=True)
    m = int(members.max()) + 1
    if m == n:
        return plain
    share = count / n
    deviations = np.bincount(members, weights=yes - share)
    variance = float((deviations**2).sum()) * m / max(m - 1, 1) / n**2
    # Where nothing varies, a cluster tells no more than one unit does.
    units = share * (1 - share) / variance if m > 1 and 0 < count < n and variance > 0 else float(m)
    half = 0.5 + level / 2
    shrink = (float(stats.norm.ppf(half)) / float(stats.t.ppf(half, max(m - 1, 1)))) ** 2
    return Proportion(count, n, share, *_wilson_ends(share, min(units, n) * shrink, level))


def _wilson_ends(share: float, n: float, level: float) -> tuple[float, float]:
    z = float(stats.norm.ppf(0.5 + level / 2))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    # At the ends the formula gives them exactly but for rounding.
    return 0.0 if share == 0 else centre - reach, 1.0 if share == 1 else centre + reach
