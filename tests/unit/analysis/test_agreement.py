"""Agreement of annotators, and of checks with people."""

from __future__ import annotations

import warnings
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score, confusion_matrix, f1_score, precision_score, recall_score
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from sociarium.analysis.agreement import agreement
from sociarium.analysis.detection import confusion, detection
from sociarium.errors import BadInput, NotEstimable

KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
"""Four observers, twelve units: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C."""


def table(rows: list[list[Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"unit": unit, "annotator": f"a{number}", "label": label}
            for number, labels in enumerate(rows)
            for unit, label in enumerate(labels)
        ]
    )


def two(rng: np.random.Generator, units: int) -> list[list[int]]:
    first = rng.integers(1, 6, units)
    second = np.clip(first + rng.choice([-1, 0, 0, 0, 1], units), 1, 5)
    return [list(map(int, first)), list(map(int, second))]


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_gives_krippendorffs_worked_example(scale: Any, alpha: float) -> None:
    result = agreement(table(KRIPPENDORFF), scale=scale)
    assert round(result.alpha.value, 3) == alpha
    assert (result.units, result.single, result.empty, result.labels, result.missing) == (11, 1, 0, 41, 7)


def test_twelve_units_are_too_few_for_a_bootstrap_and_that_is_said() -> None:
    alpha = agreement(table(KRIPPENDORFF), scale="nominal").alpha
    assert (alpha.low, alpha.high) == (None, None)
    assert "under 20" in alpha.note


@pytest.mark.slow
def test_alphas_interval_is_that_of_resampled_units() -> None:
    rows = two(np.random.default_rng(1), 60)
    result = agreement(table(rows), scale="ordinal", repetitions=800, seed=4)
    rng, data = np.random.default_rng(9), np.array(rows, dtype=float)
    drawn = [
        krippendorff.alpha(reliability_data=data[:, rng.integers(0, 60, 60)], level_of_measurement="ordinal")
        for _ in range(800)
    ]
    assert (result.alpha.low, result.alpha.high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.02)
    assert result == agreement(table(rows), scale="ordinal", repetitions=800, seed=4)
    assert result != agreement(table(rows), scale="ordinal", repetitions=800, seed=5)


def of_runs(rows: list[list[Any]], runs: list[int]) -> pd.DataFrame:
    frame = table(rows)
    return frame.assign(run=[f"r{runs[unit]}" for unit in frame["unit"]])


@pytest.mark.slow
def test_units_of_a_run_are_drawn_together() -> None:
    rng = np.random.default_rng(6)
    # In some runs the annotators agree on everything, in others by chance alone.
    runs = list(np.repeat(np.arange(30), 8))
    first = rng.integers(0, 3, 240)
    second = np.where(np.array(runs) % 2 == 0, first, rng.integers(0, 3, 240))
    rows = [list(map(int, first)), list(map(int, second))]
    (kappa,) = agreement(of_runs(rows, runs), scale="nominal", repetitions=800, seed=4).kappas
    drawn = []
    for _ in range(800):
        some = np.concatenate([np.flatnonzero(np.array(runs) == run) for run in rng.integers(0, 30, 30)])
        drawn.append(cohen_kappa_score(first[some], second[some]))
    ends = kappa.kappa.low, kappa.kappa.high
    assert ends == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.03)
    (alone,) = agreement(table(rows), scale="nominal", repetitions=800, seed=4).kappas
    assert np.diff(ends)[0] > 1.5 * np.diff((alone.kappa.low, alone.kappa.high))[0]
    assert kappa.percent.share == alone.percent.share
    assert kappa.percent.low < alone.percent.low < alone.percent.high < kappa.percent.high


def test_many_messages_of_twelve_runs_are_too_few_for_a_bootstrap() -> None:
    rows = two(np.random.default_rng(1), 120)
    result = agreement(of_runs(rows, [unit % 12 for unit in range(120)]), scale="ordinal")
    assert (result.alpha.low, result.alpha.high) == (None, None)
    assert result.alpha.note == "12 runs: under 20 a percentile bootstrap is too narrow"


def test_a_unit_of_two_runs_is_refused() -> None:
    frame = table([[1, 2], [1, 2]]).assign(run=["a", "b", "c", "b"])
    with pytest.raises(BadInput, match="a unit has two runs"):
        agreement(frame, scale="nominal")


@pytest.mark.parametrize(("weights", "sklearn", "statsmodels"), [("none", None, None), ("linear", "linear", "linear"),
                                                                 ("quadratic", "quadratic", "fc")])  # fmt: skip
