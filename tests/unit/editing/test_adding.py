"""Things are added by one function each, whether by a page at once or by the guided program question by question."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sociarium.editing.announcements import add_announcement, announcer, usual_announcer
from sociarium.editing.arrange import Things, add_item
from sociarium.editing.change import Change
from sociarium.editing.people import add_crowd, remove_crowd
from sociarium.editing.questions import asked_roles
from sociarium.editing.sections import add_section
from sociarium.errors import BadInput
from sociarium.experiment.document import to_tree
from sociarium.viewer.pages.edit_form import change_by_form
from tests.support.definitions import definition, small, small_feed
from tests.support.documents import square, wing
from tests.support.scripted_guide import edited

NAMED: list[tuple[Things, str]] = [
    ("sections", "title"),
    ("probes", "name"),
    ("events", "name"),
    ("hypotheses", "name"),
]


@pytest.mark.parametrize(("things", "key"), NAMED)
def test_a_thing_is_added_last_under_a_name_that_nothing_else_has(things: Things, key: str) -> None:
    before = wing()
    change = add_item(before, things, {key: "  Something   new "})
    assert change.document[things][-1] == {key: "Something new"}
    assert len(change.document[things]) == len(before.get(things, ())) + 1
    for name in ("Something new", " "):
        with pytest.raises(BadInput):
            add_item(change.document, things, {key: name})


def test_a_section_begins_empty_or_with_a_text_for_all_or_each() -> None:
    def last(change: Change) -> dict[str, Any]:
        section: dict[str, Any] = change.document["sections"][-1]
        return section

    assert last(add_section(wing(), "Goal 2")) == {"title": "Goal 2", "private": {}}
    assert last(add_section(wing(), "Goal 2", "Agree.", is_shared=True)) == {"title": "Goal 2", "shared": "Agree."}
    assert set(last(add_section(wing(), "Goal 2", "Agree."))["private"].values()) == {"Agree."}


def test_a_question_that_all_are_asked_names_nobody() -> None:
    document = {"roles": {"guard": {}, "prisoner": {}, "voice": {"script": ["Hello."]}}}
    assert asked_roles(document, ["prisoner", "guard"]) is None
    assert asked_roles(document, ["", "guard"]) == ["guard"]
    assert asked_roles(document, [""]) is None


def test_an_announcement_of_a_feed_has_a_handle() -> None:
    assert usual_announcer(wing()) == "Researcher"
    assert usual_announcer({"environment": "feed", "people": [{"generate": 3}]}) == "newswire"
    assert announcer(square(), "@newswire") == "newswire"
    assert announcer(wing(), "The  warden") == "The warden"
    with pytest.raises(BadInput):
        add_announcement(square(), {"name": "new", "author": "two words"})


def test_a_crowd_goes_with_the_texts_of_its_role() -> None:
    document = {
        "environment": "feed",
        "people": [{"handle": "ada"}, {"generate": 3, "role": "voter"}],
        "sections": [{"title": "Vote", "private": {"voter": "You vote."}}, {"title": "All", "shared": "Be kind."}],
    }
    change = remove_crowd(document, 1)
    assert change.document["people"] == [{"handle": "ada"}]
    assert [section["title"] for section in change.document["sections"]] == ["All"]
    assert change.sentences
    with pytest.raises(BadInput):
        add_crowd(document, {"generate": 2, "role": "!"})


PLACES = {"Sections": "sections", "Private questions": "probes", "Announcements": "events", "People": "people"}
FORMS: list[tuple[bool, tuple[str, ...], dict[tuple[str, str], str | list[str]]]] = [
    (
        False,
        ("Sections", "Add", "Goal  2", "All read", "Agree."),
        {("sections", "title"): "Goal  2", ("sections", "text"): "Agree."},
    ),
    (
        False,
        (
            "Private questions",
            "Add",
            "faith",
            "guard",
            "at the end of each day",
            "Sure?",
            "with a",
            "0",
            "7",
        ),
        {
            ("probes", "name"): "faith",
            ("probes", "of"): ["guard"],
            ("probes", "at"): ["each_day"],
            ("probes", "ask"): "Sure?",
            ("probes", "answer"): "0-7",
        },
    ),
    (
        False,
        ("Announcements", "Add", "raid", "2", "1", "The warden", "Stand up."),
        {
            ("events", "name"): "raid",
            ("events", "day"): "2",
            ("events", "after_message"): "1",
            ("events", "author"): "The warden",
            ("events", "text"): "Stand up.",
        },
    ),
    (
        True,
        ("Announcements", "Add", "rumour", "2", "0", "@newswire", "Rain."),
        {
            ("events", "name"): "rumour",
            ("events", "day"): "2",
            ("events", "author"): "@newswire",
            ("events", "text"): "Rain.",
        },
    ),
    (
        True,
        ("People", "Add", "Describe", "@cleo", "Cleo", "Kiosk.", "Dry.", "citizen"),
        {
            ("people", "handle"): "@cleo",
            ("people", "name"): "Cleo",
            ("people", "bio"): "Kiosk.",
            ("people", "persona"): "Dry.",
            ("people", "role"): "citizen",
        },
    ),
    (
        True,
        ("People", "Add", "Let a model", "3", "citizen", "Who live here."),
        {("crowd", "generate"): "3", ("crowd", "role"): "citizen", ("crowd", "prompt"): "Who live here."},
    ),
]


@pytest.mark.parametrize(("feed", "script", "fields"), FORMS, ids=[way[1][0] + way[1][2] for way in FORMS])
def test_a_page_adds_what_the_guided_program_adds(
    feed: bool, script: tuple[str, ...], fields: dict[tuple[str, str], str | list[str]]
) -> None:
    document = to_tree(definition(small_feed() if feed else small()))
    part = PLACES[script[0]]
    sent = {json.dumps(["new", *place]): [value] if isinstance(value, str) else value
            for place, value in fields.items()}  # fmt: skip
    by_form = change_by_form(document, sent, stored=document)
    assert not by_form.faults
    assert by_form.document[part][-1] == edited(document, script)[part][-1]
