"""What runs that are left will come to, by those that are finished.

A total is a ratio estimate: what runs came to, over what was expected of them, times what is expected of those that
are left (Cochran, Sampling Techniques, 3rd ed., chapter 6). Its range is a 95 % prediction interval by Student's t. It
holds as far as finished runs are like the others, which they are: runs are taken up replicate by replicate in a
permutation of the conditions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sociarium.records.runs import RunState, RunStatus
from sociarium.runner.t_quantile import t_quantile

LEAST_MEASURED = 3
"""Runs from which on measurements take the place of assumptions."""
_UPPER = 0.975
_FIRST_CLAIM_AND_END = 2
"""Token of a run that was taken up once: the time of others holds the nights between."""


@dataclass(frozen=True, slots=True)
class Total:
    """What runs will come to together, from low to high."""

    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high

    def __add__(self, other: Total) -> Total:
        return Total(self.low + other.low, self.high + other.high)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the runs of a group, beside what is measured.

    Attributes:
        of_measured: of each run that was measured, in any unit.
        of_left: of all that are left, in the same unit.
        error: standard error of `of_left`, where it comes from a sample.
    """

    of_measured: Sequence[float]
    of_left: float
    error: float = 0.0


def total(values: Sequence[float], expected: Expected, *, left: int, replicates: Sequence[int] | None = None) -> Total:
    """What is left, by what was measured.

    Runs of one replicate share their random draws, and may be alike for that; so with three replicates or more the
    range is the wider of two: of runs on their own, and of replicates.

    Args:
        values: of each measured run; three or more.
        left: runs that are left.
        replicates: of each measured run.
    """
    count, base = len(values), sum(expected.of_measured)
    if not left or base <= 0:
        return Total(0.0, 0.0)
    ratio = sum(values) / base
    rests = [value - ratio * own for value, own in zip(values, expected.of_measured, strict=True)]
    middle = ratio * expected.of_left
    share = expected.of_left / base
    half = _half_width(rests, left / count, share, ratio * expected.error)
    of_replicates: dict[int, float] = {}
    for rest, replicate in zip(rests, replicates or range(count), strict=True):
        of_replicates[replicate] = of_replicates.get(replicate, 0.0) + rest
    if len(of_replicates) >= LEAST_MEASURED:
        half = max(half, _half_width(list(of_replicates.values()), left / count, share, ratio * expected.error))
    return Total(max(middle - half, 0.0), middle + half)


def _half_width(rests: Sequence[float], times: float, share: float, error: float) -> float:
    """Of a 95 % range.

    Args:
        rests: what each measured unit has beside what the ratio says of it.
        times: units that are left, for each measured one.
        share: what is expected of those that are left, over what was expected of the measured ones.
        error: standard error of what is expected of those that are left.
    """
    count = len(rests)
    spread = sum(rest * rest for rest in rests) / (count - 1)
    variance = spread * (times * count + share * share * count) + error * error
    return t_quantile(_UPPER, count - 1) * math.sqrt(variance)


@dataclass(slots=True)
class Sums:
    """Values of runs that are alike, summed."""

    count: int = 0
    first: float = 0.0
    squared: float = 0.0

    def take(self, value: float) -> None:
        """One more."""
        self.count += 1
        self.first += value
        self.squared += value * value

    def remainder(self, left: int) -> Total | None:
        """What so many more come to; None before enough are known."""
        if self.count < LEAST_MEASURED:
            return None
        mean = self.first / self.count
        spread = max(self.squared - self.count * mean * mean, 0.0) / (self.count - 1)
        half = t_quantile(_UPPER, self.count - 1) * math.sqrt(spread * (left + left * left / self.count))
        return Total(max(left * mean - half, 0.0), left * mean + half)


@dataclass(frozen=True, slots=True)
class TimeAndCost:
    """What a sweep will still take.

    Attributes:
        runs: finished ones that say so.
        seconds: with as many runs open as there are; None where no run says how long it took.
        cost: US dollars; None where a price is not known.
    """

    runs: int
    seconds: Total | None
    cost: Total | None


@dataclass(slots=True)
class FinishedRuns:
    """What finished runs of a sweep cost and how long they took; nothing is kept of each."""

    runs: int = 0
    costs: Sums = field(default_factory=Sums)
    seconds: Sums = field(default_factory=Sums)
    has_unpriced: bool = False

    def take(self, status: RunStatus) -> None:
        """A run; one that is not done, or was not counted by model, says nothing."""
        if status.state is not RunState.DONE or not status.counters.usage:
            return
        self.runs += 1
        self.take_cost(status.counters.cost)
        if (seconds := run_seconds(status)) is not None:
            self.seconds.take(seconds)

    def take_cost(self, cost: float | None) -> None:
        """What a run cost; None where a price was not known."""
        self.has_unpriced |= cost is None
        if cost is not None:
            self.costs.take(cost)

    def time_and_cost(self, left: int, *, open_runs: int) -> TimeAndCost | None:
        """What the runs that are left will take, each as the finished ones did; None before enough are done.

        Args:
            open_runs: that are played at once; 0 where nobody plays.
        """
        if self.runs < LEAST_MEASURED or not left:
            return None
        seconds = None
        if open_runs and (spent := self.seconds.remainder(left)) is not None:
            at_once = min(open_runs, left)
            seconds = Total(spent.low / at_once, spent.high / at_once)
        return TimeAndCost(self.runs, seconds, None if self.has_unpriced else self.costs.remainder(left))


def run_seconds(status: RunStatus) -> float | None:
    """From a run's beginning to its end; None where it was interrupted between."""
    if status.token != _FIRST_CLAIM_AND_END or not (status.started and status.finished):
        return None
    return (datetime.fromisoformat(status.finished) - datetime.fromisoformat(status.started)).total_seconds()
