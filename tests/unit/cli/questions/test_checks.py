"""Checks of names and texts, at the question."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.cli.questions.checks import home_path, short_name, source
from sociarium.cli.wizard.text_input import placeholder_check


@pytest.mark.parametrize(
    "text", ["You see <PRISON_GUARD_ there.", "<PRISON_GUARD_NOUN", "I am <SELF_NAME.", "<AGENTS_NUM"]
)
def test_a_placeholder_that_does_not_end_is_told(text: str) -> None:
    assert "does not end: a placeholder is closed by >." in placeholder_check(["prison guard"])(text)


@pytest.mark.parametrize("text", ["<PRISON_GUARD_NOUN>", "1 < 2 and a <- b", "<b>bold</b>", "a <LIST of things"])
def test_other_signs_are_left_alone(text: str) -> None:
    assert placeholder_check(["prison guard"])(text) == ""


@pytest.mark.parametrize("name", ["", "fair", "<SELF_NAME> is fair", "You are a warm and curious manager of the firm."])
def test_a_text_is_no_short_name(name: str) -> None:
    assert short_name({"fair"})(name)


def test_a_short_name_may_have_words() -> None:
    assert not short_name({"fair"})("very fair 😀")


def test_a_source_is_there_or_is_a_url_and_home_is_that_of_whoever_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "night.yaml").write_text("title: Night")
    assert source("~/nigth.yaml") == "There is no file '~/nigth.yaml'; Tab completes paths."
    assert source(" ") == "Write something."
    assert [source(right) for right in ("~/night.yaml", "mongodb://lab:1/x", str(tmp_path / "night.yaml"))] == [""] * 3
    assert home_path("~/out") == str(tmp_path / "out")
    assert home_path(" out ") == "out"
    assert home_path("~nobody-of-that-name/out") == "~nobody-of-that-name/out"
