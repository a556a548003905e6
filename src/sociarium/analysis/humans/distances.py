"""How far two distributions lie apart: Wasserstein's distance for scales, total variation for categories.

Both are a weighted sum of absolute differences of two profiles: of distribution functions over the gaps between values,
or of shares. A profile is a mean over units (runs, people), so that units are what is drawn again, halved and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sociarium.analysis.statistics.vectors import Reals
from sociarium.count_text import count_text

LEAST_UNITS = 20
"""Runs, and people, under which a distance has no interval: too few to be drawn again."""
DRAWS, SPLITS = 2_000, 500
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Two samples on common points.

    Attributes:
        agents: of shape (units, points): of each unit, the share of its values at or below a point, or of a category.
        humans: of shape (people, points).
        weights: of shape (points,): of an absolute difference in the distance.
    """

    agents: Reals
    humans: Reals
    weights: Reals

    def distance(self, agents: Reals, humans: Reals) -> Reals:
        """The distance of mean profiles, of shape (..., points)."""
        return np.asarray(np.abs(agents - humans) @ self.weights, dtype=np.float64)

    @property
    def estimate(self) -> float:
        """The distance of all agents from all people; every unit weighs the same."""
        return float(self.distance(self.agents.mean(axis=0), self.humans.mean(axis=0)))


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance with what it is to be measured by.

    Attributes:
        estimate: in units of the scale; of categories, the share that would have to change its answer.
        low, high: 95 % interval over units; None where `note` says why.
        halves: mean distance of two random halves of the people from each other: what people themselves do not reach.
        halves_high: 95 % of the splits stay below it.
        from_half: mean distance of the agents from such a half.
        note: why there is no interval, or no halves.
    """

    estimate: float
    low: float | None
    high: float | None
    halves: float | None
    halves_high: float | None
    from_half: float | None
    note: str = ""


def scale_profiles(agents: Sequence[Reals], humans: Sequence[Reals]) -> Profiles:
    """Profiles of numbers.

    Args:
        agents: the values of each unit.
        humans: the values of each person.
    """
    points = np.unique(np.concatenate([*agents, *humans]))
    if len(points) > _MOST_POINTS:
        # Of so many the distance is taken on a grid; it errs by less than a gap.
        points = np.linspace(points[0], points[-1], _MOST_POINTS)
    if len(points) < 2:
        return Profiles(np.zeros((len(agents), 1)), np.zeros((len(humans), 1)), np.zeros(1))
    gaps = np.diff(points)

    def below(values: Reals) -> Reals:
        ordered = np.sort(values)
        return np.searchsorted(ordered, points[:-1], side="right") / len(ordered)

    return Profiles(np.stack([below(one) for one in agents]), np.stack([below(one) for one in humans]), gaps)


def share_profiles(agents: Reals, humans: Reals) -> Profiles:
    """Profiles of categories, from the shares of each unit and person, of shape (units, categories)."""
    return Profiles(agents, humans, np.full(agents.shape[1], 0.5))


def mean_profiles(profile: Reals, unit: Sequence[str]) -> Reals:
    """Profiles of units, each the mean of its rows; in the order in which units come.

    Args:
        profile: of shape (rows, points).
        unit: of each row.
    """
    position = {name: number for number, name in enumerate(dict.fromkeys(unit))}
    rows = np.array([position[name] for name in unit])
    sums = np.zeros((len(position), profile.shape[1]))
    np.add.at(sums, rows, profile)
    return sums / np.bincount(rows)[:, None]


def distance(profiles: Profiles, *, seed: int = 0, unit: str = "run") -> Distance:
    """The distance, its interval by drawing units and people again, and what halves of the people do.

    A distance is never below zero and lies too high where it is small: percentile intervals of it cover 73 to 93 %. So
    the difference of the two profiles is drawn again; the distance cannot be wrong by more than that one is (the
    triangle inequality), and 95 % of its errors give the interval. It errs on the wide side.

    Args:
        unit: of the agents, in words.
    """
    rng = np.random.default_rng(seed)
    estimate = profiles.estimate
    runs, people = len(profiles.agents), len(profiles.humans)
    notes = []
    low = high = None
    if min(runs, people) < LEAST_UNITS:
        sides = f"{count_text(runs, unit)} and {count_text(people, 'person', 'people')}"
        notes.append(f"no interval: {sides}, and {LEAST_UNITS} of each are the least")
    else:
        errors = profiles.distance(
            _drawn_means(profiles.agents, rng) - profiles.agents.mean(axis=0),
            _drawn_means(profiles.humans, rng) - profiles.humans.mean(axis=0),
        )
        reach = float(np.quantile(errors, 0.95))
        low, high = max(0.0, estimate - reach), estimate + reach
    halves = halves_high = from_half = None
    if people < 4:
        notes.append(f"no halves: {count_text(people, 'person', 'people')}")
    else:
        first, second = _halves(profiles.humans, rng)
        apart = profiles.distance(first, second)
        halves, halves_high = float(apart.mean()), float(np.quantile(apart, 0.95))
        from_half = float(profiles.distance(profiles.agents.mean(axis=0), first).mean())
    return Distance(estimate, low, high, halves, halves_high, from_half, "; ".join(notes))


def _drawn_means(profile: Reals, rng: np.random.Generator) -> Reals:
    """Mean profiles of units drawn again with replacement, of shape (draws, points)."""
    n = len(profile)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)
    return np.asarray(counts @ profile / n, dtype=np.float64)


def _halves(profile: Reals, rng: np.random.Generator) -> tuple[Reals, Reals]:
    """Mean profiles of two halves, of shape (splits, points) each; of an odd number one person stays out."""
    n = len(profile) // 2
    order = np.argsort(rng.random((SPLITS, len(profile))), axis=1)
    first, second = np.zeros((SPLITS, len(profile))), np.zeros((SPLITS, len(profile)))
    np.put_along_axis(first, order[:, :n], 1 / n, axis=1)
    np.put_along_axis(second, order[:, n : 2 * n], 1 / n, axis=1)
    return np.asarray(first @ profile, dtype=np.float64), np.asarray(second @ profile, dtype=np.float64)
