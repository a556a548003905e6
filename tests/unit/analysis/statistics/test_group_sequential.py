"""Bounds of several looks: as published, and as often wrong as alpha says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from sociarium.analysis.statistics.group_sequential import (
    bounds,
    nominal_levels,
    p_of_look,
    repeated_interval,
    spent_alpha,
)
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.experiment.sequential import Spending

FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)
PUBLISHED: dict[Spending, tuple[float, ...]] = {
    "obrien_fleming": (4.8769, 3.3569, 2.6803, 2.2898, 2.0310),
    "pocock": (2.4380, 2.4268, 2.4101, 2.3966, 2.3859),
}
"""Five equal looks, alpha 0.05 two-sided: DeMets and Lan 1994 (Statistics in Medicine 13) and the program of Reboussin,
DeMets, Kim and Lan 2000."""


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_bounds_are_those_that_are_published(spending: Spending) -> None:
    assert bounds(FIVE, 0.05, spending) == pytest.approx(PUBLISHED[spending], abs=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_all_looks_together_err_as_often_as_alpha_says(spending: Spending) -> None:
    looks, fractions = (10, 20, 40), (0.25, 0.5, 1.0)
    steps = np.random.default_rng(7).normal(size=(200_000, looks[-1])).cumsum(axis=1)
    z = np.abs(steps[:, [look - 1 for look in looks]]) / np.sqrt(looks)
    errs = (z > np.array(bounds(fractions, 0.05, spending))).any(axis=1).mean()
    assert errs == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 200_000) ** 0.5)
    assert (z > 1.96).any(axis=1).mean() > 0.09, "tests at every look as if it were the only one"


FRACTIONS = st.lists(st.integers(1, 39), min_size=1, max_size=4, unique=True).map(
    lambda looks: tuple(one / 40 for one in [*sorted(looks), 40])
)
SPENDING = st.sampled_from(["obrien_fleming", "pocock"])


@settings(max_examples=8, deadline=None)
@given(FRACTIONS, SPENDING)
def test_a_greater_alpha_has_greater_levels_at_every_look(fractions: tuple[float, ...], spending: Spending) -> None:
    rows = [nominal_levels(fractions, alpha, spending) for alpha in (0.001, 0.01, 0.05, 0.2, 0.6, 0.95)]
    assert all(low <= high + 1e-9 for one, other in pairwise(rows) for low, high in zip(one, other, strict=True))
    assert spent_alpha(1.0, 0.05, spending) == pytest.approx(0.05)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(FRACTIONS, SPENDING, st.floats(0.0005, 0.3))
def test_the_p_of_a_look_is_the_alpha_at_which_it_would_just_reject(
    fractions: tuple[float, ...], spending: Spending, alpha: float
) -> None:
    for number in range(1, len(fractions) + 1):
        until = fractions[:number]
        level = nominal_levels(until, alpha, spending)[-1]
        if level > 1e-9:
            assert p_of_look(level, until, spending) == pytest.approx(alpha, rel=1e-3)
            assert p_of_look(level, until, spending) >= level - 1e-9


def test_a_look_that_is_the_only_one_is_an_ordinary_test() -> None:
    assert nominal_levels((1.0,), 0.05, "pocock") == pytest.approx((0.05,))
    assert p_of_look(0.03, (1.0,), "obrien_fleming") == pytest.approx(0.03, abs=1e-6)


def test_a_repeated_interval_leaves_out_nothing_where_the_test_just_rejects() -> None:
    level = nominal_levels((0.25, 0.5), 0.05, "obrien_fleming")[-1]
    statistic = float(t.isf(level / 2, 18))
    interval = repeated_interval(TEstimate(statistic, 1.0, 18, -9.0, 9.0, statistic, level), level)
    assert interval.low == pytest.approx(0.0, abs=1e-9)
    assert interval.high == pytest.approx(2 * statistic)
