"""Student's t against published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sociarium.analysis.student_t import Estimate, estimate, share_estimate, t_quantile


@pytest.mark.parametrize(
    ("df", "value"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (10, 2.228), (19, 2.093), (29, 2.045),
     (30, 2.042), (60, 2.000), (120, 1.980)],
)  # fmt: skip
def test_the_975_quantile_is_that_of_the_nist_table(df: int, value: float) -> None:
    assert round(t_quantile(0.975, df), 3) == value


@pytest.mark.parametrize(("df", "value"), [(1, 63.657), (2, 9.925), (5, 4.032), (10, 3.169), (30, 2.750)])
def test_the_995_quantile_is_that_of_the_nist_table(df: int, value: float) -> None:
    assert round(t_quantile(0.995, df), 3) == value


def test_many_degrees_of_freedom_come_to_the_normal_distribution() -> None:
    assert t_quantile(0.975, 1_000_000) == pytest.approx(1.959966, abs=5e-6)


def test_one_and_two_degrees_of_freedom_are_as_their_closed_forms() -> None:
    assert t_quantile(0.9, 1) == pytest.approx(math.tan(math.pi * 0.4), rel=1e-9)
    assert t_quantile(0.9, 2) == pytest.approx(0.8 * math.sqrt(2 / (4 * 0.9 * 0.1)), rel=1e-9)


def test_quantiles_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for df in (1, 2, 7, 40, 333, 2400):
        assert t_quantile(0.975, df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


def test_the_interval_of_three_runs_is_as_by_hand() -> None:
    # Mean 4, standard deviation 2, standard error 2 / sqrt(3) = 1.1547, times 4.303.
    result = estimate([2, 4, 6])
    assert (result.n, result.mean, result.reason) == (3, 4, "")
    assert (round(result.low or 0, 3), round(result.high or 0, 3)) == (-0.968, 8.968)
    assert estimate([2, 4, 6], bounds=(0, 8)) == Estimate(3, 4, 0, 8)


def test_there_is_no_interval_of_one_run_of_none_or_of_equal_ones() -> None:
    assert estimate([]) == Estimate(0, None, reason="no run has a value")
    assert estimate([3]) == Estimate(1, 3, reason="one run")
    assert estimate([3, 3]) == Estimate(2, 3, reason="all runs equal")


@pytest.mark.parametrize("values", [[2, 4, 6], [0.1, 0.25, 0.3, 0.9], [-7, 1e6], [1, 1, 1, 1, 1, 1, 1, 2]])
def test_the_interval_is_that_of_the_statistics(values: list[float]) -> None:
    tested = pytest.importorskip("sociarium.analysis.statistics.intervals")
    other = tested.t_of_values(np.array(values, float), 0.95, where="here", unit="runs")
    mine = estimate(values)
    assert (mine.mean, mine.low, mine.high) == pytest.approx((other.estimate, other.low, other.high), rel=1e-9)


@pytest.mark.parametrize(
    ("values", "constant"),
    [([0.1 + 0.2, 0.3], True), ([1e9, 1e9 + 1e-5], True), ([0, 1e-13], True), ([0.3, 0.3 + 1e-9], False)],
)
def test_a_spread_that_is_rounding_is_none_here_and_in_the_statistics(values: list[float], constant: bool) -> None:
    tested = pytest.importorskip("sociarium.analysis.statistics.intervals")
    assert (estimate(values).reason == "all runs equal") == constant
    assert tested.is_constant(np.array(values, float)) == constant


@pytest.mark.parametrize(("yes", "n"), [(0, 2), (1, 12), (5, 9), (9, 9), (40, 96)])
def test_a_share_of_runs_has_wilsons_interval_as_statsmodels_has_it(yes: int, n: int) -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    result = share_estimate([1.0] * yes + [0.0] * (n - yes))
    assert (result.low, result.high) == pytest.approx(proportion.proportion_confint(yes, n, method="wilson"))
    assert (result.n, result.mean) == (n, pytest.approx(yes / n))


def test_one_run_has_no_interval_of_a_share() -> None:
    assert share_estimate([1.0]) == Estimate(1, 1.0, reason="one run")
