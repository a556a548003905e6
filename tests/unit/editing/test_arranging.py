"""Things copied and moved."""

from __future__ import annotations

import pytest

from sociarium.editing.arrange import copy_item, move_item, names_in
from sociarium.editing.document import problems
from sociarium.errors import BadInput
from tests.support.documents import square, wing


def test_a_copied_role_stands_behind_the_first_with_its_texts_and_questions() -> None:
    change = copy_item(wing(), "roles", "guard", "warden")
    assert problems(change.document) == []
    assert list(change.document["roles"]) == ["guard", "warden", "prisoner"]
    assert change.document["sections"][1]["private"]["warden"] == wing()["sections"][1]["private"]["guard"]
    assert change.document["probes"][1]["of"] == ["guard", "prisoner", "warden"]
    assert change.sentences == ("Copied along: 2 texts, 1 private question.",)


@pytest.mark.parametrize(
    ("things", "name", "new"),
    [
        ("models", "cool", "cold"),
        ("sections", "Goal", "Aim"),
        ("probes", "trust", "faith"),
        ("events", "search", "raid"),
    ],
)
def test_a_copy_has_a_name_of_its_own(things: str, name: str, new: str) -> None:
    change = copy_item(wing(), things, name, new)  # type: ignore[arg-type]  # the parameters of a test
    assert problems(change.document) == []
    names = names_in(change.document, things)  # type: ignore[arg-type]  # as above
    assert names.index(new) == names.index(name) + 1
    with pytest.raises(BadInput):
        copy_item(wing(), things, name, name)  # type: ignore[arg-type]  # as above


def test_a_copied_person_follows_the_same_people() -> None:
    change = copy_item(square(), "people", "ada", "eve")
    assert problems(change.document) == []
    assert change.document["people"][1]["follows"] == ["bea"]


def test_a_copy_and_its_origin_share_nothing() -> None:
    change = copy_item(wing(), "sections", "Goal", "Aim")
    change.document["sections"][2]["private"]["guard"] = "Other words."
    assert change.document["sections"][1] == wing()["sections"][1]


def test_things_move_and_what_is_first_by_their_order_is_said() -> None:
    document = wing()
    del document["first_speaker"]
    change = move_item(document, "roles", 1, 0)
    assert list(change.document["roles"]) == ["prisoner", "guard"]
    assert change.sentences == ("The prisoner speaks first now.",)
    assert move_item(wing(), "roles", 1, 0).sentences == ()
    assert move_item(wing(), "models", 0, 1).sentences == ("Where no model is chosen, cool speaks now.",)
    assert names_in(move_item(wing(), "sections", 2, 1).document, "sections") == [
        "Starting prompt",
        "Oversight",
        "Goal",
    ]


@pytest.mark.parametrize(("position", "to"), [(0, 1), (2, 0), (3, 1), (1, -1)])
def test_the_starting_prompt_stays_first_and_places_are_checked(position: int, to: int) -> None:
    with pytest.raises(BadInput):
        move_item(wing(), "sections", position, to)
