"""Hypotheses and runs that will not count are made by questions; what is left half-way is not there."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.editing.document import problems
from tests.support.documents import wing
from tests.support.scripted_guide import edited

NEW = ("More", "Hypotheses", "Add a hypothesis", "yard calms")
ESCAPE = ("Goal, of prisoner", "escape", "yard")


def asked() -> dict[str, Any]:
    """The wing with a question of choices that is asked each day."""
    document = wing()
    answer = {"choices": ["calm", "angry"]}
    document["probes"].append({"name": "temper", "at": ["start", "each_day"], "ask": "Temper?", "answer": answer})
    assert problems(document) == []
    return document


@pytest.mark.parametrize(
    ("answers", "measure"),
    [
        (("words a message",), "words"),
        (("answers to trust",), "probe trust at end"),
        (("answers to temper", "guard", "at the end of a day", "2", "angry"), "probe temper of guard at day2 = angry"),
    ],
)
def test_what_is_measured_is_chosen_step_by_step_and_is_valid(answers: tuple[str, ...], measure: str) -> None:
    after = edited(asked(), (*NEW, *answers, *ESCAPE, "either"))
    [hypothesis] = after["hypotheses"]
    assert hypothesis["measure"] == measure
    assert hypothesis["compare"] == {"factor": "section.Goal.prisoner", "level": "escape", "baseline": "yard"}
    assert problems(after) == []


@pytest.mark.parametrize("answered", range(1, 5))
def test_a_hypothesis_that_was_left_half_way_is_not_there(answered: int) -> None:
    answers = ("words a message", *ESCAPE)
    assert edited(asked(), (*NEW, *answers[: answered - 1])) == asked()


def test_levels_of_a_factor_that_sets_several_things_are_compared_by_their_names() -> None:
    after = edited(asked(), (*NEW, "messages of", "watch", "strict", "loose", "more"))
    assert after["hypotheses"][0]["compare"] == {"factor": "watch", "level": "strict", "baseline": "loose"}
    assert problems(after) == []


def test_a_rule_is_changed_and_taken_out_on_its_page() -> None:
    page = ("More", "Runs that will not count")
    document = edited(asked(), (*page, "Add a rule", "somebody gave", "trust", "the answer was below", "2"))
    assert document["exclusions"] == [{"probe": "trust", "below": 2}]
    assert problems(document) == []
    rule = "Somebody's answer to trust is below 2"
    assert edited(document, (*page, rule, "Which runs", "a message", "empty"))["exclusions"] == [{"flag": "empty"}]
    assert "exclusions" not in edited(document, (*page, rule, "Take out", "yes"))
    assert edited(document, (*page, rule, "Which runs", "somebody gave")) == document
