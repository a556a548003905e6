"""People of a file in the guided program: what is said of them where no plan can say it later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sociarium.cli.wizard.context import WizardContext
from tests.support.scripted_guide import edited

FEED: dict[str, Any] = {
    "title": "Street",
    "environment": "feed",
    "models": {"dry": {"provider": "offline"}},
    "people": [{"handle": "ada"}],
    "sweep": {"factors": {"days": 1}},
}
ADD = ("People", "Add a person", "Take people from a file")


def test_what_goes_into_personas_is_said_when_people_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crowd.csv").write_text("handle,bio,mood,age\nben,Baker.,NA,30\n", encoding="utf-8")
    shown: list[str] = []
    monkeypatch.setattr(WizardContext, "show", lambda _, text, *style: shown.append(str(text)))
    document = edited(FEED, (*ADD, f" {tmp_path / 'crowd.csv'} "))
    assert document["people"][1]["persona"] == {"mood": "NA", "age": "30"}
    assert "Of crowd.csv, mood, age go into the persona of each." in shown
    assert any(text.startswith("Of crowd.csv, mood say NA, nan, NULL or None") for text in shown)


@pytest.mark.parametrize("entry", ["Take people from a file", "Take somebody from their own archive"])
def test_a_home_of_nobody_is_a_path_that_is_not_there(entry: str) -> None:
    with pytest.raises(AssertionError, match="cannot be read"):
        edited(FEED, (*ADD[:2], entry, "~nobody-of-that-name/crowd.csv"))
