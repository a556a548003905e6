"""Effects over wordings, against scipy and against planted wordings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sociarium.analysis.statistics.wordings import effects_over_wordings


def units(wordings: dict[str, int], effect: float, spread: float, seed: int, replicates: int = 20) -> pd.DataFrame:
    """A row a replicate and level; each wording has a shift of its own."""
    rng = np.random.default_rng(seed)
    shifts = {level: rng.normal(0, spread, count) for level, count in wordings.items()}
    rows = [
        {"goal": level, "y": shifts[level][k % count] + (effect if level == "hard" else 0) + rng.normal(),
         "wording": k % count + 1 if count > 1 else None}
        for level, count in wordings.items()
        for k in range(replicates)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def effects(frame: pd.DataFrame):  # type: ignore[no-untyped-def]
    return effects_over_wordings(frame, factor="goal", baseline="soft", outcome="y", wording="wording")


def test_over_five_wordings_their_means_are_compared_as_scipy_does() -> None:
    frame = units({"hard": 5, "soft": 6}, 1.0, 0.5, seed=3)
    [effect] = effects(frame)
    means = {level: group.groupby("wording")["y"].mean() for level, group in frame.groupby("goal")}
    expected = stats.ttest_ind(means["hard"], means["soft"], equal_var=False)
    assert effect.wordings == (5, 6)
    assert effect.general.p == pytest.approx(expected.pvalue)
    assert effect.general.df == pytest.approx(expected.df)
    low, high = expected.confidence_interval(0.95)
    assert (effect.general.low, effect.general.high) == pytest.approx((low, high))


def test_by_wording_runs_are_compared() -> None:
    frame = units({"hard": 2, "soft": 2}, 1.0, 0.5, seed=3)
    [effect] = effects(frame)
    own = frame[(frame["goal"] == "hard") & (frame["wording"] == 1)]["y"]
    expected = stats.ttest_ind(own, frame[frame["goal"] == "soft"]["y"], equal_var=False)
    assert effect.rows[0].difference.p == pytest.approx(expected.pvalue)
    assert [(row.wording, row.n) for row in effect.rows] == [(1, 10), (2, 10)]


@pytest.mark.parametrize("wordings", [{"hard": 4, "soft": 5}, {"hard": 5, "soft": 2}, {"hard": 1, "soft": 1}])
def test_fewer_than_five_wordings_are_not_generalised(wordings: dict[str, int]) -> None:
    [effect] = effects(units(wordings, 1.0, 0.5, seed=1))
    assert effect.general is None
    assert "5 are needed" in effect.note


def test_a_side_with_one_wording_is_these_very_words() -> None:
    [effect] = effects(units({"hard": 5, "soft": 1}, 1.0, 0.1, seed=1))
    assert effect.general is not None
    assert "soft has one wording" in effect.note


@pytest.mark.slow
def test_chance_wordings_make_false_positives_of_runs_and_not_of_wordings() -> None:
    """Wordings differ and levels do not: over wordings 5 % are significant, over runs far more."""
    by_wording = by_run = 0
    for seed in range(400):
        frame = units({"hard": 5, "soft": 5}, 0.0, 1.0, seed=seed)
        [effect] = effects(frame)
        by_wording += effect.general.p < 0.05
        sides = [group["y"] for _, group in frame.groupby("goal")]
        by_run += stats.ttest_ind(*sides, equal_var=False).pvalue < 0.05
    assert by_wording / 400 < 0.08
    assert by_run / 400 > 0.15
