"""Outcomes brought to runs, and means and shares by condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from sociarium.analysis.statistics.correlation import icc_of_replicates, icc_of_rows, pair_correlation
from sociarium.analysis.statistics.design import BlockDesign
from sociarium.analysis.statistics.intervals import t_of_values, wilson
from sociarium.analysis.statistics.means import condition_means, condition_shares
from sociarium.analysis.statistics.outcomes import run_outcomes
from sociarium.errors import BadInput, NotEstimable
from tests.support.synthetic_sweeps import DESIGN, messages, sweep

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Six targets by four judges: table 2 of Shrout and Fleiss, Psychological Bulletin 86 (1979)."""


def test_a_mean_has_the_t_interval_of_its_runs() -> None:
    frame = sweep(np.random.default_rng(1), 8)
    for one in condition_means(frame, DESIGN).conditions:
        values = frame.loc[frame.goal == one.levels[0], "outcome"]
        low, high = DescrStatsW(values).tconfint_mean()
        assert (one.n, one.mean) == (8, pytest.approx(values.mean()))
        assert (one.low, one.high) == (pytest.approx(low), pytest.approx(high))
        assert (one.sd, one.skewness) == (pytest.approx(values.std()), pytest.approx(stats.skew(values)))


def test_rows_are_brought_to_runs_before_anything_is_said_of_them() -> None:
    frame = messages(np.random.default_rng(2), 6, spread=1.0)
    runs = run_outcomes(frame, DESIGN)
    assert runs.frame.set_index("run").outcome.to_dict() == frame.groupby("run").outcome.mean().to_dict()
    assert set(runs.frame.rows) == {20}
    with pytest.raises(BadInput, match="several rows; bring outcomes to runs"):
        condition_means(frame, DESIGN)


@pytest.mark.parametrize(("how", "value"), [("sum", 3.0), ("first", 2.0), ("last", 1.0), ("max", 2.0), ("any", 1.0)])
def test_a_run_takes_the_outcome_of_its_rows_as_asked(how: str, value: float) -> None:
    frame = pd.DataFrame({"run": "a", "replicate": 1, "goal": "x", "outcome": [2.0, None, 0.0, 1.0]})
    result = run_outcomes(frame, DESIGN, how=how)  # type: ignore[arg-type]  # parametrised
    assert result.frame.outcome.tolist() == [value]
    assert (result.intake.rows, result.intake.missing) == (4, 1)


def test_runs_without_condition_or_replicate_are_one_condition() -> None:
    frame = messages(np.random.default_rng(2), 6)[["run", "outcome"]]
    design = BlockDesign((), shared=False)
    (one,) = condition_means(run_outcomes(frame, design).frame, design).conditions
    assert (one.levels, one.n, one.mean) == ((), 12, pytest.approx(frame.outcome.mean()))


def test_what_is_left_out_is_counted() -> None:
    frame = sweep(np.random.default_rng(3), 4)
    frame.loc[[0, 3], "outcome"] = None
    intake = condition_means(frame, DESIGN).intake
    assert (intake.rows, intake.missing, intake.runs, intake.runs_without) == (8, 2, 6, 2)


def test_a_run_in_two_conditions_is_refused() -> None:
    frame = pd.DataFrame({"run": ["a", "a"], "replicate": 1, "goal": ["x", "y"], "outcome": [1, 2]})
    with pytest.raises(BadInput, match="'goal' differs within a run"):
        run_outcomes(frame, DESIGN)


def test_two_runs_at_one_place_are_refused() -> None:
    frame = pd.DataFrame({"run": ["a", "b"], "replicate": 1, "goal": ["x", "x"], "outcome": [1, 2]})
    with pytest.raises(BadInput, match="two runs stand at one place"):
        condition_means(frame, DESIGN)


def test_an_absent_column_is_named_with_its_nearest() -> None:
    with pytest.raises(BadInput, match="no column 'outcom' \\(did you mean 'outcome'\\?\\)"):
        condition_means(sweep(np.random.default_rng(1), 3), BlockDesign(("goal",), outcome="outcom"))


