"""A thing taken away: what hung on it goes along, what needs a person's words is named."""

from __future__ import annotations

import pytest

from sociarium.editing.document import problems
from sociarium.editing.faults import faults
from sociarium.editing.models import remove_model
from sociarium.editing.people import remove_named, remove_person
from sociarium.editing.roles import remove_role
from sociarium.editing.sections import remove_section, remove_version
from sociarium.errors import BadInput
from tests.support.documents import square, wing


def test_a_removed_role_takes_along_texts_questions_and_factors() -> None:
    before = wing()
    change = remove_role(before, "prisoner")
    after = change.document
    assert before == wing()
    assert list(after["roles"]) == ["guard"]
    assert [probe["name"] for probe in after["probes"]] == ["mood"]
    assert after["probes"][0]["of"] == ["guard"]
    assert "first_speaker" not in after
    assert list(after["sweep"]["factors"]) == ["model", "option.cool.temperature", "event.search", "watch"]
    assert after["sweep"]["exclude"] == [{"watch": "loose", "model": "llama"}]
    assert "“number of prisoner” is no longer compared." in change.sentences
    assert "1 combination that had been left out cannot be named any more." in change.sentences


def test_texts_that_speak_of_a_removed_role_are_named_and_are_its_only_faults() -> None:
    change = remove_role(wing(), "prisoner")
    assert change.sentences[-1] == (
        "Still spoken of as <PRISONER_…>, which needs other words: the opening; Record; Goal, of guard."
    )
    assert {fault.part for fault in faults(change.document)} == {"Opening", "Day's record", "Sections"}


def test_a_section_without_readers_goes_with_the_role() -> None:
    change = remove_role(square(), "expert")
    assert [section["title"] for section in change.document["sections"]] == ["Start"]
    assert "The section 'Trade' has no reader left and is gone." in change.sentences
    assert problems(change.document) == []


def test_a_removed_section_is_no_longer_compared() -> None:
    change = remove_section(wing(), "Goal")
    assert problems(change.document) == []
    assert "section.Goal.prisoner" not in change.document["sweep"]["factors"]
    assert change.document["sweep"]["exclude"] == [{"watch": "loose", "model": "llama"}]
    assert "“Goal, of prisoner” is no longer compared." in change.sentences


def test_a_linked_factor_keeps_what_else_it_sets() -> None:
    after = remove_section(wing(), "Oversight").document
    assert problems(after) == []
    assert after["sweep"]["factors"]["watch"] == [{"name": "strict", "messages": 20}, {"name": "loose", "messages": 10}]


def test_a_linked_factor_that_sets_nothing_more_is_dropped() -> None:
    document = wing()
    for level in document["sweep"]["factors"]["watch"]:
        del level["messages"]
    after = remove_section(document, "Oversight").document
    assert problems(after) == []
    assert "watch" not in after["sweep"]["factors"]


def test_a_removed_version_takes_along_its_level() -> None:
    document = wing()
    document["sections"][1]["private"]["prisoner"]["variants"]["food"] = "Win bread."
    document["sweep"]["factors"]["section.Goal.prisoner"].append("food")
    after = remove_version(document, "section.Goal.prisoner", "escape").document
    assert problems(after) == []
    assert after["sweep"]["factors"]["section.Goal.prisoner"] == ["yard", "food"]
    assert after["sweep"]["exclude"] == [{"watch": "loose", "model": "llama"}]


def test_the_last_but_one_version_leaves_a_plain_text_that_is_not_compared() -> None:
    change = remove_version(wing(), "section.Goal.prisoner", "escape")
    assert problems(change.document) == []
    assert change.document["sections"][1]["private"]["prisoner"] == "Win the yard."
    assert "section.Goal.prisoner" not in change.document["sweep"]["factors"]


def test_linked_levels_that_chose_a_removed_version_go() -> None:
    after = remove_version(wing(), "section.Oversight", "absent").document
    assert problems(after) == []
    assert after["sweep"]["factors"]["watch"] == [{"name": "strict", "messages": 20}]
    assert after["sweep"]["exclude"] == [{"model": "cool", "section.Goal.prisoner": ["escape"]}]


def test_a_removed_model_takes_along_levels_and_options() -> None:
    change = remove_model(wing(), "cool")
    assert problems(change.document) == []
    assert change.document["sweep"]["factors"]["model"] == ["llama"]
    assert not {"model.prisoner", "option.cool.temperature"} & set(change.document["sweep"]["factors"])
    assert change.document["sweep"]["exclude"] == [{"watch": "loose", "model": "llama"}]


def test_whoever_was_written_by_a_removed_model_is_named() -> None:
    change = remove_model(square(), "writer")
    assert change.sentences == ("People of the role troll were written by writer; choose another model for them.",)
    assert [fault.part for fault in faults(change.document)] == ["People"]


def test_a_removed_person_takes_along_links_and_a_role_that_nobody_has_any_more() -> None:
    change = remove_person(square(), "ada")
    assert problems(change.document) == []
    assert "expert" not in change.document["roles"]
    assert not change.document["probes"]
    assert "The announcement 'launch' is posted by ada, an account outside now." in change.sentences
    assert remove_person(square(), "bea").document["people"][0]["follows"] == []


def test_a_removed_announcement_takes_along_its_factor() -> None:
    after = remove_named(wing(), "events", "search").document
    assert problems(after) == []
    assert "events" not in after
    assert "event.search" not in after["sweep"]["factors"]


def test_what_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(BadInput, match="There is no role 'nobody'"):
        remove_role(wing(), "nobody")
