"""Labels as a measure of runs: what counts of a unit, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.analysis.label_measures import LabelMeasure, find_label_measure, unit_values
from sociarium.errors import Ambiguous, BadInput
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import TONE, with_codebook

TONE_MEASURE = LabelMeasure("label:tone", "tone", ("b1",), ("hostile", "neutral"))
FORCE = LabelMeasure("label:force", "force", ("b1",), ())


def rows(*values: tuple[str, Any], item: str = "tone", probability: float | None = 0.5) -> list[dict[str, Any]]:
    return [
        {"item": item, "codebook": "b1", "subject": "m1", "annotator": who, "value": str(value), "number": value,
         "probability": probability, "kind": "judge" if who == "bot" else "person"}
        for who, value in values
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ([("ada", "hostile")], "hostile"),
        ([("ada", "hostile"), ("bob", "hostile")], "hostile"),
        ([("ada", "hostile"), ("bob", "neutral")], None),
        ([("ada", "hostile"), ("bob", "neutral"), ("cleo", "neutral")], "neutral"),
        ([("ada", "hostile"), ("bob", "hostile"), ("cleo", "neutral"), ("dan", "friendly")], None),
        ([("ada", "hostile"), ("bob", "neutral"), ("bot", "neutral")], None),
        ([("ada", "hostile"), ("bob", "neutral"), ("adjudicated", "hostile")], "hostile"),
    ],
)
def test_a_category_counts_where_people_agree_or_it_was_settled(values: list[tuple[str, str]], counts: Any) -> None:
    assert unit_values(rows(*values), TONE_MEASURE) == [("m1", counts)]


def test_a_scale_counts_by_its_mean_or_as_it_was_settled() -> None:
    assert unit_values(rows(("ada", 2), ("bob", 3), item="force"), FORCE) == [("m1", 2.5)]
    settled = rows(("ada", 2), ("bob", 3), ("adjudicated", 4), item="force")
    assert unit_values(settled, FORCE) == [("m1", 4.0)]


def test_what_was_chosen_for_what_it_is_stands_for_nothing() -> None:
    assert unit_values(rows(("ada", "hostile"), probability=None), TONE_MEASURE) == []


def test_versions_with_the_same_values_are_one_measure(store: SqliteStore, sweep: SweepRecord) -> None:
    first = with_codebook(store, sweep)
    second = with_codebook(store, sweep, instructions="Twice.")
    other = with_codebook(store, sweep, items=[{"name": "tone", "categories": ["hostile", "kind"]}])
    measure = find_label_measure(store, sweep.experiment, "label:force")
    assert (measure.codebooks, measure.choices) == ((first.id, second.id), ())
    measure = find_label_measure(store, sweep.experiment, "label:tone")
    assert (measure.codebooks, measure.choices) == ((other.id,), ("hostile", "kind"))


def test_names_that_are_not_there_or_mean_two_are_refused(store: SqliteStore, sweep: SweepRecord) -> None:
    with_codebook(store, sweep)
    with_codebook(store, sweep, title="Mood", items=TONE["items"][:1])
    with pytest.raises(BadInput, match="did you mean"):
        find_label_measure(store, sweep.experiment, "label:tome")
    with pytest.raises(Ambiguous, match="label:Mood/tone, label:Tone/tone"):
        find_label_measure(store, sweep.experiment, "label:tone")
    assert find_label_measure(store, sweep.experiment, "label:Mood/tone").choices == ("hostile", "neutral", "friendly")
    with pytest.raises(BadInput, match="labels are measures"):
        find_label_measure(store, sweep.experiment, "tone")
