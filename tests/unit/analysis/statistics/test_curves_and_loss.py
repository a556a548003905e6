"""Curves by turn and day, and losses that depend on the condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from sociarium.analysis.statistics.curves import curves
from sociarium.analysis.statistics.loss import differential_loss
from sociarium.errors import BadInput
from tests.support.synthetic_sweeps import DESIGN, messages


def test_a_curve_has_the_mean_of_runs_at_each_turn() -> None:
    frame = messages(np.random.default_rng(1), 8, rows=5)
    frame["outcome"] = np.random.default_rng(2).standard_normal(len(frame)) + frame.turn / 2
    result = curves(frame, DESIGN, moment="turn")
    assert [one.levels for one in result.curves] == [("c0",), ("c1",)]
    first = result.curves[0]
    assert [point.moment for point in first.points] == [1, 2, 3, 4, 5]
    values = DescrStatsW(frame[(frame.goal == "c0") & (frame.turn == 3)].outcome)
    point = first.points[2]
    assert (point.n, point.mean) == (8, pytest.approx(values.mean))
    assert (point.low, point.high) == pytest.approx(values.tconfint_mean())
    assert (point.low_together, point.high_together) == pytest.approx(values.tconfint_mean(alpha=0.01))


def test_a_curves_slope_is_the_mean_of_the_runs_slopes() -> None:
    frame = messages(np.random.default_rng(1), 6, rows=4)
    frame["outcome"] = np.random.default_rng(3).standard_normal(len(frame)) + frame.turn
    slope = curves(frame, DESIGN, moment="turn").curves[0].slope
    slopes = [np.polyfit(run.turn, run.outcome, 1)[0] for _, run in frame[frame.goal == "c0"].groupby("run")]
    expected = stats.ttest_1samp(slopes, 0)
    assert slope is not None
    assert (slope.t, slope.p, slope.df) == pytest.approx((expected.statistic, expected.pvalue, 5))


def test_a_moment_that_few_runs_reach_has_no_interval_and_says_why() -> None:
    frame = messages(np.random.default_rng(1), 3, rows=3)
    frame = frame[(frame.turn < 3) | (frame.run == "r0")].assign(outcome=lambda f: f.turn * 1.0)
    first = curves(frame, DESIGN, moment="turn").curves[0]
    assert [(point.n, point.low) for point in first.points] == [(3, None), (3, None), (1, None)]
    assert "same value" in first.points[0].note
    assert "one run" in first.points[2].note
    assert "same value" in first.slope_note


def test_several_rows_of_a_run_at_one_moment_count_as_their_mean() -> None:
    frame = messages(np.random.default_rng(1), 4, rows=6).assign(day=lambda f: (f.turn > 3) + 1)
    point = curves(frame, DESIGN, moment="day").curves[0].points[0]
    means = frame[(frame.goal == "c0") & (frame.day == 1)].groupby("run").outcome.mean()
    assert (point.n, point.mean) == (4, pytest.approx(means.mean()))


def test_a_moment_must_be_a_number() -> None:
    frame = messages(np.random.default_rng(1), 4, rows=2).astype({"turn": object})
    frame.loc[0, "turn"] = None
    with pytest.raises(BadInput, match="'turn' must hold a number"):
        curves(frame, DESIGN, moment="turn")


def lost(**counts: tuple[int, int]) -> pd.DataFrame:
    """Runs by condition: (refused, kept)."""
    parts = [
        {"goal": goal, "loss": kind}
        for goal, (refused, kept) in counts.items()
        for kind in ["refused"] * refused + [None] * kept
    ]
    return pd.DataFrame(parts)


def test_two_conditions_are_compared_exactly() -> None:
    """The tea: Fisher, The Design of Experiments (1935): 3 of 4 against 1 of 4, p = 0.486."""
    result = differential_loss(lost(a=(3, 1), b=(1, 3)), factors=("goal",))
    refused = next(test for test in result.tests if test.kind == "refused")
    assert (refused.method, round(refused.p or 0, 3), refused.lost) == ("exact", 0.486, 4)
    assert [one.counts for one in result.conditions] == [(0, 3, 0, 0), (0, 1, 0, 0)]
    assert result.conditions[0].lost.share == 0.75


def test_many_runs_are_compared_by_chi_square() -> None:
    result = differential_loss(lost(a=(30, 70), b=(15, 85), c=(22, 78)), factors=("goal",))
    expected = stats.chi2_contingency([[30, 15, 22], [70, 85, 78]])
    total, refused = result.tests[0], result.tests[2]
    assert (total.kind, refused.kind) == ("any", "refused")
    assert (total.chi_square, total.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert (refused.method, refused.p) == ("chi-square", total.p)


def test_few_losses_are_compared_by_drawn_tables() -> None:
    result = differential_loss(lost(a=(4, 6), b=(0, 10), c=(1, 9)), factors=("goal",), seed=3)
    refused = result.tests[2]
    table = np.array([[4, 0, 1], [6, 10, 9]])
    # The exact distribution: every table with these margins, by its hypergeometric chance.
    chance = 0.0
    limit = stats.chi2_contingency(table, correction=False).statistic
    for a in range(6):
        for b in range(6 - a):
            one = np.array([[a, b, 5 - a - b], [10 - a, 10 - b, 5 + a + b]])
            if stats.chi2_contingency(one, correction=False).statistic >= limit - 1e-9:
                chance += stats.multivariate_hypergeom.pmf(one[0], [10, 10, 10], 5)
    assert refused.method == "Monte Carlo chi-square"
    assert refused.p == pytest.approx(chance, abs=0.01)
    assert result == differential_loss(lost(a=(4, 6), b=(0, 10), c=(1, 9)), factors=("goal",), seed=3)


def test_nothing_to_compare_is_said() -> None:
    result = differential_loss(lost(a=(0, 5), b=(0, 5)), factors=("goal",))
    assert {(test.p, test.note) for test in result.tests} == {(None, "no run is lost so")}
    with pytest.raises(BadInput, match="kinds of loss are empty, refused, cut, failed"):
        differential_loss(lost(a=(1, 1)).replace("refused", "gone"), factors=("goal",))
    assert differential_loss(lost(a=(1, 1)), factors=()).conditions[0].levels == ()


def test_kinds_are_corrected_for_their_number() -> None:
    frame = pd.concat([lost(a=(8, 12), b=(1, 19)), lost(a=(0, 20), b=(6, 14)).replace("refused", "cut")])
    tests = {test.kind: test for test in differential_loss(frame, factors=("goal",)).tests}
    cut, refused = tests["cut"], tests["refused"]
    low, high = sorted((cut, refused), key=lambda test: test.p or 0)
    assert low.p_adjusted == pytest.approx(2 * (low.p or 0))
    assert high.p_adjusted == pytest.approx(max(high.p or 0, 2 * (low.p or 0)))
