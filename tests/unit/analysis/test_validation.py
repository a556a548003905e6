"""Agreement of judges with people, against scikit-learn and krippendorff called directly."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from sociarium.analysis.consensus import consensus
from sociarium.analysis.validation import Pair, is_for_test, side_agreement
from sociarium.records.labels import Label


def _label(annotator: str, value: object, kind: str = "person") -> Label:
    return Label("book", "tone", "run", "key", annotator, 1, value, "2026-01-01T00:00:00Z", kind)  # type: ignore[arg-type]


def _pairs(people: list[object], judges: list[object], *, per_run: int = 5) -> list[Pair]:
    return [
        Pair(f"run{at // per_run}", f"key{at}", one, other, {"goal": "ab"[at // per_run % 2]})  # type: ignore[arg-type]
        for at, (one, other) in enumerate(zip(people, judges, strict=True))
    ]


@pytest.mark.slow
def test_agreement_on_categories_is_that_of_the_libraries() -> None:
    rng = np.random.default_rng(3)
    people = rng.choice(["cold", "plain", "warm"], 60).tolist()
    judges = [one if rng.random() < 0.7 else "plain" for one in people]
    side = side_agreement(_pairs(people, judges, per_run=2))
    assert side.kappa is not None
    assert side.kappa.kappa.value == pytest.approx(cohen_kappa_score(people, judges))
    labels = ["cold", "plain", "warm"]
    codes = [[labels.index(one) for one in some] for some in (people, judges)]
    assert side.alpha is not None
    assert side.alpha.value == pytest.approx(krippendorff.alpha(codes, level_of_measurement="nominal"))
    assert side.percent is not None
    assert side.percent.share == np.mean([one == other for one, other in zip(people, judges, strict=True)])
    assert [list(row) for row in side.confusion.counts] == confusion_matrix(people, judges).tolist()
    assert side.kappa.kappa.low is not None
    assert side.kappa.kappa.low < side.kappa.kappa.value < side.kappa.kappa.high  # type: ignore[operator]


def test_agreement_on_numbers_weights_by_distance_and_tells_who_is_higher() -> None:
    rng = np.random.default_rng(5)
    people = rng.integers(1, 6, 80).astype(float).tolist()
    judges = [min(5.0, one + (1 if rng.random() < 0.4 else 0)) for one in people]
    pairs = _pairs(people, judges)
    side = side_agreement(pairs)
    assert side.kappa is not None
    assert side.alpha is not None
    assert side.kappa.kappa.value == pytest.approx(cohen_kappa_score(people, judges, weights="quadratic"))
    assert side.alpha.value == pytest.approx(krippendorff.alpha([people, judges], level_of_measurement="interval"))
    assert [one.level for one in side.drift] == ["a", "b"]
    for one in side.drift:
        own = [pair for pair in pairs if pair.condition["goal"] == one.level]
        means = [np.mean([pair.difference for pair in own if pair.run == run]) for run in {pair.run for pair in own}]
        assert one.difference is not None
        assert one.difference.mean == pytest.approx(np.mean(means))


def test_many_texts_of_few_runs_have_no_interval_and_it_is_said_why() -> None:
    rng = np.random.default_rng(3)
    people = rng.choice(["cold", "warm"], 60).tolist()
    judges = [one if rng.random() < 0.7 else "warm" for one in people]
    side = side_agreement(_pairs(people, judges))
    assert side.kappa is not None
    assert (side.kappa.kappa.low, side.kappa.kappa.high) == (None, None)
    assert side.kappa.kappa.note == "12 runs: under 20 a percentile bootstrap is too narrow"


def test_drift_shows_a_judge_that_is_right_in_one_condition_alone() -> None:
    people = ["warm", "cold"] * 20
    judges = [one if at // 5 % 2 == 0 else "warm" for at, one in enumerate(people)]
    shares = {one.level: one.same.share for one in side_agreement(_pairs(people, judges)).drift}
    assert shares["a"] == 1.0
    assert shares["b"] == pytest.approx(0.5, abs=0.11)


def test_where_all_say_the_same_there_is_no_kappa_and_it_is_said_why() -> None:
    side = side_agreement(_pairs(["warm"] * 30, ["warm"] * 30))
    assert (side.kappa, side.alpha) == (None, None)
    assert "all labels are the same" in side.note


@pytest.mark.parametrize(
    ("labels", "value", "reason"),
    [
        ([_label("ada", "warm"), _label("eve", "warm"), _label("tim", "cold")], "warm", ""),
        ([_label("ada", "warm"), _label("eve", "cold")], None, "people disagree, and nobody settled it"),
        (
            [_label("ada", "warm"), _label("eve", "warm"), _label("tim", "cold"), _label("ida", "plain")],
            None,
            "people disagree, and nobody settled it",
        ),
        ([_label("ada", "warm"), _label("eve", "cold"), _label("adjudicated", "cold")], "cold", ""),
        ([_label("ada", 2), _label("eve", 3)], 2.5, ""),
        ([_label("bot", "warm", "judge")], None, "labelled by no person"),
    ],
)
def test_people_speak_with_one_voice_or_with_none(labels: list[Label], value: object, reason: str) -> None:
    assert consensus(labels) == (value, reason)


def test_a_run_stays_on_its_side_of_the_split_whatever_is_labelled_later() -> None:
    sides = [is_for_test(f"run{at}", codebook="book", item="tone", seed=1, dev=0.3) for at in range(2000)]
    assert 0.66 < sum(sides) / 2000 < 0.74
    assert sides == [is_for_test(f"run{at}", codebook="book", item="tone", seed=1, dev=0.3) for at in range(2000)]
    assert sides != [is_for_test(f"run{at}", codebook="book", item="tone", seed=2, dev=0.3) for at in range(2000)]
    assert is_for_test("run", codebook="book", item="tone", seed=1, dev=0.0)
