"""Codebooks: what they may say, and their versions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sociarium.analysis.annotation.codebook import codebook_document, read_codebook, text_of
from sociarium.analysis.annotation.codebooks import codebooks_of, find_codebook, latest_codebooks
from sociarium.errors import BadInput, NotFound
from sociarium.ports.store import Store
from sociarium.records.labels import Codebook
from sociarium.records.plans import SweepRecord
from tests.support.annotated import TONE, draw, tone, with_codebook


def test_a_codebook_is_read_as_it_was_written() -> None:
    assert read_codebook(codebook_document(tone())) == tone()


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ({"name": "a", "categories": ["x"]}, "two categories"),
        ({"name": "a", "categories": ["x", "y"], "scale": {"from": 1, "to": 2}}, "either"),
        ({"name": "a", "categories": ["x", "x"]}, "twice"),
        ({"name": "a", "scale": {"from": 5, "to": 1}, "measurement": "ordinal"}, "higher"),
        ({"name": "a", "scale": "0-200", "measurement": "ordinal"}, "has more than 101 numbers"),
        ({"name": "a", "scale": "often", "measurement": "ordinal"}, "is no scale; write one such as 1-5"),
        ({"name": "a", "scale": "1, 5", "measurement": "ordinal"}, "is no scale; write one such as 1-5"),
        ({"name": "a", "scale": "{from: 1, to: 5", "measurement": "ordinal"}, "is no scale; write one such as 1-5"),
        ({"name": "a", "scale": {"from": True, "to": 5}, "measurement": "ordinal"}, "scale, from: this is not a whole"),
        ({"name": "a", "scale": "9999999999-9999999999", "measurement": "ordinal"}, "higher"),
        (
            {"name": "a", "scale": "9999999990-9999999999", "measurement": "ordinal"},
            "items 1, scale: .* at most 9 digits",
        ),
        ({"name": "a", "scale": {"from": 1, "to": 5}}, "measurement"),
        ({"name": "a", "categories": ["x", "y"], "measurement": "interval"}, "nominal or ordinal"),
        ({"categories": ["x", "y"]}, "items 1, name: is missing"),
        ({"name": "a", "categories": ["x", "y"], "colour": "red"}, "not known"),
    ],
)
def test_what_cannot_be_labelled_is_refused_with_its_place(item: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        read_codebook({"title": "A", "items": [item]})


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(BadInput, match=r"items 1, name.*items 2, categories 1, name"):
        read_codebook({"title": "A", "items": [{"categories": ["x", "y"]}, {"name": "b", "categories": [{}, "y"]}]})


def test_items_with_faults_are_not_also_said_to_be_absent() -> None:
    with pytest.raises(BadInput) as several:
        read_codebook({"title": "Tone", "unit": "message", "items": [{"name": ["a"], "kind": "yes_no"}]})
    assert str(several.value) == (
        "the codebook has faults: items 1, name: is no text; items 1, kind: is not known here"
    )
    with pytest.raises(BadInput) as none:
        read_codebook({"title": "Tone", "unit": "message", "items": []})
    assert str(none.value) == "the codebook has faults: items: this is empty, write at least 1"


def test_a_changed_codebook_is_a_new_version_and_the_old_one_stays(store: Store, sweep: SweepRecord) -> None:
    first = with_codebook(store, sweep)
    assert with_codebook(store, sweep) == first
    second = with_codebook(store, sweep, instructions="Read all of it.")
    assert (first.number, second.number) == (1, 2)
    assert store.codebook(first.id).document["instructions"] == TONE["instructions"]
    assert latest_codebooks(store, sweep.experiment) == [second]


def test_what_was_drawn_is_no_codebook(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    draw(store, codebook, sweep)
    assert codebooks_of(store, sweep.experiment) == [codebook]


def test_a_codebook_is_found_by_title_or_id(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    assert find_codebook(store, sweep.experiment, "TONE") == codebook
    assert find_codebook(store, sweep.experiment, codebook.id[:8]) == codebook
    with pytest.raises(NotFound, match="did you mean 'Tone'"):
        find_codebook(store, sweep.experiment, "Ton")


def test_what_an_empty_form_lacks_is_said_in_words_for_people() -> None:
    with pytest.raises(BadInput) as caught:
        read_codebook({"title": "", "items": []})
    assert str(caught.value) == (
        "the codebook has faults: title: this is empty, write something; items: this is empty, write at least 1"
    )


def test_a_scale_on_a_line_is_the_same_codebook() -> None:
    short, full = (
        read_codebook({"title": "A", "items": [{"name": "warm", "scale": scale, "measurement": "ordinal"}]})
        for scale in ("1-5", {"from": 1, "to": 5})
    )
    assert codebook_document(short) == codebook_document(full)


def test_a_codebook_that_was_stored_with_a_longer_scale_is_still_read() -> None:
    scale = {"from": 9999999990, "to": 9999999999}
    document = {"title": "A", "items": [{"name": "warm", "scale": scale, "measurement": "ordinal"}]}
    stored = Codebook("c", "e", "A", 1, document, "me", datetime(2026, 1, 1, tzinfo=UTC))
    assert text_of(stored).items[0].values[-1] == 9999999999