def test_kappa_is_what_scikit_learn_and_statsmodels_have(weights: Any, sklearn: Any, statsmodels: Any) -> None:
    rows = two(np.random.default_rng(2), 80)
    (kappa,) = agreement(table(rows), scale="ordinal", weights=weights, repetitions=200).kappas
    assert kappa.kappa.value == pytest.approx(cohen_kappa_score(*rows, weights=sklearn))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = cohens_kappa(confusion_matrix(*rows), wt=statsmodels)
    assert kappa.kappa.value == pytest.approx(other.kappa)
    # Another interval for the same kappa: by its variance (Fleiss, Cohen and Everitt 1969).
    assert (kappa.kappa.low, kappa.kappa.high) == pytest.approx((other.kappa_low, other.kappa_upp), abs=0.06)
    assert kappa.percent.share == pytest.approx(np.mean(np.array(rows[0]) == np.array(rows[1])))


def test_kappa_gives_the_worked_example() -> None:
    """A hundred diagnoses by two raters: Fleiss, Statistical Methods for Rates and Proportions (1981), table 13.1."""
    cells = [("a", "a", 75), ("a", "b", 1), ("a", "c", 4), ("b", "a", 5), ("b", "b", 4), ("b", "c", 1), ("c", "c", 10)]
    rows = [
        [one for first, _, n in cells for one in [first] * n],
        [one for _, other, n in cells for one in [other] * n],
    ]
    (kappa,) = agreement(table(rows), scale="nominal", repetitions=200).kappas
    assert round(kappa.kappa.value, 3) == 0.676


def test_percent_agreement_counts_pairs_of_labels_of_a_unit() -> None:
    assert agreement(table([["x", "x", "y"], ["x", "y", None], ["x", "y", "y"]]), scale="nominal").percent == 5 / 7


def test_an_order_of_words_makes_an_ordinal_scale() -> None:
    words = {1: "low", 2: "some", 3: "much", 4: "high", 5: "most"}
    spoken = [[None if one is None else words[one] for one in row] for row in KRIPPENDORFF]
    ordered = agreement(table(spoken), scale="ordinal", order=list(words.values()))
    assert round(ordered.alpha.value, 3) == 0.815
    with pytest.raises(BadInput, match="give the order of its labels"):
        agreement(table(spoken), scale="ordinal")
    with pytest.raises(BadInput, match="'most' are not in the order"):
        agreement(table(spoken), scale="ordinal", order=["low", "some", "much", "high"])


def test_what_says_nothing_of_agreement_is_refused() -> None:
    with pytest.raises(NotEstimable, match="all labels are the same"):
        agreement(table([["x", "x"], ["x", "x"]]), scale="nominal")
    with pytest.raises(NotEstimable, match="no unit has two labels"):
        agreement(table([["x", None], [None, "y"]]), scale="nominal")
    with pytest.raises(BadInput, match="two labels for one unit"):
        agreement(pd.concat([table([["x"]]), table([["y"]])]), scale="nominal")
    with pytest.raises(BadInput, match="has numbers as labels"):
        agreement(table([["x", "y"], ["x", "y"]]), scale="interval")


def test_precision_and_recall_are_what_scikit_learn_has() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(200) < 0.3
    found = np.where(rng.random(200) < 0.85, truth, ~truth)
    result = detection(list(truth), list(found))
    assert result.precision is not None
    assert result.recall is not None
    assert result.precision.share == pytest.approx(precision_score(truth, found))
    assert result.recall.share == pytest.approx(recall_score(truth, found))
    assert result.f1 == pytest.approx(f1_score(truth, found))
    expected = proportion_confint(int((truth & found).sum()), int(found.sum()), method="wilson")
    assert (result.precision.low, result.precision.high) == pytest.approx(expected)


def test_what_marks_nothing_has_no_precision_and_missing_labels_are_counted() -> None:
    result = detection([True, False, None, True], [False, False, True, ""])
    assert (result.precision, result.units, result.missing) == (None, 2, 2)
    assert result.recall is not None
    assert result.recall.share == 0
    with pytest.raises(BadInput, match="1 labels stand against 2"):
        detection([True], [True, False])


def test_confusion_is_what_scikit_learn_has() -> None:
    first, second = ["a", "b", "b", "c", "a", None], ["a", "b", "c", "c", "b", "a"]
    result = confusion(first, second)
    assert result.labels == ("a", "b", "c")
    assert [list(row) for row in result.counts] == confusion_matrix(first[:5], second[:5]).tolist()
    assert (result.units, result.missing) == (5, 1)
