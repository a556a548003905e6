"""Drafts on disk: what was changed is there again, those of earlier versions are taken over, others passed over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sociarium.editing.drafts import FOLDER, Draft, drafts
from sociarium.editing.former_drafts import document_of_answers
from sociarium.errors import SetupError

FORMER = Path(__file__).parents[2] / "data/protocol_1/20260106-030405-0a1b2c.json"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_draft_is_found_again_with_its_document_and_place_until_it_is_removed() -> None:
    draft = Draft(origin="origin")
    draft.keep({"title": "The wing"}, ("Title",))
    draft.keep({"title": "The wing", "roles": {"guard": {}}}, ("Roles", "guard"))
    [again] = drafts()
    assert (again.title, again.origin, again.experiment) == ("The wing", "origin", None)
    assert again.document == {"title": "The wing", "roles": {"guard": {}}}
    assert again.position == ("Roles", "guard")
    again.remove()
    assert drafts() == []


def test_files_that_are_no_drafts_are_passed_over() -> None:
    FOLDER.mkdir(parents=True)
    (FOLDER / "broken.json").write_text("{")
    (FOLDER / "other.json").write_text("[1]")
    (FOLDER / "later.json").write_text('{"format": 3, "document": {}}')
    assert drafts() == []


def test_a_draft_of_an_earlier_version_is_taken_over_once() -> None:
    FOLDER.mkdir(parents=True)
    copied = shutil.copy(FORMER, FOLDER)
    [draft] = drafts()
    assert draft.document == {
        "title": "Lighthouse",
        "roles": {"keeper": {}, "sailor": {}},
        "models": {"offline": {"provider": "offline"}},
    }
    assert draft.begun == "2026-01-06 03:04"
    assert json.loads(Path(copied).read_text())["format"] == 2
    assert drafts()[0].document == draft.document


def test_answers_of_an_earlier_version_come_to_what_they_said() -> None:
    answers = {
        "title": "Flat", "roles": "tenant, visitor", "scripted": ["visitor"], "tenant/pronouns": "she",
        "visitor/pronouns": "they", "visitor/script": "Hello.\nBye.",
        "models/1/provider": "ollama", "models/1/model": "\0other", "models/1/model name": "llama3.1:8b",
        "models/1/temperature": "0.8", "models/1/context": "8192", "models/1/name": "llama",
        "models/2/what": "\0done", "starting message": "It is Sunday.", "titles": "Goal, Rules", "shared": ["Rules"],
        "text/Starting prompt of the tenant": "You live here.", "text/Goal of the tenant/names": "rest, talk",
        "text/Goal of the tenant/rest": "Rest.", "text/Rules (all)": "Wash up.",
        "summary titles": "Record", "summary/Record": "Sum up.",
        "probes/1/what": "\0add", "probes/1/name": "mood", "probes/1/at": ["end"], "probes/1/ask": "How?",
        "probes/1/kind": "scale", "probes/1/from": "0", "probes/1/to": "5",
        "events/1/what": "\0add", "events/1/name": "bell", "events/1/day": "1", "events/1/after": "2",
        "events/1/author": "Researcher", "events/1/text": "It rings.",
    }  # fmt: skip
    assert document_of_answers(answers, {}) == {
        "title": "Flat",
        "roles": {"tenant": {"pronouns": "she"}, "visitor": {"script": ["Hello.", "Bye."]}},
        "models": {
            "llama": {"provider": "ollama", "model": "llama3.1:8b", "temperature": 0.8, "context": 8192},
        },
        "starting_message": "It is Sunday.",
        "sections": [
            {"title": "Starting prompt", "private": {"tenant": "You live here."}},
            {"title": "Goal", "private": {"tenant": {"variants": {"rest": "Rest.", "talk": ""}}}},
            {"title": "Rules", "shared": "Wash up."},
        ],
        "summarizer": [{"title": "Record", "content": "Sum up."}],
        "probes": [{"name": "mood", "at": ["end"], "ask": "How?", "answer": {"from": 0, "to": 5}}],
        "events": [{"name": "bell", "after_message": 2, "text": "It rings."}],
    }


def test_answers_that_change_an_experiment_are_laid_over_it() -> None:
    base = {"title": "Old", "models": {"dry": {"provider": "offline"}}, "note": "kept"}
    answers = {"review/1": "Models", "change/1/models/1/what": "\0add", "change/1/models/1/provider": "person",
               "change/1/models/1/name": "me", "change/2/title": "New"}  # fmt: skip
    assert document_of_answers(answers, base) == {
        "title": "New",
        "models": {"dry": {"provider": "offline"}, "me": {"provider": "person"}},
        "note": "kept",
    }


def test_a_draft_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "experiments").write_text("in the way")
    with pytest.raises(SetupError, match="cannot be written"):
        Draft().keep({"title": "x"}, ())
