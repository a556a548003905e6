"""Another name for a thing: everything that named it follows, and what is said tells the truth."""

from __future__ import annotations

import pytest

from sociarium.editing.document import problems
from sociarium.editing.models import rename_model
from sociarium.editing.people import rename_named, rename_person
from sociarium.editing.roles import rename_role
from sociarium.editing.sections import rename_section, rename_version
from sociarium.errors import BadInput
from tests.support.documents import square, wing


def test_the_documents_of_these_tests_are_valid() -> None:
    assert problems(wing()) == []
    assert problems(square()) == []


def test_a_renamed_role_takes_along_texts_placeholders_questions_and_factors() -> None:
    before = wing()
    change = rename_role(before, "prisoner", "prison inmate")
    after = change.document
    assert problems(after) == []
    assert before == wing()
    assert list(after["roles"]) == ["guard", "prison inmate"]
    assert after["starting_message"] == "<PRISON_INMATE_NUMWORD> <PRISON_INMATE_NOUN> wait. <Guard_NOUN> enter."
    assert list(after["sections"][1]["private"]) == ["guard", "prison inmate"]
    assert after["sections"][1]["private"]["guard"] == "Keep the <PRISON_INMATE_NUM> <PRISON_INMATE_NOUN> in order."
    assert [probe["of"] for probe in after["probes"]] == [["prison inmate"], ["guard", "prison inmate"]]
    assert after["first_speaker"] == "prison inmate"
    factors = after["sweep"]["factors"]
    assert "section.Goal.prison inmate" in factors
    assert "agents.prison inmate" in factors
    assert after["sweep"]["exclude"][0] == {"model": "cool", "section.Goal.prison inmate": ["escape"]}
    assert "4 texts spoke of the prisoner" not in change.sentences
    assert "3 texts spoke of the prisoner as <PRISONER_…> and follow." in change.sentences
    assert "“Goal, of prisoner” is compared; the comparison follows." in change.sentences
    assert "Several of them are prison inmates now." in change.sentences
    assert "1 text says “prisoner” in plain words and stays." in change.sentences


def test_a_capitalised_placeholder_stays_capitalised() -> None:
    after = rename_role(wing(), "guard", "warden").document
    assert after["starting_message"].endswith("<Warden_NOUN> enter.")


def test_a_role_renamed_there_and_back_is_as_before() -> None:
    document = wing()
    del document["roles"]["prisoner"]["plural"]
    there = rename_role(document, "prisoner", "inmate").document
    assert rename_role(there, "inmate", "prisoner").document == document


@pytest.mark.parametrize("name", ["guard", "Guard", "summarizer", "random", "self", "", "👮"])
def test_a_role_cannot_have_a_name_that_means_something_else(name: str) -> None:
    with pytest.raises(BadInput):
        rename_role(wing(), "prisoner", name)


def test_levels_that_name_a_role_follow() -> None:
    document = wing()
    document["sweep"]["factors"]["first_speaker"] = ["guard", "prisoner"]
    after = rename_role(document, "prisoner", "inmate").document
    assert after["sweep"]["factors"]["first_speaker"] == ["guard", "inmate"]


def test_a_renamed_role_of_a_feed_takes_along_its_people() -> None:
    change = rename_role(square(), "troll", "bot")
    assert problems(change.document) == []
    assert change.document["people"][2]["role"] == "bot"
    assert "people.bot" in change.document["sweep"]["factors"]


def test_people_without_a_role_get_its_new_name() -> None:
    document = square()
    document["people"].append({"handle": "cid"})
    after = rename_role(document, "person", "guest").document
    assert after["people"][3] == {"handle": "cid", "role": "guest"}


def test_a_renamed_section_takes_along_its_factors_and_exclusions() -> None:
    change = rename_section(wing(), "Goal", "Aim")
    assert problems(change.document) == []
    assert change.document["sections"][1]["title"] == "Aim"
    assert change.document["sweep"]["exclude"][0] == {"model": "cool", "section.Aim.prisoner": ["escape"]}
    assert change.sentences == ("“Goal, of prisoner” is compared; the comparison follows.",)


