"""Texts that are much alike are found, whoever wrote them and in whatever shape they stand."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.analysis.likeness import ALIKE, likeness

BAKER = "Bakes bread before dawn and thinks that the market was better when the weir still had its mill."


def person(handle: str, persona: Any, **fields: str) -> dict[str, Any]:
    return {"handle": handle, "persona": persona, "bio": "", "background": "", **fields}


def test_the_same_words_are_alike_within_and_across_replicates() -> None:
    found = likeness([(1, person("a", BAKER)), (1, person("b", BAKER)), (2, person("c", BAKER))])
    assert (found.compared, found.within, found.across, found.people) == (3, 1, 2, 3)
    assert {pair.similarity for pair in found.examples} == {1.0}


def test_a_word_or_two_changed_is_still_alike_and_another_life_is_not() -> None:
    near = BAKER.replace("dawn", "sunrise")
    far = "Drives the night bus, collects maps of towns that no longer are, and answers every post with a question."
    found = likeness([(1, person("a", BAKER)), (1, person("b", near)), (1, person("c", far))])
    [pair] = found.examples
    assert pair.handles == ("a", "b")
    assert ALIKE <= pair.similarity < 1


def test_keys_of_a_persona_make_nobody_alike() -> None:
    keys = {f"what they think of the weir {n}": "" for n in range(20)}
    found = likeness([(1, person("a", {**keys, "job": "baker"})), (1, person("b", {**keys, "job": "bus driver"}))])
    assert found.people == 0


def test_capitals_and_punctuation_make_no_difference() -> None:
    found = likeness([(1, person("a", BAKER)), (1, person("b", [BAKER.upper().replace(" ", ", ")]))])
    assert found.within == 1


def test_people_without_words_are_alike_nobody() -> None:
    assert likeness([(1, person("a", "")), (1, person("b", ""))]).people == 0
    assert likeness([]).compared == 0


@pytest.mark.parametrize("count", [3, 40])
def test_every_pair_is_counted(count: int) -> None:
    found = likeness([(1, person(f"p{n}", BAKER)) for n in range(count)])
    assert found.within == count * (count - 1) // 2
