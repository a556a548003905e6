"""A version of a text in several wordings: written, changed and taken out on its page, and never lost there."""

from __future__ import annotations

from typing import Any

from sociarium.editing.document import problems
from sociarium.editing.roles import rename_role
from sociarium.editing.texts import value_at
from sociarium.experiment.problems import Loc
from tests.support.documents import wing
from tests.support.scripted_guide import edited

GOAL: Loc = ("sections", 1, "private", "prisoner", "variants")
PAGE = ("Sections", "Goal", "The prisoner reads", "escape")


def worded() -> dict[str, Any]:
    """A version with three wordings, one of which names a role."""
    document = wing()
    wordings = ["Get the <GUARD_NOUN> to yield.", "Get out.", "Leave tonight."]
    document["sections"][1]["private"]["prisoner"]["variants"]["escape"] = {"wordings": wordings}
    assert problems(document) == []
    return document


def escape_in(document: dict[str, Any]) -> Any:
    return value_at(document, (*GOAL, "escape"))


def test_a_version_is_said_in_other_words_too() -> None:
    after = edited(wing(), (*PAGE, "Say it", "Get out."))
    assert escape_in(after) == {"wordings": ["Get the <GUARD_NOUN> to yield.", "Get out."]}
    assert problems(after) == []


def test_one_wording_is_changed_and_the_others_stay() -> None:
    after = edited(worded(), (*PAGE, "Wording 2", "Write it", "Get away."))
    assert escape_in(after)["wordings"] == ["Get the <GUARD_NOUN> to yield.", "Get away.", "Leave tonight."]


def test_a_wording_is_taken_out_and_the_last_one_left_is_the_text() -> None:
    after = edited(worded(), (*PAGE, "Wording 1", "Take out"))
    assert escape_in(after) == {"wordings": ["Get out.", "Leave tonight."]}
    assert escape_in(edited(after, (*PAGE, "Wording 1", "Take out"))) == "Leave tonight."


def test_a_new_version_that_begins_with_wordings_keeps_them() -> None:
    script = ("Sections", "Goal", "The prisoner reads", "Add a version", "rest", "With the words of escape")
    after = edited(worded(), script)
    assert value_at(after, (*GOAL, "rest")) == escape_in(worded())


def test_placeholders_in_wordings_follow_a_renamed_role() -> None:
    after = rename_role(worded(), "guard", "warder").document
    assert escape_in(after)["wordings"][0] == "Get the <WARDER_NOUN> to yield."
    assert problems(after) == []
