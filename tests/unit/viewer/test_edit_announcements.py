"""Announcements, changed in a page by the functions of the guided program."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sociarium.ports.store import Store
from tests.support.definitions import small, small_feed
from tests.support.edit_forms import Editor
from tests.support.played_stores import saved

Client = Callable[..., TestClient]


@pytest.fixture
def wing(client: Client, store: Store) -> Editor:
    return Editor(client(), store, saved(store, small()).experiment)


@pytest.fixture
def town(client: Client, store: Store) -> Editor:
    return Editor(client(), store, saved(store, small_feed()).experiment)


def test_an_announcement_is_added_changed_and_taken_out(wing: Editor) -> None:
    for key, value in {"name": "search", "day": "1", "after_message": "2", "text": "All cells are searched."}.items():
        wing.put(value, "new", "events", key)
    assert wing.press() == 303
    announcement = {"name": "search", "day": 1, "after_message": 2, "text": "All cells are searched."}
    assert wing.stored["events"] == [announcement]
    wing.reload()
    wing.put("raid", "name", "events", 0)
    wing.put("The  warden", "value", "events", 0, "author")
    wing.put("1", "value", "events", 0, "after_message")
    wing.fields[_text_field(wing, "All cells are searched.")] = ["Stand up."]
    assert wing.press() == 303
    [changed] = wing.stored["events"]
    assert changed == {"name": "raid", "day": 1, "after_message": 1, "author": "The warden", "text": "Stand up."}
    wing.reload()
    wing.fields["replicates-0"] = ["3"]
    assert wing.press("remove", "events", "raid") == 200
    assert wing.press() == 303
    assert "events" not in wing.stored


def test_an_announcement_of_a_feed_is_posted_by_the_first_person_or_an_account_outside(town: Editor) -> None:
    town.put("rumour", "new", "events", "name")
    town.put("The bridge closes.", "new", "events", "text")
    assert town.press(check=True) == 200
    town.put("09:30", "value", "events", 0, "time")
    assert town.press() == 303
    [event] = town.stored["events"]
    assert (event["author"], event["post"], event["time"]) == ("ada", "The bridge closes.", "09:30")
    town.reload()
    town.put("@newswire", "value", "events", 0, "author")
    assert town.press() == 303
    assert town.stored["events"][0]["author"] == "newswire"
    town.reload()
    town.put("two words", "value", "events", 0, "author")
    town.put("soon", "value", "events", 0, "time")
    assert town.press() == 400
    assert "no handle" in town.fault_at("value", "events", 0, "author")
    assert town.fault_at("value", "events", 0, "time")


@pytest.mark.parametrize(("name", "text", "says"), [("", "x", "a name"), ("search", "", "Write what is announced")])
def test_an_announcement_that_cannot_be_is_told_at_its_fields(wing: Editor, name: str, text: str, says: str) -> None:
    wing.put(name, "new", "events", "name")
    wing.put(text, "new", "events", "text")
    assert wing.press() == 400
    assert says in wing.fault_at("new", "events", "name")
    assert wing.versions == 1


def _text_field(editor: Editor, text: str) -> str:
    return next(name for name, values in editor.fields.items() if values == [text])