def test_linked_factors_follow_a_section() -> None:
    after = rename_section(wing(), "Oversight", "Eyes").document
    assert after["sweep"]["factors"]["watch"][0] == {"name": "strict", "section.Eyes": "present", "messages": 20}


def test_the_starting_prompt_keeps_its_title() -> None:
    with pytest.raises(BadInput, match="keeps its title"):
        rename_section(wing(), "Starting prompt", "Start")


def test_a_section_of_the_days_record_is_renamed() -> None:
    document = wing()
    document["summarizer"][0]["content"] = {"variants": {"short": "Briefly.", "long": "At length."}}
    document["sweep"]["factors"]["summarizer.Record"] = ["short", "long"]
    after = rename_section(document, "Record", "Log", prompt="summarizer").document
    assert problems(after) == []
    assert after["sweep"]["factors"]["summarizer.Log"] == ["short", "long"]


def test_a_renamed_version_takes_along_levels_exclusions_and_linked_levels() -> None:
    after = rename_version(wing(), "section.Goal.prisoner", "escape", "flight").document
    assert problems(after) == []
    assert list(after["sections"][1]["private"]["prisoner"]["variants"]) == ["yard", "flight"]
    assert after["sweep"]["factors"]["section.Goal.prisoner"] == ["yard", "flight"]
    assert after["sweep"]["exclude"][0]["section.Goal.prisoner"] == ["flight"]
    linked = rename_version(wing(), "section.Oversight", "present", "seen").document
    assert linked["sweep"]["factors"]["watch"][0]["section.Oversight"] == "seen"


def test_a_renamed_model_takes_along_levels_options_and_exclusions() -> None:
    after = rename_model(wing(), "cool", "cold").document
    assert problems(after) == []
    factors = after["sweep"]["factors"]
    assert factors["model"] == ["llama", "cold"]
    assert factors["model.prisoner"] == "cold"
    assert factors["option.cold.temperature"] == [0.2, 0.9]
    assert after["sweep"]["exclude"][0]["model"] == "cold"


def test_people_are_written_by_a_renamed_model() -> None:
    after = rename_model(square(), "writer", "author").document
    assert problems(after) == []
    assert after["people"][2]["model"] == "author"


def test_a_renamed_person_takes_along_links_mentions_and_announcements() -> None:
    after = rename_person(square(), "ada", "ada_l").document
    assert problems(after) == []
    assert after["people"][1]["history"][0]["of"] == "ada_l"
    assert after["events"][0]["author"] == "ada_l"
    change = rename_person(square(), "bea", "bee")
    assert change.document["people"][0]["follows"] == ["bee"]
    assert change.document["people"][0]["persona"] == {"likes": "Answers @bee at once."}
    assert change.document["events"][0]["post"]["variants"]["plain"] == "Hello @bee."
    assert change.sentences == ("Changed along: 1 link, 2 mentions.",)


def test_two_people_cannot_differ_by_capitals_alone() -> None:
    with pytest.raises(BadInput):
        rename_person(square(), "bea", "ADA")


def test_a_renamed_announcement_or_question_takes_along_its_factor() -> None:
    after = rename_named(wing(), "events", "search", "raid").document
    assert problems(after) == []
    assert after["sweep"]["factors"]["event.raid"] == ["none", "order"]
    with pytest.raises(BadInput):
        rename_named(wing(), "probes", "trust", "mood")


def test_factors_of_every_sweep_follow_a_renamed_model() -> None:
    document = wing()
    document["sweeps"] = {"pilot": document["sweep"], "main": document.pop("sweep")}
    after = rename_model(document, "cool", "cold").document
    assert [sweep["factors"]["model"] for sweep in after["sweeps"].values()] == [["llama", "cold"]] * 2
