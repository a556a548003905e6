"""Yes or no below the run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from sociarium.analysis.statistics.binary import binary_contrasts, binary_shares
from sociarium.analysis.statistics.design import BlockDesign
from sociarium.errors import BadInput, NotEstimable
from tests.support.cluster_errors import written_out
from tests.support.synthetic_sweeps import DESIGN, messages


def test_odds_are_those_of_a_gee_clustered_by_replicate() -> None:
    frame = messages(np.random.default_rng(1), 9, spread=0.6, block=0.6)
    (one,) = (family := binary_contrasts(frame, DESIGN, factor="goal", baseline="c0")).contrasts
    x = sm.add_constant((frame.goal == "c1").astype(float))
    gee = written_out(frame.outcome.to_numpy(), x.to_numpy(), frame.replicate.to_numpy(), sm.families.Binomial())
    assert one.term is not None
    assert one.term.odds_ratio is not None
    reach = stats.t.ppf(0.975, 8) * gee.errors[1]
    expected = np.exp([gee.params[1], gee.params[1] - reach, gee.params[1] + reach])
    assert one.term.odds_ratio == pytest.approx(tuple(expected))
    assert (one.clusters, one.rows) == (9, 360)
    assert family.icc.value is not None
    assert one.correlation is not None


def test_the_difference_of_shares_is_that_of_runs() -> None:
    frame = messages(np.random.default_rng(1), 9, spread=0.6, block=0.6)
    (one,) = binary_contrasts(frame, DESIGN, factor="goal", baseline="c0").contrasts
    runs = frame.groupby(["replicate", "goal"]).outcome.mean().unstack()
    expected = stats.ttest_rel(runs["c1"], runs["c0"])
    assert one.difference is not None
    assert (one.difference.t, one.difference.p) == pytest.approx((expected.statistic, expected.pvalue))


def test_independent_runs_are_clusters_themselves() -> None:
    frame = messages(np.random.default_rng(2), 6, spread=0.6)
    (one,) = binary_contrasts(frame, BlockDesign(("goal",), shared=False), factor="goal", baseline="c0").contrasts
    assert one.term is not None
    assert (one.clusters, one.correlation) == (12, None)
    assert one.term.df == pytest.approx(10, rel=1e-3)


def test_shares_by_condition_know_that_rows_of_a_run_are_alike() -> None:
    frame = messages(np.random.default_rng(3), 12, spread=1.0)
    for one in binary_shares(frame, DESIGN):
        share = frame[frame.goal == one.levels[0]].groupby("run").outcome.mean()
        # One share: Mancl and DeRouen's variance of the log odds is the runs' spread over (n - 1)^2.
        p = share.mean()
        se = np.sqrt(((share - p) ** 2).sum()) / 11 / (p * (1 - p))
        ends = np.log(p / (1 - p)) + np.array([-1, 1]) * stats.t.ppf(0.975, 11) * se
        assert (one.low, one.high) == pytest.approx(tuple(1 / (1 + np.exp(-ends))))


def test_a_condition_without_a_yes_is_refused_in_its_place() -> None:
    frame = messages(np.random.default_rng(4), 6, shares=(0.3, 0.4, 0.5))
    frame.loc[frame.goal == "c1", "outcome"] = 0
    none, some = binary_contrasts(frame, DESIGN, factor="goal", baseline="c0").contrasts
    assert none.refused is not None
    assert none.refused.reason == "separation"
    assert "c1 against c0" in str(none.refused)
    assert some.p_adjusted is not None
    assert some.term is not None
    assert some.p_adjusted >= some.term.p
    shares = binary_shares(frame, DESIGN)
    assert shares[1].refused is not None
    assert shares[1].low is None
    with pytest.raises(NotEstimable):
        binary_contrasts(frame[frame.goal != "c2"], DESIGN, factor="goal", baseline="c0")


def test_factors_that_are_spread_unevenly_over_the_levels_are_noted() -> None:
    rng = np.random.default_rng(5)
    frame = pd.concat([messages(rng, 6).assign(risks=one, run=lambda f, r=one: f.run + r) for one in ("on", "off")])
    design = BlockDesign(("goal", "risks"))
    (even,) = binary_contrasts(frame, design, factor="goal", baseline="c0").contrasts
    uneven = frame[~((frame.goal == "c1") & (frame.risks == "on") & (frame.replicate < 4))]
    (noted,) = binary_contrasts(uneven, design, factor="goal", baseline="c0").contrasts
    assert not any("spread alike" in note for note in even.notes)
    assert any("spread alike" in note for note in noted.notes)


def test_names_and_types_of_columns_do_not_matter() -> None:
    frame = messages(np.random.default_rng(6), 6)
    (plain,) = binary_contrasts(frame, DESIGN, factor="goal", baseline="c0").contrasts
    renamed = frame.rename(columns={"goal": "yes", "outcome": "level"}).assign(level=lambda f: f.level == 1)
    design = BlockDesign(("yes",), outcome="level")
    arrow = renamed.convert_dtypes(dtype_backend="pyarrow")
    assert binary_contrasts(arrow, design, factor="yes", baseline="c0").contrasts == (plain,)


def test_an_outcome_that_is_no_yes_or_no_is_refused() -> None:
    frame = messages(np.random.default_rng(6), 6)
    frame["outcome"] *= 2
    with pytest.raises(BadInput, match="no yes or no"):
        binary_contrasts(frame, DESIGN, factor="goal", baseline="c0")
