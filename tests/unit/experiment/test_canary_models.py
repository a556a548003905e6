"""Which models are asked a canary, where the sweep says so and where it says nothing."""

from __future__ import annotations

import pytest

from sociarium.experiment.canary import LEAST_RUNS, canary_models
from sociarium.runner.planning.plan import plan
from tests.support.definitions import definition, small

MODELS = (
    "{gpt: {provider: openai, model: a}, own: {provider: openai, model: b, base_url: 'http://127.0.0.1:9/v1'}, "
    "claude: {provider: anthropic, model: c, max_tokens: 9}, llama: {provider: ollama, model: d, context: 8192}, "
    "unused: {provider: openai, model: e}}"
)


def asked(says: str, *, replicates: int = LEAST_RUNS) -> set[str]:
    sweep = f"{{factors: {{model: [gpt, own, claude, llama]}}, replicates: {replicates}{says}}}"
    one = definition(small(models=MODELS, sweep=sweep))
    return set(
        canary_models(one.models, {"gpt", "own", "claude", "llama"}, one.all_sweeps["main"], runs=4 * replicates)
    )


@pytest.mark.parametrize(
    ("says", "replicates", "names"),
    [
        ("", LEAST_RUNS // 4, {"gpt", "claude"}),
        ("", LEAST_RUNS // 4 - 1, set()),
        (", canary: true", 1, {"gpt", "own", "claude"}),
        (", canary: false", 400, set()),
    ],
)
def test_models_that_their_makers_serve_are_asked_in_sweeps_of_some_size(
    says: str, replicates: int, names: set[str]
) -> None:
    assert asked(says, replicates=replicates) == names


@pytest.mark.parametrize(("says", "told"), [("", True), (", canary: true", False), (", canary: false", False)])
def test_a_plan_says_that_models_are_asked_what_the_file_does_not_have(says: str, told: bool) -> None:
    sweep = f"{{factors: {{model: [gpt, own]}}, replicates: {LEAST_RUNS}{says}}}"
    warnings = plan(definition(small(models=MODELS, sweep=sweep)), "main", concurrency=4).warnings
    assert any(one.startswith("gpt is asked one fixed question") for one in warnings) is told
