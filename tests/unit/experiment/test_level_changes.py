"""Levels of a condition are changed by name, and what they set changes with them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sociarium.errors import BadInput
from sociarium.experiment.level_changes import ChangedCondition, change_levels
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.sweep import Level
from sociarium.experiment.validation import design_of
from tests.support.definitions import definition, small

FILE = small(
    models="{dry: {provider: offline}, wet: {provider: offline}}",
    starting_message="{variants: {plain: Start., bold: START!}}",
    sweep="""
  factors:
    starting_message: [plain, bold]
    days: [1, 2]
    messages: [4]
    mood: [{name: mild, model.guard: dry, option.temperature: 0.2}, {name: harsh, model.guard: wet}]
""",
    sections="""[{title: Starting prompt, private: {guard: G., prisoner: P.}},
      {title: Goal, private: {guard: {variants: {stay: Stay., go: Go.}}, prisoner: Leave.}}]""",
)


def _change(condition: Mapping[str, Level], **changes: str) -> ChangedCondition:
    parsed = definition(FILE)
    return change_levels(
        parsed, design_of(parsed, "main"), condition, {k.replace("__", "."): v for k, v in changes.items()}
    )


CONDITION: Mapping[str, Level] = {"starting_message": "plain", "days": 2, "mood": "mild"}


def test_a_plain_factor_changes_alone() -> None:
    changed = _change(CONDITION, starting_message="bold")

    assert changed.condition == {**CONDITION, "starting_message": "bold"}
    assert changed.after == {**changed.before, "starting_message": "bold"}


def test_a_linked_level_takes_what_it_set_along() -> None:
    changed = _change(CONDITION, mood="harsh")

    assert changed.before["option.temperature"] == 0.2
    assert "option.temperature" not in changed.after
    assert changed.after["model.guard"] == "wet"


def test_each_name_that_could_be_meant_is_told_once() -> None:
    assert did_you_mean("zzz", ["days", "mood", "days"]) == "known here: days, mood"


def test_what_no_factor_varies_can_be_set_too() -> None:
    changed = _change(CONDITION, section__Goal__guard="go", option__temperature="0.9")

    assert changed.condition["section.Goal.guard"] == "go"
    assert changed.after["option.temperature"] == 0.9


def test_what_an_earlier_fork_set_still_rules() -> None:
    changed = _change({**CONDITION, "section.Goal.guard": "go", "arm": "sham"}, days="1")

    assert changed.before["section.Goal.guard"] == changed.after["section.Goal.guard"] == "go"


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [
        ("moods", "mild", "did you mean mood"),
        ("mood", "wild", "'wild' is no level of mood; did you mean mild"),
        ("days", "many", "days: 'many' is not a whole number"),
        ("starting_message", "bould", "did you mean bold"),
        ("mood", "mild", "mood is mild already; nothing would change"),
        ("days", "2", "days is 2 already"),
        ("section__Goal__guard", "run", "known here: stay, go"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(name: str, level: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _change(CONDITION, **{name: level})
