"""Odds of a judge's yes as people's labels correct it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from sociarium.analysis.corrections import corrected_value
from sociarium.analysis.statistics.binary import binary_contrasts
from sociarium.analysis.statistics.corrected_odds import corrected_log_odds
from sociarium.analysis.statistics.design import BlockDesign
from sociarium.errors import BadInput, NotEstimable
from tests.support.synthetic_sweeps import DESIGN, messages

INDEPENDENT = BlockDesign(("goal",), shared=False)
PROBABILITY = 0.3


def corrected(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What people say of a random part, and a judge who finds more of a yes at c1 of all."""
    errs = rng.random(len(frame)) < np.where(frame.goal == "c1", 0.25, 0.1)
    judge = np.where(errs, 1 - frame.outcome, frame.outcome)
    drawn = rng.random(len(frame)) < PROBABILITY
    label = [truth if known else None for truth, known in zip(frame.outcome, drawn, strict=True)]
    values = [corrected_value(float(one), its, PROBABILITY) for one, its in zip(judge, label, strict=True)]
    return frame.assign(outcome=values)


@pytest.mark.parametrize("design", [DESIGN, INDEPENDENT], ids=["paired", "independent"])
def test_without_a_correction_they_are_those_of_every_other_yes_or_no(design: BlockDesign) -> None:
    frame = messages(np.random.default_rng(1), 8, spread=0.6, block=0.6)
    plain, same = (
        binary_contrasts(frame, design, factor="goal", baseline="c0", corrected=one).contrasts[0].term
        for one in (False, True)
    )
    assert plain is not None
    assert same is not None
    assert (same.estimate, same.se, same.df, same.p) == pytest.approx((plain.estimate, plain.se, plain.df, plain.p))
    assert same.odds_ratio == pytest.approx(plain.odds_ratio)


def test_corrected_odds_solve_the_logistic_equations_with_the_spread_over_replicates() -> None:
    rng = np.random.default_rng(2)
    frame = corrected(messages(rng, 9, rows=30, spread=0.4, block=0.4), rng)
    assert frame.outcome.min() < 0
    assert frame.outcome.max() > 1
    with pytest.raises(BadInput, match="no yes or no"):
        binary_contrasts(frame, DESIGN, factor="goal", baseline="c0")
    (one,) = binary_contrasts(frame, DESIGN, factor="goal", baseline="c0", corrected=True).contrasts
    x = np.column_stack([np.ones(len(frame)), frame.goal == "c1"]).astype(float)
    solved = optimize.root(lambda b: x.T @ (frame.outcome - 1 / (1 + np.exp(-x @ b))), [0, 0], tol=1e-12).x
    means = frame.groupby(["replicate", "goal"]).outcome.mean().unstack()
    shares = means.mean()
    parts = ((means - shares) / (shares * (1 - shares))) @ np.array([-1, 1])
    se = np.sqrt((parts**2).sum()) / 8
    reach = stats.t.ppf(0.975, 8) * se
    assert one.term is not None
    assert one.term.odds_ratio == pytest.approx(tuple(np.exp([solved[1], solved[1] - reach, solved[1] + reach])))


def test_a_corrected_share_below_zero_has_no_odds_and_says_so() -> None:
    rng = np.random.default_rng(3)
    frame = messages(rng, 6, shares=(0.3, 0.3, 0.3))
    frame.loc[frame.goal == "c1", "outcome"] -= 0.6
    below, some = binary_contrasts(frame, DESIGN, factor="goal", baseline="c0", corrected=True).contrasts
    assert below.refused is not None
    assert "a corrected share is -0." in str(below.refused)
    assert below.difference is not None
    assert some.term is not None


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("replicates", [5, 8, 10, 20])
def test_corrected_odds_cover_the_truth_although_the_judge_errs_by_condition(replicates: int) -> None:
    """Without an effect; the judge's own odds would be misled by its errors."""
    rng = np.random.default_rng(2410_07109)
    covered, misled, refused = [], [], 0
    for _ in range(500):
        frame = messages(rng, replicates, shares=(0.3, 0.3), spread=0.8, block=0.8)
        values = corrected(frame, rng).outcome.to_numpy()
        is_level, groups = (frame.goal == "c1").to_numpy(), frame.replicate.to_numpy() - 1
        try:
            own = corrected_log_odds(values, is_level, groups, where="", confidence=0.95)
        except NotEstimable:
            refused += 1
            continue
        covered.append(own.low <= 0 <= own.high)
        errs = rng.random(len(frame)) < np.where(is_level, 0.25, 0.1)
        judge = np.where(errs, 1 - frame.outcome, frame.outcome)
        raw = corrected_log_odds(judge, is_level, groups, where="", confidence=0.95)
        misled.append(not raw.low <= 0 <= raw.high)
    assert refused <= 10
    assert 0.93 <= np.mean(covered) <= 0.99
    assert replicates < 20 or np.mean(misled) > 0.15
