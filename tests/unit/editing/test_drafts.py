"""Drafts on disk: what was answered is there again, and what is no draft is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.editing.document import with_part
from sociarium.editing.drafts import FOLDER, Draft, drafts


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_draft_is_found_again_with_its_answers_until_it_is_removed() -> None:
    draft = Draft({"title": "Old"}, "origin")
    draft.keep({"title": "The wing"})
    draft.keep({"title": "The wing", "roles": "guard"})
    [again] = drafts()
    assert (again.title, again.base, again.origin) == ("The wing", {"title": "Old"}, "origin")
    assert again.answers == {"title": "The wing", "roles": "guard"}
    again.remove()
    assert drafts() == []


def test_files_that_are_no_drafts_are_passed_over() -> None:
    FOLDER.mkdir(parents=True)
    (FOLDER / "broken.json").write_text("{")
    (FOLDER / "other.json").write_text("[1]")
    (FOLDER / "later.json").write_text('{"format": 2, "answers": {}}')
    assert drafts() == []


def test_an_empty_part_is_left_out_and_a_changed_one_keeps_its_place() -> None:
    document = {"title": "x", "note": "y", "days": 2}
    assert list(with_part(document, "note", "z").items()) == [("title", "x"), ("note", "z"), ("days", 2)]
    assert with_part(document, "note", "") == {"title": "x", "days": 2}
    assert document == {"title": "x", "note": "y", "days": 2}