@pytest.mark.parametrize(("value", "words"), [("yes", "must hold numbers"), (np.inf, "infinite")])
def test_an_outcome_that_is_no_number_is_refused(value: object, words: str) -> None:
    frame = sweep(np.random.default_rng(1), 3).astype({"outcome": object})
    frame.loc[0, "outcome"] = value
    with pytest.raises(BadInput, match=words):
        condition_means(frame, DESIGN)


def test_a_mean_without_spread_has_no_interval_and_says_why() -> None:
    frame = sweep(np.random.default_rng(1), 3)
    frame.loc[frame.goal == "c0", "outcome"] = 4.0
    constant, other = condition_means(frame, DESIGN).conditions
    assert (constant.mean, constant.low, constant.high) == (4.0, None, None)
    assert "same value" in constant.notes[0]
    assert other.low is not None
    with pytest.raises(NotEstimable, match="all 3 runs have the same value"):
        t_of_values(np.full(3, 4.0), 0.95, where="here", unit="runs")


def test_means_say_of_which_outcomes_their_intervals_hold() -> None:
    rng = np.random.default_rng(6)
    assert (
        "8 runs cannot show; of exponential values a 95 % interval covers about 88 %"
        in (condition_means(sweep(rng, 8), DESIGN).notes[0])
    )
    assert "about 92 %" in condition_means(sweep(rng, 30), DESIGN).notes[0]
    assert condition_means(sweep(rng, 100), DESIGN).notes == ()


def test_levels_of_any_kind_are_conditions() -> None:
    frame = sweep(np.random.default_rng(1), 4, effects=(0, 1, 2))
    frame["goal"] = frame["goal"].map({"c0": True, "c1": None, "c2": 3.0})
    assert [one.levels for one in condition_means(frame, DESIGN).conditions] == [("(none)",), ("3",), ("true",)]


@pytest.mark.parametrize(("count", "n"), [(0, 5), (5, 5), (3, 10), (81, 263), (1, 29)])
def test_wilson_is_what_statsmodels_has(count: int, n: int) -> None:
    result = wilson(count, n)
    assert (result.low, result.high) == pytest.approx(proportion_confint(count, n, method="wilson"), abs=1e-12)


def test_wilson_gives_the_worked_examples() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I: 81/263 and 0/20, method 3."""
    assert (round(wilson(81, 263).low, 4), round(wilson(81, 263).high, 4)) == (0.2553, 0.3662)
    assert (wilson(0, 20).low, round(wilson(0, 20).high, 4)) == (0.0, 0.1611)


def test_a_share_of_runs_is_for_one_yes_or_no_a_run() -> None:
    rng = np.random.default_rng(1)
    below = messages(rng, 5)
    with pytest.raises(BadInput, match="one yes or no a run"):
        condition_shares(below, DESIGN)
    with pytest.raises(BadInput, match="no yes or no"):
        condition_shares(run_outcomes(below, DESIGN).frame, DESIGN)
    shares = condition_shares(run_outcomes(below, DESIGN, how="last").frame, DESIGN)
    assert [one.share.n for one in shares] == [5, 5]


def test_icc_of_rows_is_shrout_and_fleiss_first() -> None:
    table = np.array(SHROUT_FLEISS, dtype=float)
    result = icc_of_rows(table.ravel(), np.repeat(np.arange(6), 4))
    assert (round(result.value or 0, 2), result.clusters, result.size) == (0.17, 6, 4)


def test_icc_of_replicates_is_shrout_and_fleiss_third() -> None:
    result = icc_of_replicates(pd.DataFrame(SHROUT_FLEISS))
    assert (round(result.value or 0, 2), result.clusters, result.size) == (0.71, 6, 4)


def test_icc_does_not_take_a_condition_for_likeness() -> None:
    frame = messages(np.random.default_rng(3), 200, shares=(0.05, 0.95), rows=5)
    alone = icc_of_rows(frame.outcome.to_numpy(), frame.run)
    removed = icc_of_rows(frame.outcome.to_numpy(), frame.run, frame.goal)
    assert (alone.value or 0) > 0.7
    assert abs(removed.value or 0) < 0.05


def test_an_icc_that_cannot_be_computed_says_why() -> None:
    assert icc_of_rows(np.array([1.0, 2.0]), np.array([0.0, 1.0])).note
    assert icc_of_replicates(pd.DataFrame({"a": [1.0], "b": [2.0]})).note
    assert pair_correlation(np.ones(4), np.arange(4.0)) is None
