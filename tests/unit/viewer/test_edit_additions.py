"""Sections, private questions and people of a feed, changed in a page by the functions of the guided program."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from sociarium.editing.questions import answer_text, typed_answer
from sociarium.ports.store import Store
from tests.support.definitions import small, small_feed
from tests.support.edit_forms import Editor
from tests.support.played_stores import saved

Client = Callable[..., TestClient]
WING = small(
    sections="[{title: Starting prompt, private: {guard: You watch., prisoner: You wait.}},"
    " {title: Rules, shared: {variants: {mild: Be kind., harsh: Obey.}}}]",
    probes="[{name: trust, of: [guard], at: [end], ask: Trust?, answer: {from: 0, to: 10}}]",
    sweep="{factors: {section.Rules: [mild, harsh]}, replicates: 1}",
)
PEOPLE = "[{handle: ada, role: baker, persona: Dry., follows: [bo]}, {handle: bo, persona: {age: 40}}]"


@pytest.fixture
def wing(client: Client, store: Store) -> Editor:
    return Editor(client(), store, saved(store, WING).experiment)


@pytest.fixture
def town(client: Client, store: Store) -> Editor:
    return Editor(client(), store, saved(store, small_feed(people=PEOPLE)).experiment)


def test_a_section_is_added_for_all_or_with_a_text_of_each_role(wing: Editor) -> None:
    wing.put("Goal", "new", "sections", "title")
    wing.put("Agree on <GUARD_NOUN>.", "new", "sections", "text")
    wing.put("each", "new", "sections", "readers")
    assert wing.press() == 303
    text = "Agree on <GUARD_NOUN>."
    assert wing.stored["sections"][-1] == {"title": "Goal", "private": {"guard": text, "prisoner": text}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "text", "says"), [("Rules", "Again.", "already"), ("Goal", "", "Write what is read"), ("", "x", "a name")]
)
def test_a_section_that_cannot_be_is_told_at_its_fields_and_nothing_is_lost(
    wing: Editor, title: str, text: str, says: str
) -> None:
    wing.put(title, "new", "sections", "title")
    wing.put(text, "new", "sections", "text")
    assert wing.press() == 400
    assert says in wing.fault_at("new", "sections", "title")
    assert wing.fields[json.dumps(["new", "sections", "text"])] == [text]
    assert wing.versions == 1


def test_a_section_is_renamed_shared_and_taken_out_with_its_comparison(wing: Editor) -> None:
    wing.put("House rules", "name", "sections", 1)
    assert wing.press() == 303
    assert wing.stored["sweep"]["factors"] == {"section.House rules": ["mild", "harsh"]}
    wing.reload()
    assert wing.press("remove", "sections", "House rules") == 200
    assert wing.press() == 303
    assert [one["title"] for one in wing.stored["sections"]] == ["Starting prompt"]
    assert "sweep" not in wing.stored or not wing.stored["sweep"].get("factors")


def test_each_role_gets_its_own_text_where_all_read_the_same(client: Client, store: Store) -> None:
    plain = WING.replace("{variants: {mild: Be kind., harsh: Obey.}}", "Be kind.").replace(
        "section.Rules: [mild, harsh]", "messages: 2"
    )
    editor = Editor(client(), store, saved(store, plain).experiment)
    assert editor.press("readers", "sections", "Rules") == 200
    assert editor.press() == 303
    assert editor.stored["sections"][1]["private"] == {"guard": "Be kind.", "prisoner": "Be kind."}


def test_the_starting_prompt_stays(wing: Editor) -> None:
    names = [json.loads(name) for name in wing.fields if name.startswith("[")]
    assert ["name", "sections", 0] not in names
    assert "Take Starting prompt out" not in wing.page


def test_a_question_is_added_with_what_is_usual_where_nothing_is_marked(wing: Editor) -> None:
    for key, value in {"name": "mood", "ask": "How are you?", "answer": "good, bad"}.items():
        wing.put(value, "new", "probes", key)
    assert wing.press() == 303
    assert wing.stored["probes"][1] == {
        "name": "mood",
        "at": ["end"],
        "ask": "How are you?",
        "answer": {"choices": ["good", "bad"]},
    }


@pytest.mark.slow
def test_a_question_is_changed_and_taken_out(wing: Editor) -> None:
    wing.put("faith", "name", "probes", 0)
    wing.put("-3 to 3", "value", "probes", 0, "answer")
    wing.put(["", "start", "each_day"], "value", "probes", 0, "at")
    wing.put([""], "value", "probes", 0, "of")
    assert wing.press() == 303
    [probe] = wing.stored["probes"]
    assert (probe["name"], probe["answer"], probe["at"]) == ("faith", {"from": -3, "to": 3}, ["start", "each_day"])
    assert "of" not in probe
    wing.reload()
    assert wing.press("remove", "probes", "faith") == 200
    assert wing.press() == 303
    assert "probes" not in wing.stored


@pytest.mark.parametrize("typed", ["only one", "{from: 0, to: 10", "0-9999999999"])
def test_an_answer_that_is_none_is_told_at_its_field(wing: Editor, typed: str) -> None:
    wing.put(typed, "value", "probes", 0, "answer")
    assert wing.press() == 400
    assert wing.fault_at("value", "probes", 0, "answer")
    assert wing.versions == 1


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (None, ""),
        ({"from": 0, "to": 10}, "0-10"),
        ({"from": -3, "to": 3}, "-3 to 3"),
        ({"choices": ["yes", "no"]}, "yes, no"),
    ],
)
def test_an_answer_reads_as_it_is_typed(answer: dict[str, Any] | None, text: str) -> None:
    assert answer_text(answer) == text
    assert typed_answer(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("{from: 0, to: 10}", {"from": 0, "to": 10}),
        (" [yes, no] ", {"choices": ["yes", "no"]}),
        ("−3–3", {"from": -3, "to": 3}),
        ("yes,no,,yes", {"choices": ["yes", "no"]}),
        ("{from: 0, to: 10", "{from: 0, to: 10"),
        ("(yes, no)", "(yes, no)"),
    ],
)
def test_an_answer_in_brackets_is_read_as_in_a_file_or_kept_as_it_was_typed(text: str, answer: object) -> None:
    assert typed_answer(text) == answer
    assert not isinstance(answer, str) or answer_text(answer) == answer


def test_a_person_is_added_and_can_be_followed_at_once(town: Editor) -> None:
    for key, value in {"handle": "@cy", "role": "baker", "persona": "Loud.", "follows": "@ada, bo"}.items():
        town.put(value, "new", "people", key)
    assert town.press() == 303
    assert town.stored["people"][2] == {"handle": "cy", "role": "baker", "persona": "Loud.", "follows": ["ada", "bo"]}


@pytest.mark.slow
@pytest.mark.parametrize(("handle", "says"), [("ADA", "already"), ("two words", "no handle"), ("", "Write something")])
def test_nobody_is_added_under_a_handle_that_cannot_be(town: Editor, handle: str, says: str) -> None:
    town.put(handle, "new", "people", "handle")
    town.put("Kind.", "new", "people", "persona")
    assert town.press() == 400
    assert says in town.fault_at("new", "people", "handle")
    assert '<details class="fold" open>' in town.page, "the fault is hidden"
    assert town.versions == 1


def test_a_person_is_renamed_and_whoever_follows_them_follows(town: Editor) -> None:
    town.put("bob", "name", "people", 1)
    town.put("Bob the Baker", "value", "people", 1, "name")
    assert town.press() == 303
    assert town.stored["people"][0]["follows"] == ["bob"]
    assert town.stored["people"][1] == {"handle": "bob", "name": "Bob the Baker", "persona": {"age": 40}}
    assert json.dumps(["value", "people", 1, "persona"]) not in town.fields, "a tree is no text"


def test_a_role_that_nobody_has_any_more_goes_with_its_texts(client: Client, store: Store) -> None:
    text = small_feed(people=PEOPLE, sections="[{title: Trade, private: {baker: You bake., person: You buy.}}]")
    town = Editor(client(), store, saved(store, text).experiment)
    town.put("", "role", "people", 0)
    town.put("anna", "name", "people", 0)
    town.fields[_text_field(town, "You bake.")] = ["You bake bread."]
    assert town.press() == 303
    assert town.stored["sections"] == [{"title": "Trade", "private": {"person": "You buy."}}]
    assert town.stored["people"][0]["handle"] == "anna"


def test_a_person_is_taken_out(town: Editor) -> None:
    assert town.press("remove", "people", "bo") == 200
    assert "no longer follow" in town.page
    assert town.press() == 303
    assert [one["handle"] for one in town.stored["people"]] == ["ada"]


def test_direction_marks_are_signs_in_the_file_beside_the_form(client: Client, store: Store) -> None:
    text = small(note="'a \u202e b \u2066 c'")
    page = Editor(client(), store, saved(store, text).experiment).page
    shown = page[page.index("<pre") :]
    assert "⟨202E⟩" in shown
    assert not set(shown[: shown.index("</pre>")]) & set("\u202e\u2066")


def _text_field(editor: Editor, text: str) -> str:
    return next(name for name, values in editor.fields.items() if values == [text])
