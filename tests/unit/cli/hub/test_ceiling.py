"""A bound on what a start costs is asked for where somebody pays, and nowhere else."""

from __future__ import annotations

import pytest

from sociarium.cli.command_call import run_command
from sociarium.cli.hub.ceiling import Ceiling, ask_ceiling
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from tests.support.definitions import definition, small
from tests.support.scripted_guide import ScriptedPrompts

PRICED = "{m: {provider: openai, model: x, base_url: 'http://a/v1', price: {input: 1, output: 2}}}"
UNLISTED = "{m: {provider: openai, model: nobody-s-model-1}}"


def ceiling(models: str, *script: str, **settings: str) -> object:
    """What is answered; every answer of the script has to be asked for."""
    prompts = ScriptedPrompts(script)
    context = WizardContext(
        Config(settings), prompts, "sqlite:///:memory:", is_configured=True, call_command=run_command
    )
    value = ask_ceiling(context, definition(small(models=models, sweep="{factors: {messages: 4}}")), "main")
    assert not prompts.rest, f"nobody asked for {prompts.rest}"
    return value


def test_dollars_where_the_price_is_known_and_tokens_where_it_is_not() -> None:
    assert ceiling(PRICED, "0.5") == Ceiling(dollars=0.5)
    assert ceiling(PRICED, "0.5").options == ("--max-cost", "0.5")  # type: ignore[attr-defined]
    assert ceiling(UNLISTED, "9000") == Ceiling(tokens=9000)
    assert ceiling(UNLISTED, "9000").options == ("--max-tokens", "9000")  # type: ignore[attr-defined]
    assert ceiling(PRICED, "") == Ceiling()


@pytest.mark.parametrize(
    "models",
    [
        "{m: {provider: offline}}",
        "{m: {provider: ollama, model: small, context: 512}}",
        "{m: {provider: openai, model: x, base_url: 'http://127.0.0.1:8000/v1'}}",
        "{m: {provider: openai, model: x, base_url: 'http://a/v1', price: {input: 0, output: 0}}}",
    ],
)
def test_nothing_is_asked_where_nobody_pays(models: str) -> None:
    assert ceiling(models) == Ceiling()


def test_a_server_of_ones_own_behind_the_usual_address_is_not_paid_for() -> None:
    assert ceiling(UNLISTED, OPENAI_BASE_URL="http://127.0.0.1:8000/v1") == Ceiling()


@pytest.mark.parametrize("answer", ["0", "-5", "many", "1.5"])
def test_no_such_number_of_tokens_is_taken(answer: str) -> None:
    with pytest.raises(AssertionError, match="Write a whole number, 1 or more"):
        ceiling(UNLISTED, answer)
