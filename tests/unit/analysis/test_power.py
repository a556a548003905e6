"""Power by simulation against the noncentral t."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.power import TTestIndPower, TTestPower

from sociarium.analysis.power import PlannedContrast, power, required_replicates
from sociarium.errors import BadInput, NotEstimable


@pytest.mark.parametrize(
    ("n", "effect", "correlation"), [(5, 1.5, 0.0), (10, 0.8, 0.5), (20, 0.5, 0.3), (10, 0.8, -0.4)]
)
def test_power_of_pairs_is_that_of_the_paired_t(n: int, effect: float, correlation: float) -> None:
    expected = TTestPower().power(effect / np.sqrt(2 * (1 - correlation)), n, 0.05)
    result = power(PlannedContrast(n, effect, correlation=correlation), repetitions=8_000)
    assert result.power.share == pytest.approx(expected, abs=0.02)


def test_power_of_independent_runs_is_that_of_two_samples() -> None:
    expected = TTestIndPower().power(0.9, 15, 0.05)
    result = power(PlannedContrast(15, 0.9, shared=False), repetitions=8_000)
    assert result.power.share == pytest.approx(expected, abs=0.02)


def test_rows_within_runs_help_as_far_as_they_are_unlike() -> None:
    plan = PlannedContrast(10, 0.5, rows=20, icc=0.2)
    expected = TTestPower().power(0.5 / np.sqrt(2 * (0.2 + 0.8 / 20)), 10, 0.05)
    assert power(plan, repetitions=8_000).power.share == pytest.approx(expected, abs=0.02)


def test_a_family_takes_its_share_of_alpha() -> None:
    expected = TTestPower().power(1.2 / np.sqrt(2), 10, 0.01)
    assert power(PlannedContrast(10, 1.2, comparisons=5), repetitions=8_000).power.share == pytest.approx(
        expected, abs=0.02
    )


def test_without_effect_power_is_alpha() -> None:
    assert power(PlannedContrast(8, 0.0), repetitions=10_000).power.share == pytest.approx(0.05, abs=0.008)


def test_the_same_seed_gives_the_same_power() -> None:
    plan = PlannedContrast(8, 0.7)
    assert power(plan, seed=1) == power(plan, seed=1)
    assert power(plan, seed=1) != power(plan, seed=2)


def test_the_replicates_that_are_needed_are_those_of_the_t_test() -> None:
    expected = TTestPower().solve_power(0.8 / np.sqrt(2), alpha=0.05, power=0.8)
    assert abs(required_replicates(PlannedContrast(2, 0.8)).plan.replicates - expected) <= 1.5
    with pytest.raises(NotEstimable, match="50 replicates have a power of"):
        required_replicates(PlannedContrast(2, 0.05), most=50)


def test_all_faults_of_a_plan_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        power(PlannedContrast(1, 0.5, correlation=2, icc=-1, comparisons=0))
    assert all(
        word in str(refused.value) for word in ("1 replicate has", "correlation of 2", "ICC of -1", "0 comparisons")
    )
