"""What Tab puts before the cursor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.cli.questions.completion import Suggestion, common_start, names, paths, placeholders
from sociarium.experiment.prompts.placeholders import unknown_placeholders


def texts(completions: Sequence[Suggestion]) -> list[str]:
    return [completion.text for completion in completions]


def test_placeholders_are_completed_from_the_last_bracket_on() -> None:
    complete = placeholders(["guard", "old man"])
    assert complete("You are <SELF_NAME> and <gu")[0] == Suggestion(24, "<GUARD_NUM>")
    assert texts(complete("<OLD_MAN_NO")) == ["<OLD_MAN_NOUN>"]
    assert texts(complete("<Guard_NO")) == ["<Guard_NOUN>"]
    assert texts(complete("<SE")) == ["<SELF_NAME>"]
    assert not complete("<GUARD_NUM> guards")
    assert not complete("a < b")
    assert not placeholders(["guard"], has_self=False)("<SE")


@given(st.sampled_from(["<", "<g", "<Gu", "<A", "<S"]))
def test_what_is_completed_is_a_placeholder(typed: str) -> None:
    roles = ["guard", "old man"]
    for text in texts(placeholders(roles)(typed)):
        assert not list(unknown_placeholders(text, roles, has_self=True))


def test_names_are_completed_whatever_their_case_and_accents_one_or_several() -> None:
    complete = names(["Zürich", "Zug", "Bern"], separator=",")
    assert complete("Bern, zu") == [Suggestion(6, "Zürich"), Suggestion(6, "Zug")]
    assert texts(names(["Plea bargain", "Prison"])("plea b")) == ["Plea bargain"]


def test_paths_are_completed_with_the_home_folder_as_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Data").mkdir()
    (tmp_path / "Data" / "one.csv").touch()
    (tmp_path / ".hidden").touch()
    assert paths("~") == [Suggestion(0, "~/")]
    assert paths("~/da") == [Suggestion(2, "Data/")]
    assert paths("~/Data/o") == [Suggestion(7, "one.csv")]
    assert texts(paths("~/")) == ["Data/"]
    assert texts(paths("~/.h")) == [".hidden"]
    assert not paths("/nowhere/at/all")
    assert not paths("~nobody-of-this-name/x")
    assert not paths("a\0b/")


def test_file_names_of_another_encoding_are_left_out(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xf6.csv")).touch()
    (tmp_path / "bell\a").touch()
    assert not paths(f"{tmp_path}/")


@given(st.lists(st.text("abc", max_size=5), min_size=1))
def test_a_common_start_begins_all_and_no_longer_one_does(words: list[str]) -> None:
    start = common_start([Suggestion(0, word) for word in words])
    assert all(word.startswith(start) for word in words)
    assert len({word[: len(start) + 1] for word in words}) > 1 or start in words
