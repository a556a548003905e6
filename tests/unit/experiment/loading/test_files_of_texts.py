"""Files that hold no text, or one with the line ends of another system; people that are one file."""

from __future__ import annotations

import json

import pytest

from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.document import parse
from sociarium.experiment.feed.definition import FeedDefinition
from tests.support.definitions import small, small_feed


def notes_of(data: bytes) -> list[Problem]:
    notes: list[Problem] = []
    parse(small(starting_message="{file: a.txt}").encode(), source="a.yaml", read=lambda _: data, notes=notes)
    return notes


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7\nx", "is a PDF and no text"), (b"{\\rtf1\\ansi Hi}", "word processor (RTF) and no text")],
)
def test_documents_are_no_texts(data: bytes, words: str) -> None:
    with pytest.raises(DefinitionError) as told:
        notes_of(data)
    assert words in str(told.value)


@pytest.mark.parametrize("text", ["one\r\ntwo", "one\rtwo"])
def test_line_ends_that_models_would_read_are_told(text: str) -> None:
    [note] = notes_of(text.encode())
    assert "carriage returns, which models read" in note.message
    assert (note.path, note.line) == ("starting_message", 2)


def test_usual_line_ends_are_not_told() -> None:
    assert notes_of(b"one\ntwo\n") == []


@pytest.mark.parametrize(
    "data", ['[{"handle": "ada", "bio": null, "follows": null, "mood": null}]', "handle,bio\nada,\n"]
)
def test_people_may_be_one_file_and_null_is_nothing(data: str) -> None:
    text = small_feed(people="{file: crowd.json}").encode()
    found = parse(text, source="a.yaml", read=lambda _: data.encode())
    assert isinstance(found, FeedDefinition)
    [ada] = found.written_out
    assert (ada.handle, ada.bio, ada.follows, ada.persona) == ("ada", "", (), "")


def test_faults_of_that_file_are_told_at_its_lines() -> None:
    with pytest.raises(DefinitionError) as told:
        parse(small_feed(people="{file: crowd.json}").encode(), source="a.yaml", read=lambda _: b'[{"bio": "x"}]')
    assert "crowd.json line 1" in str(told.value)
    assert json.dumps("x") not in str(told.value)
