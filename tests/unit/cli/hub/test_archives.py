"""Personal archives in the guided program: with consent, read together, and nothing of them kept but the people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sociarium.editing.document import definition_of
from tests.support.scripted_guide import edited
from tests.support.twitter_archive import OWNER, archive

FEED: dict[str, Any] = {
    "title": "Street",
    "environment": "feed",
    "models": {"dry": {"provider": "offline"}},
    "people": [{"handle": "ada", "role": "citizen"}],
    "sweep": {"factors": {"days": 1}},
}
ADD = ("People", "Add a person", "Take somebody from their own archive")


def test_somebody_takes_part_from_an_archive_as_from_a_file(tmp_path: Path) -> None:
    folder = archive().folder(tmp_path / "mill")
    document = edited(FEED, (*ADD, str(folder), "form 12", "500", "@mill_owl", "walker", "no"))
    person = document["people"][1]
    assert (person["handle"], person["name"], person["role"]) == ("mill_owl", "Mill Owl", "walker")
    assert person["consent"] == "form 12"
    assert person["history"]
    assert "archive" not in json.dumps(document)
    assert "granite_jo" not in json.dumps(document)
    definition_of(document)


def test_another_handle_hides_the_name_and_people_read_together_know_each_other(tmp_path: Path) -> None:
    first, other = archive().folder(tmp_path / "mill"), archive()
    jo = OWNER | {"username": "granite_jo", "accountId": "901", "accountDisplayName": "Jo Granite"}
    other.put("account.js", "account", [{"account": jo}])
    second = other.folder(tmp_path / "jo")
    document = edited(
        FEED,
        (
            *ADD,
            str(first),
            "form 12",
            "500",
            "owl",
            "walker",
            "yes",
            str(second),
            "form 13",
            "500",
            "@jo",
            "walker",
            "no",
        ),
    )
    owl, jo_person = document["people"][1:]
    assert (owl["handle"], owl.get("name", "")) == ("owl", "")
    assert owl["follows"] == ["jo"]
    assert jo_person["consent"] == "form 13"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [(("nowhere",), "it is not there"), (("", ""), "Write something")],
)
def test_what_cannot_be_read_is_said_at_the_question(answers: tuple[str, ...], reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        edited(FEED, (*ADD, *answers))


def test_without_a_word_of_consent_nothing_is_read(tmp_path: Path) -> None:
    folder = archive().folder(tmp_path / "mill")
    with pytest.raises(AssertionError, match=r"consent documented\? '': Write something"):
        edited(FEED, (*ADD, str(folder), ""))


def test_an_archive_that_was_left_in_the_middle_is_read_from_its_line(tmp_path: Path) -> None:
    folder = archive().folder(tmp_path / "mill")
    people = [*FEED["people"], {"archive": str(folder), "consent": "form 12", "handle": "owl"}]
    document = edited(FEED | {"people": people}, ("People", "owl", "Read the archive"))
    assert document["people"][1]["handle"] == "owl"
    assert document["people"][1]["history"]
