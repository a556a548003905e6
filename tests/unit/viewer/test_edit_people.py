"""Many people of a feed, and those whom a model writes, changed in a page."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from sociarium.ports.store import Store
from tests.support.definitions import small_feed
from tests.support.edit_forms import Editor
from tests.support.played_stores import saved

Client = Callable[..., TestClient]
ROLES = ("baker", "voter")


@pytest.fixture
def town(client: Client, store: Store) -> Editor:
    return Editor(client(), store, saved(store, small_feed()).experiment)


def crowded(client: Client, store: Store, *, count: int = 130) -> Editor:
    many = "[" + ", ".join(f"{{handle: p{number}, role: {ROLES[number % 2]}}}" for number in range(count)) + "]"
    return Editor(client(), store, saved(store, small_feed(people=many)).experiment)


@pytest.mark.slow
def test_of_many_people_some_stand_in_the_form_and_all_stay(client: Client, store: Store) -> None:
    town = crowded(client, store)
    assert "1 to 60 of 130" in town.page
    town.put("q0", "name", "people", 0)
    assert town.press() == 303
    assert [one["handle"] for one in town.stored["people"]] == ["q0", *(f"p{number}" for number in range(1, 130))]


@pytest.mark.slow
def test_everybody_of_many_people_is_reached_and_what_was_typed_before_is_kept(client: Client, store: Store) -> None:
    town = crowded(client, store)
    town.put("First.", "value", "people", 0, "bio")
    assert town.show("60") == 200
    town.put("Sixty-first.", "value", "people", 60, "bio")
    assert town.show("120") == 200
    assert "121 to 130 of 130" in town.page
    assert town.press("remove", "people", "p129") == 200
    town.put("Nearly last.", "value", "people", 128, "bio")
    assert town.show("60") == 200
    assert town.versions == 1
    assert town.press() == 303
    people = town.stored["people"]
    assert {at: one["bio"] for at, one in enumerate(people) if "bio" in one} == {
        0: "First.", 60: "Sixty-first.", 128: "Nearly last.",
    }  # fmt: skip
    assert len(people) == 129


@pytest.mark.slow
def test_people_are_found_by_handle_name_or_role(client: Client, store: Store) -> None:
    town = crowded(client, store)
    town.fields["like"] = ["@P12"]
    assert town.press(check=True) == 200
    assert "1 to 11 of 11" in town.page
    town.put("Found.", "value", "people", 125, "bio")
    town.fields["like"] = ["VOTER"]
    assert town.press(check=True) == 200
    assert "1 to 60 of 65" in town.page
    town.fields["like"] = ["nobody"]
    assert town.press(check=True) == 200
    assert "Nobody is called so" in town.page
    assert town.press() == 303
    assert town.stored["people"][125]["bio"] == "Found."


@pytest.mark.slow
def test_what_cannot_be_had_of_one_person_stays_before_the_eyes(client: Client, store: Store) -> None:
    town = crowded(client, store)
    town.put("p1", "name", "people", 0)
    assert town.show("60") == 400
    assert "1 to 60 of 130" in town.page
    assert "already" in town.fault_at("name", "people", 0)


@pytest.mark.slow
def test_people_written_by_a_model_are_added_changed_and_taken_out(client: Client, store: Store) -> None:
    town = Editor(client(), store, saved(store, small_feed(models="{dry: {provider: offline}, "
                                                           "wet: {provider: offline}}")).experiment)  # fmt: skip
    for key, value in {"generate": "40", "role": "town  voter", "prompt": "They quarrel about parking."}.items():
        town.put(value, "new", "crowd", key)
    assert town.press(check=True) == 200
    crowd = {"generate": 40, "role": "town voter", "model": "dry", "prompt": "They quarrel about parking."}
    town.put("wet", "value", "people", 2, "model")
    town.put("They fish.", "value", "people", 2, "prompt")
    town.put("angler", "role", "people", 2)
    # Somebody before them goes by the same press.
    assert town.press("remove", "people", "bob") == 200
    assert town.press() == 303
    assert town.stored["people"][1] == {**crowd, "role": "angler", "model": "wet", "prompt": "They fish."}
    town.reload()
    assert town.press("remove", "crowd", 1) == 200
    assert town.press() == 303
    assert [one["handle"] for one in town.stored["people"]] == ["ada"]


@pytest.mark.parametrize(
    ("number", "prompt", "says"),
    [("", "They fish.", "how many"), ("5", "", "who"), ("many", "They fish.", ""), ("-1", "They fish.", "")],
)
def test_a_crowd_that_cannot_be_is_told_and_nothing_is_saved(town: Editor, number: str, prompt: str, says: str) -> None:
    town.put(number, "new", "crowd", "generate")
    town.put(prompt, "new", "crowd", "prompt")
    assert town.press() == 400
    assert says in (
        town.fault_at("new", "crowd", "generate") if says else town.fault_at("value", "people", 2, "generate")
    )
    assert town.versions == 1


def test_newcomers_are_changed(client: Client, store: Store) -> None:
    text = small_feed(newcomers="{per_day: 2, model: dry, prompt: They fish.}")
    town = Editor(client(), store, saved(store, text).experiment)
    town.put("3", "value", "newcomers", "from")
    town.put("They sail.", "value", "newcomers", "prompt")
    assert town.press() == 303
    assert town.stored["newcomers"] == {"per_day": 2, "from": 3, "model": "dry", "prompt": "They sail."}


def test_who_is_added_to_many_people_is_landed_at_and_not_a_role_that_is_new_with_them(
    client: Client, store: Store
) -> None:
    town = crowded(client, store)
    town.put("cy", "new", "people", "handle")
    town.put("driver", "new", "people", "role")
    assert town.press(check=True) == 200
    assert "121 to 131 of 131" in town.page
    landing = next(line for line in town.page.splitlines() if 'id="landing"' in line)
    assert f'name="{town.field("value", "people", 130, "name")}"' in unescape(landing)
    assert town.page.count('id="landing"') == 1
