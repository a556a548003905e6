"""Contrasts against a baseline, their families, and forks against their sham."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from sociarium.analysis.statistics.contrasts import Contrast, contrasts
from sociarium.analysis.statistics.design import BlockDesign
from sociarium.analysis.statistics.forks import ForkColumns, fork_effect
from sociarium.analysis.statistics.multiplicity import adjusted_p
from sociarium.errors import BadInput, NotEstimable
from tests.support.synthetic_sweeps import DESIGN, sweep

INDEPENDENT = BlockDesign(("goal",), shared=False)


def values(frame: pd.DataFrame, level: str) -> np.ndarray:
    return frame.loc[frame.goal == level].sort_values("replicate").outcome.to_numpy()


def only(frame: pd.DataFrame, design: BlockDesign = DESIGN) -> Contrast:
    (one,) = contrasts(frame, design, factor="goal", baseline="c0").contrasts
    return one


def test_runs_of_shared_replicates_are_paired() -> None:
    frame = sweep(np.random.default_rng(1), 8, block=0.6)
    one = only(frame)
    expected = stats.ttest_rel(values(frame, "c1"), values(frame, "c0"))
    low, high = expected.confidence_interval()
    assert one.result is not None
    assert (one.method, one.pairs, one.result.df) == ("paired t over replicates", 8, 7)
    assert (one.result.t, one.result.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert (one.result.low, one.result.high) == pytest.approx((low, high))
    assert one.correlation == pytest.approx(stats.pearsonr(values(frame, "c1"), values(frame, "c0")).statistic)


def test_runs_of_independent_replicates_are_compared_by_welch() -> None:
    frame = sweep(np.random.default_rng(2), 7)
    frame.loc[frame.goal == "c1", "outcome"] *= 3
    frame = frame.drop(index=[1, 3])
    one = only(frame, INDEPENDENT)
    compared = CompareMeans(DescrStatsW(values(frame, "c1")), DescrStatsW(values(frame, "c0")))
    t, p, df = compared.ttest_ind(usevar="unequal")
    assert one.result is not None
    assert (one.method, one.n, one.n_baseline) == ("Welch", 5, 7)
    assert (one.result.t, one.result.p, one.result.df) == pytest.approx((t, p, df))
    assert (one.result.low, one.result.high) == pytest.approx(compared.tconfint_diff(usevar="unequal"))


def test_other_factors_are_averaged_over_within_the_replicate() -> None:
    rng = np.random.default_rng(3)
    parts = [
        sweep(rng, 6, effects=(0, 1)).assign(risks=risks, run=lambda f, r=risks: f.run + r) for risks in ("on", "off")
    ]
    frame = pd.concat(parts)
    (one,) = contrasts(frame, BlockDesign(("goal", "risks")), factor="goal", baseline="c0").contrasts
    means = frame.groupby(["replicate", "goal"]).outcome.mean().unstack()
    expected = stats.ttest_rel(means["c1"], means["c0"])
    assert one.result is not None
    assert (one.pairs, one.n) == (6, 12)
    assert (one.result.t, one.result.p) == pytest.approx((expected.statistic, expected.pvalue))


def test_the_standardized_difference_takes_the_spread_within_conditions() -> None:
    frame = sweep(np.random.default_rng(4), 10, effects=(0, 2))
    pooled = np.sqrt((values(frame, "c0").var(ddof=1) + values(frame, "c1").var(ddof=1)) / 2)
    difference = (values(frame, "c1") - values(frame, "c0")).mean()
    assert only(frame).standardized == pytest.approx(difference / pooled)
    assert only(frame, INDEPENDENT).standardized == pytest.approx(difference / pooled)


@pytest.mark.parametrize("design", [DESIGN, INDEPENDENT])
@pytest.mark.parametrize("name", ["y", "cell", "mean", "size", "level", "section.Risk note"])
def test_names_of_columns_do_not_matter(design: BlockDesign, name: str) -> None:
    frame = sweep(np.random.default_rng(5), 6)
    renamed = BlockDesign((name,), outcome="yes", run="cluster", shared=design.shared)
    other = frame.rename(columns={"goal": name, "outcome": "yes", "run": "cluster"})
    (one,) = contrasts(other, renamed, factor=name, baseline="c0").contrasts
    assert one == only(frame, design)


@pytest.mark.parametrize("design", [DESIGN, INDEPENDENT])
def test_tables_from_arrow_are_read_as_any_other(design: BlockDesign) -> None:
    frame = sweep(np.random.default_rng(5), 6)
    assert only(frame.convert_dtypes(dtype_backend="pyarrow"), design) == only(frame, design)


def test_independent_runs_need_no_replicate() -> None:
    frame = sweep(np.random.default_rng(5), 6)
    assert only(frame.drop(columns="replicate"), INDEPENDENT) == only(frame, INDEPENDENT)
    with pytest.raises(BadInput, match="'replicate' is empty in some rows"):
        only(frame.assign(replicate=[None, *frame.replicate[1:]]))


def test_a_run_without_its_partner_is_left_out_and_counted() -> None:
    frame = sweep(np.random.default_rng(5), 6).drop(index=[0, 3])
    one = only(frame)
    complete = frame[frame.replicate > 2]
    assert (one.pairs, one.unpaired) == (4, 2)
    assert one.result is not None
    assert one.result.p == pytest.approx(stats.ttest_rel(values(complete, "c1"), values(complete, "c0")).pvalue)


def test_a_declared_family_is_corrected_by_holm_and_an_explored_one_by_benjamini_hochberg() -> None:
    frame = sweep(np.random.default_rng(6), 9, effects=(0, 0.4, 0.8, 1.2))
    for correction, method in (("holm", "holm"), ("benjamini-hochberg", "fdr_bh")):
        family = contrasts(frame, DESIGN, factor="goal", baseline="c0", correction=correction)  # type: ignore[arg-type]
        p = [one.result.p for one in family.contrasts if one.result]
        assert [one.p_adjusted for one in family.contrasts] == pytest.approx(multipletests(p, method=method)[1])
        assert family.replicates is not None


@pytest.mark.slow
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values_are_what_statsmodels_has(p_values: list[float]) -> None:
    assert adjusted_p(p_values, "holm") == pytest.approx(multipletests(p_values, method="holm")[1])
    assert adjusted_p(p_values, "benjamini-hochberg") == pytest.approx(stats.false_discovery_control(p_values))


def test_a_refused_comparison_stays_in_its_family_and_counts() -> None:
    frame = sweep(np.random.default_rng(7), 8, effects=(0, 1, 0))
    base = frame.loc[frame.goal == "c0"].set_index("replicate").outcome
    frame.loc[frame.goal == "c2", "outcome"] = base.to_numpy() + 1
    first, second = contrasts(frame, DESIGN, factor="goal", baseline="c0", correction="holm").contrasts
    assert second.result is None
    assert second.refused is not None
    assert second.refused.reason == "constant outcome"
    assert "c2 against c0" in str(second.refused)
    assert first.result is not None
    assert first.p_adjusted == pytest.approx(2 * first.result.p)


def test_what_cannot_be_compared_is_refused_and_says_how_to_mend() -> None:
    frame = sweep(np.random.default_rng(8), 4)
    with pytest.raises(NotEstimable, match="run more replicates") as refused:
        contrasts(frame[frame.replicate == 1], DESIGN, factor="goal", baseline="c0")
    assert refused.value.reason == "too few"
    with pytest.raises(NotEstimable, match="fewer than two runs") as refused:
        contrasts(frame[frame.replicate == 1], INDEPENDENT, factor="goal", baseline="c0")
    assert refused.value.reason == "empty cells"
    with pytest.raises(NotEstimable) as refused:
        contrasts(frame.assign(outcome=1), INDEPENDENT, factor="goal", baseline="c0")
    assert refused.value.reason == "constant outcome"
    with pytest.raises(BadInput, match="no run has 'c9'; its levels are c0, c1"):
        contrasts(frame, DESIGN, factor="goal", baseline="c9")
    with pytest.raises(BadInput, match="no factor of the design"):
        contrasts(frame, DESIGN, factor="risks", baseline="on")


def test_an_effect_within_a_cell_of_another_factor_that_is_empty_is_refused() -> None:
    rng = np.random.default_rng(9)
    frame = pd.concat([sweep(rng, 5).assign(risks=one, run=lambda f, r=one: f.run + r) for one in ("on", "off")])
    frame = frame[~((frame.goal == "c1") & (frame.risks == "off"))]
    with pytest.raises(NotEstimable, match="risks x goal \\(off\\)"):
        contrasts(frame, BlockDesign(("goal", "risks"), shared=False), factor="goal", baseline="c0")


def forks(rng: np.random.Generator, origins: int, effect: float = 1.0) -> pd.DataFrame:
    level = rng.standard_normal(origins) * 2
    arms = [("sham", 0.3), ("event", 0.3 + effect)]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "origin": [f"o{number}" for number in range(origins)],
                    "arm": arm,
                    "before": level,
                    "outcome": level + shift + rng.standard_normal(origins) * 0.5,
                }
            )
            for arm, shift in arms
            for _ in range(2)
        ]
    )


def test_a_fork_is_measured_against_its_sham_by_origin() -> None:
    frame = forks(np.random.default_rng(10), 9)
    result = fork_effect(frame, ForkColumns(before="before"), arm="event", sham="sham")
    change = (frame.outcome - frame.before).groupby([frame.origin, frame.arm]).mean().unstack()
    expected = stats.ttest_1samp(change["event"] - change["sham"], 0)
    assert (result.result.t, result.result.p, result.result.df) == pytest.approx(
        (expected.statistic, expected.pvalue, 8)
    )
    assert (result.origins, result.unpaired) == (9, 0)


def test_forks_at_different_moments_are_measured_by_their_change() -> None:
    frame = forks(np.random.default_rng(12), 9)
    later = np.where(frame.arm == "event", 5.0, 0.0) + np.random.default_rng(13).standard_normal(len(frame))
    moved = frame.assign(before=frame.before + later, outcome=frame.outcome + later)
    (plain, other) = (
        fork_effect(one, ForkColumns(before="before"), arm="event", sham="sham") for one in (frame, moved)
    )
    assert other.result.estimate == pytest.approx(plain.result.estimate)


def test_an_origin_without_a_sham_is_left_out_and_counted() -> None:
    frame = forks(np.random.default_rng(11), 6)
    frame = frame[~((frame.origin == "o0") & (frame.arm == "sham"))]
    result = fork_effect(frame, ForkColumns(), arm="event", sham="sham")
    assert (result.origins, result.unpaired) == (5, 1)
    with pytest.raises(NotEstimable, match="fork more origins"):
        fork_effect(frame[frame.origin < "o2"], ForkColumns(), arm="event", sham="sham")
    with pytest.raises(BadInput, match="no fork is 'other'"):
        fork_effect(frame, ForkColumns(), arm="other", sham="sham")
