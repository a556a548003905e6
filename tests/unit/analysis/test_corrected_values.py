"""Values corrected by labels of a random sample: unbiased whatever the judge does, by formula and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sociarium.analysis.corrections import corrected_value

REPETITIONS, TEXTS, SHARE = 2000, 20, 0.25
EFFECT, BIAS = 0.4, 0.5


def _sweeps(rng: np.random.Generator, runs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What people would say, what a judge says and who is drawn, of shape (repetition, condition, run, text).

    The judge is right on the whole in the first condition, and too high by `BIAS` in the second.
    """
    shape = (REPETITIONS, 2, runs, TEXTS)
    run = rng.normal(0, 0.5, (REPETITIONS, 2, runs, 1))
    people = run + rng.normal(0, 1, shape) + np.array([0, EFFECT])[None, :, None, None]
    judge = 0.7 * people + rng.normal(0, 0.4, shape) + np.array([0, BIAS])[None, :, None, None]
    # So many of all texts of a sweep, without replacement, as samples are drawn.
    place = rng.random((REPETITIONS, 2 * runs * TEXTS)).argsort(axis=1).argsort(axis=1).reshape(shape)
    drawn = place < SHARE * 2 * runs * TEXTS
    return people, judge, drawn


def _corrected(judge: np.ndarray, label: np.ndarray, probability: float) -> np.ndarray:
    """The values of texts; `label` is NaN where a text was not drawn."""
    moved = corrected_value(judge, label, probability)  # type: ignore[arg-type]  # its arithmetic takes arrays, too
    return np.where(np.isnan(label), judge, moved)


def _coverage(values: np.ndarray, truth: float) -> float:
    """How often the Welch interval of the difference of conditions, over means of runs, holds the truth."""
    means = values.mean(axis=-1)
    first, second = means[:, 0], means[:, 1]
    parts = [side.var(axis=1, ddof=1) / side.shape[1] for side in (first, second)]
    total = parts[0] + parts[1]
    df = total**2 / sum(part**2 / (first.shape[1] - 1) for part in parts)
    reach = stats.t.ppf(0.975, df) * np.sqrt(total)
    difference = second.mean(axis=1) - first.mean(axis=1)
    return float(np.mean(np.abs(difference - truth) <= reach))


@pytest.mark.parametrize("runs", [8, 20])
def test_the_corrected_contrast_covers_where_the_judges_own_does_not(runs: int) -> None:
    people, judge, drawn = _sweeps(np.random.default_rng(runs), runs)
    label = np.where(drawn, people, np.nan)
    corrected = _corrected(judge, label, SHARE)
    assert 0.94 <= _coverage(corrected, EFFECT) <= 0.965
    assert _coverage(judge, EFFECT) < 0.8
    error = (corrected[:, 1].mean(axis=(1, 2)) - corrected[:, 0].mean(axis=(1, 2))).mean() - EFFECT
    assert abs(error) < 0.02


def test_a_good_judge_makes_the_interval_narrower_than_labels_alone() -> None:
    rng = np.random.default_rng(1)
    people, _, drawn = _sweeps(rng, 20)
    good = people + rng.normal(0, 0.3, people.shape)
    label, share = np.where(drawn, people, np.nan), SHARE
    with_judge = _corrected(good, label, share).mean(axis=(2, 3))
    alone = _corrected(np.zeros(people.shape), label, share).mean(axis=(2, 3))
    assert with_judge.std(axis=0).max() < 0.9 * alone.std(axis=0).min()


def test_without_an_effect_it_finds_one_in_five_of_a_hundred() -> None:
    people, judge, drawn = _sweeps(np.random.default_rng(4), 10)
    people, judge = people - np.array([0, EFFECT])[None, :, None, None], judge
    judge = 0.7 * people + judge - judge.mean() + np.array([0, BIAS])[None, :, None, None]
    corrected = _corrected(judge, np.where(drawn, people, np.nan), SHARE)
    assert 0.035 <= 1 - _coverage(corrected, 0.0) <= 0.06


def test_with_one_probability_the_mean_is_that_of_prediction_powered_inference() -> None:
    rng = np.random.default_rng(2)
    judge = rng.normal(size=400)
    people = judge + rng.normal(0.3, 0.2, 400)
    chosen = rng.permutation(400)[:80]
    label = np.full(400, np.nan)
    label[chosen] = people[chosen]
    rectifier = np.mean(people[chosen] - judge[chosen])
    values = _corrected(judge, label, 80 / 400)
    assert values.mean() == pytest.approx(judge.mean() + rectifier)


def test_what_was_not_drawn_keeps_the_judges_value() -> None:
    assert (corrected_value(1.0, None, 0.5), corrected_value(2.0, 5.0, 0.25), corrected_value(3.0, 3.0, 1.0)) == (
        1.0, 14.0, 3.0,
    )  # fmt: skip
