"""Which conditions ask the same models, and whether servers hold them at once."""

from __future__ import annotations

import pytest

from sociarium.experiment.definition import Definition
from sociarium.experiment.loaded_models import loaded_as, model_groups, order_of
from sociarium.experiment.validation import design_of
from tests.support.definitions import definition, small, small_feed


def models(*, loaded: int | None = 1) -> str:
    limits = "" if loaded is None else f", limits: {{loaded: {loaded}}}"
    return (
        f"{{a: {{provider: ollama, model: a, context: 4096{limits}}}, "
        "b: {provider: ollama, model: b, context: 4096}, far: {provider: openai, model: far}}"
    )


def order(parsed: Definition) -> str:
    return order_of(parsed, "main", design_of(parsed, "main"))


def groups(parsed: Definition) -> list[set[str]]:
    return [{model for _, (model, _) in places} for places in model_groups(parsed, design_of(parsed, "main")).sets]


SWEEP = "{factors: {model: [a, b, far], messages: [2, 4]}}"


@pytest.mark.parametrize(("loaded", "expected"), [(1, "by_model"), (2, "permuted"), (None, "permuted")])
def test_a_server_that_holds_fewer_models_than_the_sweep_asks_is_given_them_in_turn(
    loaded: int | None, expected: str
) -> None:
    assert order(definition(small(models=models(loaded=loaded), sweep=SWEEP))) == expected


def test_what_the_sweep_says_of_its_order_holds() -> None:
    written = "{factors: {model: [a, b]}, order: permuted}"
    assert order(definition(small(models=models(), sweep=written))) == "permuted"
    assert order(definition(small(sweep="{factors: {messages: 4}, order: by_model}"))) == "by_model"


def test_models_that_another_server_serves_make_no_group_of_their_own() -> None:
    parsed = definition(small(models=models(), sweep=SWEEP))
    assert groups(parsed) == [{"a:latest"}, {"b:latest"}, set()]
    both = definition(small(models=models(), sweep="{factors: {model.guard: [a, b], model.prisoner: [a, far]}}"))
    assert sorted(map(sorted, groups(both))) == [["a:latest"], ["a:latest", "b:latest"], ["b:latest"]]


def test_entries_that_differ_in_what_is_sent_are_one_model_and_those_with_another_context_two() -> None:
    same = "{provider: ollama, model: a, context: 4096, temperature: 0.2, limits: {loaded: 1}}"
    warm = "{provider: ollama, model: 'a:latest', context: 4096, temperature: 0.9}"
    long = "{provider: ollama, model: a, context: 8192}"
    two, three = f"{{cool: {same}, warm: {warm}}}", f"{{cool: {same}, warm: {warm}, long: {long}}}"
    assert order(definition(small(models=two, sweep="{factors: {model: [cool, warm]}}"))) == "permuted"
    assert order(definition(small(models=three, sweep="{factors: {model: [cool, long]}}"))) == "by_model"
    factor = "{factors: {model: [cool], option.context: [2048, 4096]}}"
    assert order(definition(small(models=f"{{cool: {same}}}", sweep=factor))) == "by_model"


def test_a_model_that_writes_a_feeds_people_is_among_its_models() -> None:
    people = "[{handle: ada}, {generate: 2, role: person, model: b, prompt: Invent somebody.}]"
    parsed = definition(small_feed(models=models(), people=people, sweep="{factors: {model: [a, b]}}"))
    assert sorted(map(sorted, groups(parsed))) == [["a:latest", "b:latest"], ["b:latest"]]


def test_only_ollama_loads_a_model_anew_for_another_context() -> None:
    assert loaded_as("x", "openai", "qwen3", {"context": 1}) == loaded_as("y", "openai", "qwen3", {"context": 2})
    assert loaded_as("x", "ollama", "qwen3", {"context": 1}) != loaded_as("y", "ollama", "qwen3", {"context": 2})
