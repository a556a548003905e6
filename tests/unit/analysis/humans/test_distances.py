"""Distances and equivalence against scipy, statsmodels and numbers reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import ttost_ind

from sociarium.analysis.humans.distances import (
    LEAST_UNITS,
    Profiles,
    distance,
    mean_profiles,
    scale_profiles,
    share_profiles,
)
from sociarium.analysis.humans.equivalence import equivalence, welch_difference
from sociarium.analysis.humans.texts import distinct_words
from sociarium.errors import BadInput, NotEstimable

RNG = np.random.default_rng(7)


def likert(n: int, centre: float) -> list[np.ndarray]:
    return [np.clip(np.round(RNG.normal(centre, 1.5, 1)), 1, 7) for _ in range(n)]


def test_the_distance_of_scales_is_wassersteins_as_scipy_has_it() -> None:
    agents, humans = likert(60, 5), likert(200, 3.5)
    expected = stats.wasserstein_distance(np.concatenate(agents), np.concatenate(humans))
    assert scale_profiles(agents, humans).estimate == pytest.approx(expected)


def test_a_unit_weighs_the_same_however_many_values_it_has() -> None:
    agents = [np.array([1.0, 2, 3, 7]), np.array([5.0])]
    humans = [np.array([2.0]), np.array([6.0, 4.0])]
    expected = stats.wasserstein_distance([1, 2, 3, 7, 5], [2, 6, 4], [0.25] * 4 + [1], [1, 0.5, 0.5])
    assert scale_profiles(agents, humans).estimate == pytest.approx(expected)


def test_runs_of_a_replicate_are_one_unit() -> None:
    rows = scale_profiles([np.array([1.0]), np.array([3.0]), np.array([7.0])], [np.array([2.0])])
    units = mean_profiles(rows.agents, ["a", "a", "b"])
    expected = stats.wasserstein_distance([1, 3, 7], [2], [0.5, 0.5, 1], [1])
    assert Profiles(units, rows.humans, rows.weights).estimate == pytest.approx(expected)


def test_many_values_are_compared_on_a_grid_that_errs_by_less_than_a_gap() -> None:
    agents, humans = ([RNG.normal(shift, 1, 1) for _ in range(700)] for shift in (0.0, 0.7))
    expected = stats.wasserstein_distance(np.concatenate(agents), np.concatenate(humans))
    assert scale_profiles(agents, humans).estimate == pytest.approx(expected, abs=0.02)


def test_the_distance_of_categories_is_total_variation() -> None:
    agents = np.array([[1.0, 0, 0], [0.5, 0.5, 0]])
    humans = np.array([[0, 1.0, 0], [0, 0, 1.0], [1.0, 0, 0], [0, 0, 1.0]])
    # Shares .75 .25 0 and .25 .25 .5: half of .5 + 0 + .5.
    assert share_profiles(agents, humans).estimate == pytest.approx(0.5)


def test_a_distance_has_an_interval_only_with_enough_runs_and_people() -> None:
    enough = distance(scale_profiles(likert(LEAST_UNITS, 5), likert(LEAST_UNITS, 3)))
    assert enough.low is not None
    assert enough.high is not None
    assert enough.low < enough.estimate < enough.high
    few = distance(scale_profiles(likert(LEAST_UNITS - 1, 5), likert(100, 3)))
    assert (few.low, few.high) == (None, None)
    assert few.note == "no interval: 19 runs and 100 people, and 20 of each are the least"
    assert "no halves: 3 people" in distance(scale_profiles(likert(30, 5), likert(3, 3))).note


def test_halves_of_people_are_as_far_apart_as_two_samples_of_that_size() -> None:
    humans = [RNG.normal(0, 1, 1) for _ in range(200)]
    result = distance(scale_profiles(likert(30, 5), humans))
    pairs = [stats.wasserstein_distance(RNG.normal(0, 1, 100), RNG.normal(0, 1, 100)) for _ in range(300)]
    assert result.halves == pytest.approx(float(np.mean(pairs)), rel=0.2)
    assert result.halves_high is not None
    assert result.halves_high > (result.halves or 0)
    # People are far from these agents: half of them is about as far as all.
    assert result.from_half == pytest.approx(result.estimate, rel=0.05)


def test_the_same_runs_have_the_same_numbers_again() -> None:
    profiles = scale_profiles(likert(40, 4), likert(50, 4))
    assert distance(profiles) == distance(profiles)


@pytest.mark.parametrize(("shift", "margin"), [(0.1, 0.5), (0.4, 0.5), (1.2, 0.5), (-0.3, 0.2)])
def test_equivalence_is_the_two_one_sided_tests_of_statsmodels(shift: float, margin: float) -> None:
    agents, humans = RNG.normal(shift, 0.6, 25), RNG.normal(0, 1.2, 180)
    result = welch_difference(agents, humans, where="trust")
    reference = stats.ttest_ind(agents, humans, equal_var=False)
    assert (result.p, result.df) == pytest.approx((reference.pvalue, reference.df))
    tested = equivalence(result, margin)
    assert tested.p == pytest.approx(ttost_ind(agents, humans, -margin, margin, usevar="unequal")[0])
    ends = reference.confidence_interval(0.90)
    assert (tested.low, tested.high) == pytest.approx((ends.low, ends.high))
    assert tested.holds == (-margin < tested.low and tested.high < margin)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(NotEstimable, match="1 run and 5 people"):
        welch_difference(np.ones(1), np.arange(5.0), where="trust")
    with pytest.raises(NotEstimable, match="neither runs nor people differ"):
        welch_difference(np.ones(4), np.ones(5), where="trust")
    with pytest.raises(BadInput, match="above 0"):
        equivalence(welch_difference(np.arange(4.0), np.arange(5.0), where="trust"), 0)


def test_distinct_words_do_not_depend_on_length() -> None:
    words = [f"w{number}" for number in range(20)]
    assert distinct_words(" ".join(words)) == 1
    assert distinct_words(" ".join(words * 5)) == 1
    assert distinct_words("a b " * 10) == pytest.approx(0.1)
    assert distinct_words("too short") is None


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("shift", "spread"), [(0.0, 1.0), (0.2, 1.0), (1.0, 1.0), (0.0, 0.6)])
def test_intervals_of_distances_cover_nearly_as_often_as_they_say_at_twenty_runs(shift: float, spread: float) -> None:
    grid = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    true = stats.wasserstein_distance(shift + spread * grid, grid)
    covered = 0
    for repetition in range(150):
        rng = np.random.default_rng(repetition)
        level = rng.standard_normal((20, 1)) * np.sqrt(0.3)
        agents = list(shift + spread * (level + np.sqrt(0.7) * rng.standard_normal((20, 5))))
        humans = list(rng.standard_normal((100, 1)))
        result = distance(scale_profiles(agents, humans), seed=repetition)
        assert result.low is not None
        assert result.high is not None
        covered += result.low <= true <= result.high
    # 150 repetitions tell coverage to within 4 points.
    assert covered / 150 > 0.9
