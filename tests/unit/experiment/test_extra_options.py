"""`extra` is held against what goes out anyway; options that a server may not know are warned of; a key's header."""

from __future__ import annotations

import pytest

from sociarium.experiment.extra_options import extra_problems, unread_keys
from sociarium.experiment.models import ModelSpec
from sociarium.runner.planning.plan import plan
from tests.support.definitions import definition, small
from tests.support.refusals import the_problem

LAB = 'provider: openai, model: x, base_url: "http://127.0.0.1:8000/v1"'
LOCAL = "provider: ollama, model: x, context: 2048"


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        *((LAB, key) for key in ("model", "messages", "stream", "n", "stop", "response_format")),
        *((LOCAL, key) for key in ("model", "messages", "stream", "format", "options", "think", "keep_alive", "stop")),
        (f"{LAB}, temperature: 1", "temperature"),
        (f"{LAB}, max_tokens: 9", "max_completion_tokens"),
        (f"{LAB}, repeat_penalty: 1.1", "repetition_penalty"),
        (f"{LAB}, repeat_penalty: 1.1", "repeat_penalty"),
        (LOCAL, "num_ctx"),
        (f"{LOCAL}, max_tokens: 9", "num_predict"),
    ],
)
def test_extra_holds_nothing_that_goes_out_anyway(entry: str, key: str) -> None:
    problem = the_problem(small(models=f"{{m: {{{entry}, extra: {{{key}: 1}}}}}}"))
    assert problem.path == f"models.m.extra.{key}"
    assert f"`{key}`" in problem.message
    assert problem.line


@pytest.mark.parametrize(
    "entry",
    [
        f"{LAB}, extra: {{repeat_penalty: 1.1, top_k: 3}}",
        f"{LAB}, thinking: true, extra: {{chat_template_kwargs: {{style: 1}}}}",
        f"{LOCAL}, temperature: 1, extra: {{num_gpu: 1}}",
        "provider: offline, extra: {model: 1}",
    ],
)
def test_extra_holds_what_else_a_server_reads(entry: str) -> None:
    assert definition(small(models=f"{{m: {{{entry}}}}}")).models["m"].extra


def warned(entry: str, factors: str = "{days: 1}") -> list[str]:
    models = f"{{m: {{{entry}}}, idle: {{{LAB}, top_k: 1}}}}"
    told = plan(definition(small(models=models, sweep=f"{{factors: {factors}}}")), "main")
    return [warning for warning in told.warnings if "protocol" in warning]


@pytest.mark.parametrize("option", ["top_k: 40", "min_p: 0.1", "repeat_penalty: 1.1"])
def test_an_option_beyond_the_protocol_is_warned_of_where_the_server_is_not_known(option: str) -> None:
    [warning] = warned(f"{LAB}, {option}")
    assert f"`{option.partition(':')[0]}`" in warning
    assert "`extra: {...}`" in warning


@pytest.mark.parametrize("slot", ["option.top_k", "option.m.top_k"])
def test_so_is_one_that_a_factor_sets(slot: str) -> None:
    assert len(warned(LAB, f"{{{slot}: [10, 40]}}")) == 1


@pytest.mark.parametrize(
    "entry",
    [
        f"{LAB}, temperature: 1, top_p: 0.9, seed: 1, max_tokens: 9, frequency_penalty: 1, presence_penalty: 1",
        f"{LAB}, extra: {{top_k: 40}}",
        f"{LOCAL}, top_k: 40",
        "provider: openai, model: x, top_k: 40",
        'provider: openai, model: x, base_url: "https://openrouter.ai/api/v1", top_k: 40',
    ],
)
def test_what_is_known_to_be_read_or_refused_there_is_not_warned_of(entry: str) -> None:
    assert warned(entry) == []


@pytest.mark.parametrize("header", ["sk planted", "Content-Length", "host", "x: y", '"x\\n"', "ключ"])
def test_a_header_that_can_hold_no_key_is_refused_without_being_shown(header: str) -> None:
    entry = f"{LAB}, api_key_env: LAB_KEY, api_key_header: {header!r}"
    problem = the_problem(small(models=f"{{m: {{{entry}}}}}"))
    assert "not a header" in problem.message
    assert "planted" not in str(problem)


@pytest.mark.parametrize("entry", [f"{LAB}, api_key_header: api-key", f"{LOCAL}, api_key_header: api-key"])
def test_a_header_that_would_show_no_key_is_refused(entry: str) -> None:
    assert "`api_key_header`" in the_problem(small(models=f"{{m: {{{entry}}}}}")).message


@pytest.mark.parametrize(
    "key",
    ["api_key", "apiKey", "api-key", "X-Api-Key", "Authorization", "password", "client_secret", "token", "user_token"],
)
def test_a_secret_among_further_options_is_an_error_that_does_not_repeat_it(key: str) -> None:
    for extra in ({key: "PLANTED"}, {"headers": {key: "PLANTED"}}, {"list": [{key: "PLANTED"}]}):
        spec = ModelSpec.model_validate({"provider": "openai", "model": "q", "extra": extra})
        (problem,) = extra_problems({"m": spec})
        assert key in problem.message
        assert "api_key_env" in str(problem)
        assert "PLANTED" not in str(problem)


@pytest.mark.parametrize(
    "key",
    ["max_new_tokens", "num_tokens", "stop_token_ids", "eos_token", "prompt_cache_key", "tokenizer", "token_type"],
)
def test_options_of_words_and_caches_are_no_secrets(key: str) -> None:
    spec = ModelSpec.model_validate({"provider": "openai", "model": "q", "extra": {key: "x"}})
    assert not list(extra_problems({"m": spec}))


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        (f"{LAB}, keep_alive: 5m", "keep_alive"),
        ("provider: anthropic, model: x, keep_alive: 0", "keep_alive"),
        (f"{LOCAL}, api_key_env: LAB_KEY", "api_key_env"),
        (f"{LOCAL}, keep_alive: 5m", ""),
        (f"{LAB}, api_key_env: LAB_KEY", ""),
    ],
)
def test_a_key_of_an_entry_that_its_provider_does_not_read_is_told(entry: str, key: str) -> None:
    read = definition(small(models=f"{{m: {{{entry}}}}}"))
    found = [line for line in plan(read, "main").warnings if "has no effect here" in line]
    assert [line.startswith(f"the model m: `{key}`") for line in found] == ([True] if key else [])
    assert [line.startswith(f"`{key}`") for line in unread_keys(read.models["m"])] == ([True] if key else [])
