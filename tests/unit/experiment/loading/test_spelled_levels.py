"""Levels whose names look like numbers."""

from __future__ import annotations

from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, parse, to_json, to_yaml
from sociarium.experiment.validation import design_of


def read(factors: str, more: str = "") -> Definition:
    text = f"""\
title: Numbers
models: {{1_0: {{provider: offline}}, b: {{provider: offline}}}}
roles: {{guard: {{}}}}
sections:
  - title: Starting prompt
    private: {{guard: {{variants: {{007: "Bond.", 1e3: "Many.", 1_000: "More.", null: "None.", true: "Yes."}}}}}}
sweep:
  factors: {factors}
{more}"""
    return parse(text.encode(), source="a.yaml", read=lambda name: b"")


def labels(definition: Definition) -> dict[str, list[object]]:
    return {factor.name: [level.label for level in factor.levels] for factor in design_of(definition, "main").factors}


def test_names_that_look_like_numbers_are_compared_as_they_are_written() -> None:
    definition = read(
        "{section.Starting prompt.guard: [007, 1e3, 1_000, null, true], model: [1_0, b], messages: [1_0, 7]}"
    )
    assert labels(definition) == {
        "section.Starting prompt.guard": ["007", "1e3", "1_000", "null", "true"],
        "model": ["1_0", "b"],
        "messages": [10, 7],
    }
    assert from_json(to_json(definition)) == definition
    assert labels(parse(to_yaml(definition).encode(), source="b.yaml", read=lambda name: b"")) == labels(definition)


def test_linked_levels_and_exclusions_likewise() -> None:
    definition = read(
        "{days: [1, 2],"
        " who: [{name: 001, section.Starting prompt.guard: 007}, {name: 01, section.Starting prompt.guard: 1e3}]}",
        "  exclude: [{who: 001, days: 1}]\n",
    )
    assert labels(definition)["who"] == ["001", "01"]
    assert design_of(definition, "main").size == 3


def test_a_single_level_and_a_level_in_quotes_are_read_too() -> None:
    assert labels(read("{section.Starting prompt.guard: 007}")) == {"section.Starting prompt.guard": ["007"]}
    assert labels(read('{section.Starting prompt.guard: "007"}')) == {"section.Starting prompt.guard": ["007"]}
