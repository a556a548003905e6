"""Two means that are to be alike: their difference, and whether it stays within bounds that were declared beforehand.

A difference that is not significant shows no likeness, and with runs that one buys any difference becomes significant.
Two one-sided tests against bounds (Schuirmann 1987) ask what is meant: is the difference smaller than what matters?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sociarium.analysis.statistics.intervals import TEstimate, is_constant, t_estimate
from sociarium.analysis.statistics.vectors import Reals
from sociarium.count_text import count_text
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests.

    Attributes:
        margin: the bounds are minus and plus this.
        p: the greater of the two; below 0.05 the difference is within the bounds.
        low, high: 90 % interval, which is within the bounds just then.
    """

    margin: float
    p: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the difference is shown to be within the bounds, at 0.05."""
        return self.p < 0.05


def welch_difference(agents: Reals, humans: Reals, *, where: str, unit: str = "run") -> TEstimate:
    """Mean of the agents' units less mean of the people, by Welch's t.

    Args:
        agents: a value a unit (run or replicate).
        humans: a value a person.
        unit: of the agents, in words.

    Raises:
        NotEstimable: for fewer than two on a side, or no spread on either.
    """
    n = (len(agents), len(humans))
    if min(n) < 2:
        raise NotEstimable(
            "too few",
            what=f"{count_text(n[0], unit)} and {count_text(n[1], 'person', 'people')}, and each side needs two",
            where=where,
            mend="run more",
        )
    if is_constant(agents) and is_constant(humans):
        raise NotEstimable(
            "constant outcome", what="neither runs nor people differ among themselves", where=where,
            mend="look at the values themselves",
        )  # fmt: skip
    parts = np.array([agents.var(ddof=1) / n[0], humans.var(ddof=1) / n[1]])
    df = float(parts.sum() ** 2 / (parts**2 / (np.array(n) - 1)).sum())
    return t_estimate(float(agents.mean() - humans.mean()), float(np.sqrt(parts.sum())), df, 0.95)


def equivalence(difference: TEstimate, margin: float) -> Equivalence:
    """Whether a difference is within minus and plus a margin. Raises `BadInput` for a margin that is not above 0."""
    if not 0 < margin < float("inf"):
        raise BadInput(f"the margin is {margin:g}; give the smallest difference that matters, above 0")
    reach = float(stats.t.ppf(0.95, difference.df)) * difference.se
    above = stats.t.sf((difference.estimate + margin) / difference.se, difference.df)
    below = stats.t.cdf((difference.estimate - margin) / difference.se, difference.df)
    estimate = difference.estimate
    return Equivalence(margin, float(max(above, below)), estimate - reach, estimate + reach)
