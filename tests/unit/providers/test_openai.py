"""What only the chat completions protocol has: its dialects, its refusals, its many words for an error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from sociarium.errors import (
    Misconfigured,
    ModelError,
    Overloaded,
    RateLimited,
    RequestRefused,
    RequestTooLarge,
    Transient,
)
from sociarium.experiment.address import filled_address
from sociarium.ports.model import ChatMessage, ModelRequest, ServedReply
from sociarium.providers.model_names import lacking
from sociarium.providers.openai import OpenAI
from sociarium.providers.openai.options import body_of, first_dialect
from tests.servers.answers import Answer
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json
from tests.support.model_backends import asking

SCHEMA = {"type": "object", "properties": {"answer": {"type": "integer"}}, "required": ["answer"]}


class Asking:
    def __init__(self, server: StandIn, runner: asyncio.Runner) -> None:
        assert isinstance(server.dialect, OpenAIDialect)
        self.server = server
        self.dialect = server.dialect
        self.runner = runner
        self.model = OpenAI(f"{server.url}/v1")

    def ask(self, request: ModelRequest | None = None) -> ServedReply:
        return self.runner.run(self.model.ask(request or asking()))

    def failing(self, response: Response | None = None, request: ModelRequest | None = None) -> ModelError:
        self.dialect.override = response
        with pytest.raises(ModelError) as caught:
            self.ask(request)
        return caught.value


@pytest.fixture
def table() -> Iterator[Asking]:
    with openai_server() as server, asyncio.Runner() as runner:
        asking_ = Asking(server, runner)
        yield asking_
        runner.run(asking_.model.aclose())


def error(status: int, message: str = "no", **more: Any) -> Response:
    return as_json({"error": {"message": message, **more}}, status)


# Refusals are replies


def test_a_refusal_in_words_is_a_reply(table: Asking) -> None:
    table.dialect.answering = lambda _ask: Answer("", finish="refused", refusal="I will not say that.")
    reply = table.ask().reply
    assert (reply.text, reply.finish_reason) == ("I will not say that.", "refused")


def test_a_refusal_in_a_part_of_the_content_is_one(table: Asking) -> None:
    message = {"role": "assistant", "content": [{"type": "refusal", "refusal": "I will not say that."}]}
    table.dialect.override = as_json({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
    reply = table.ask().reply
    assert (reply.text, reply.finish_reason) == ("I will not say that.", "refused")


def test_a_part_that_is_marked_as_thought_is_not_said(table: Asking) -> None:
    parts = [{"type": "text", "text": "plan", "thought": True}, {"type": "text", "text": "Good morning."}]
    message = {"role": "assistant", "content": parts}
    table.dialect.override = as_json({"choices": [{"message": message, "finish_reason": "stop"}]})
    reply = table.ask().reply
    assert (reply.text, reply.thinking) == ("Good morning.", "plan")


def test_thinking_before_a_refusal_is_none_of_its_words(table: Asking) -> None:
    message = {"role": "assistant", "content": None, "refusal": "<think>plan</think>I will not say that."}
    table.dialect.override = as_json({"choices": [{"message": message, "finish_reason": "stop"}]})
    reply = table.ask().reply
    assert (reply.text, reply.thinking, reply.finish_reason) == ("I will not say that.", "plan", "refused")


def test_a_filter_that_cuts_the_reply_is_a_refusal(table: Asking) -> None:
    table.dialect.answering = lambda _ask: Answer("Half a sen", finish="refused")
    reply = table.ask().reply
    assert (reply.text, reply.finish_reason) == ("Half a sen", "refused")


@pytest.mark.parametrize(
    "response",
    [
        error(400, code="content_filter"),
        error(400, type="invalid_request_error", code="invalid_prompt"),
        error(400, innererror={"code": "ResponsibleAIPolicyViolation"}),
        error(403, metadata={"flagged_input": "...", "reasons": ["violence"]}),
    ],
    ids=["filter", "prompt", "Azure", "OpenRouter"],
)
def test_a_filter_that_turns_the_prompt_away_is_a_refusal(table: Asking, response: Response) -> None:
    table.dialect.override = response
    reply = table.ask().reply
    assert (reply.text, reply.finish_reason) == ("", "refused")


# Dialects


@pytest.mark.parametrize("model", ["o3-mini", "o1", "gpt-5", "gpt-5.1-mini", "ft:o4-mini:lab"])
def test_reasoning_models_of_the_official_server_get_the_limit_under_its_newer_name(model: str) -> None:
    request = asking(model=model, options={"max_tokens": 7})
    assert body_of(request, first_dialect(model, official=True))["max_completion_tokens"] == 7
    assert body_of(request, first_dialect(model, official=False))["max_tokens"] == 7


def test_a_server_that_wants_the_newer_name_gets_it_and_is_asked_so_from_then_on(table: Asking) -> None:
    table.dialect.refuses = {
        "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead."
    }
    for _ in range(2):
        assert table.ask(asking(options={"max_tokens": 5})).sent == {"max_completion_tokens": 5}
    assert ["max_tokens" in call.json for call in table.server.chats] == [True, False, False]


def test_a_schema_that_the_server_does_not_take_is_put_into_words_from_then_on(table: Asking) -> None:
    table.dialect.structured = False
    table.dialect.answering = lambda _ask: Answer("Well, {answer: 3}")
    for _ in range(2):
        served = table.ask(asking(schema=SCHEMA, system="You are Guard_417."))
        assert served.reply.text == "Well, {answer: 3}"
        assert "response_format" not in served.sent
    system = table.server.chats[-1].json["messages"][0]
    assert system["role"] == "system"
    assert system["content"].startswith("You are Guard_417.\n\n")
    assert '"answer"' in system["content"]
    assert ["response_format" in call.json for call in table.server.chats] == [True, False, False]


@pytest.mark.parametrize(
    ("thinking", "official", "elsewhere"),
    [
        ("high", {"reasoning_effort": "high"}, {"reasoning_effort": "high"}),
        (True, {"reasoning_effort": "medium"}, {"chat_template_kwargs": {"enable_thinking": True}}),
        (False, {"reasoning_effort": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}),
    ],
)
def test_thinking_is_asked_for_as_the_server_reads_it(
    thinking: bool | str, official: dict[str, Any], elsewhere: dict[str, Any]
) -> None:
    request = asking(options={"thinking": thinking})
    for is_official, expected in ((True, official), (False, elsewhere)):
        body = body_of(request, first_dialect("stand-in", official=is_official))
        assert {name: body[name] for name in body.keys() - {"model", "messages"}} == expected


def test_extra_options_go_out_as_they_are(table: Asking) -> None:
    extra = {"guided_regex": "[ab]", "chat_template_kwargs": {"style": 1}}
    sent = table.ask(asking(options={"thinking": True, "extra": extra})).sent
    assert sent == {"guided_regex": "[ab]", "chat_template_kwargs": {"style": 1, "enable_thinking": True}}


@pytest.mark.parametrize("name", ["model", "messages", "stream", "n", "response_format"])
def test_extra_cannot_set_what_the_program_needs(name: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        body_of(asking(options={"extra": {name: 1}}), first_dialect("m", official=False))


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "tags"])
def test_thinking_is_found_wherever_a_server_puts_it(table: Asking, field: Any) -> None:
    table.dialect.thinking = field
    table.dialect.answering = lambda _ask: Answer("Yes.", thinking="Should I?")
    reply = table.ask().reply
    assert (reply.text, reply.thinking) == ("Yes.", "Should I?")


def test_a_gateway_that_answers_with_another_status_of_success_has_answered(table: Asking) -> None:
    body = {"choices": [{"message": {"role": "assistant", "content": "Good morning."}, "finish_reason": "stop"}]}
    table.dialect.override = as_json(body, 201)
    assert table.ask().reply.text == "Good morning."


@pytest.mark.parametrize("count", [-5, "12", 12.5, True, None, [1]])
def test_what_is_no_count_of_tokens_is_none(table: Asking, count: Any) -> None:
    body = {
        "choices": [{"message": {"role": "assistant", "content": "Good morning."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": count, "completion_tokens": 3},
    }
    table.dialect.override = as_json(body)
    reply = table.ask().reply
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, 3)


@pytest.mark.parametrize("text", ["None", "null", " None\n"])
@pytest.mark.parametrize(
    ("usage", "is_said"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 0}, False),
        ({"prompt_tokens": 9, "completion_tokens": 40, "completion_tokens_details": {"reasoning_tokens": 40}}, False),
        ({"prompt_tokens": 9, "completion_tokens": 42, "completion_tokens_details": {"reasoning_tokens": 40}}, True),
        ({"prompt_tokens": 9, "completion_tokens": 1}, True),
        ({"prompt_tokens": 0, "completion_tokens": 0}, True),
        ({"prompt_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 0}}, True),
        ({}, True),
    ],
)
def test_a_gateways_word_for_no_content_is_none_where_the_counts_prove_that_nothing_was_written(
    table: Asking, text: str, usage: dict[str, Any], is_said: bool
) -> None:
    table.dialect.override = as_json(
        {"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": usage}
    )
    assert table.ask().reply.text == (text if is_said else "")


def test_no_choice_of_a_prompt_that_was_counted_is_a_reply_without_words(table: Asking) -> None:
    table.dialect.override = as_json({"choices": [], "usage": {"prompt_tokens": 4241, "completion_tokens": 0}})
    reply = table.ask().reply
    assert (reply.text, reply.finish_reason, reply.prompt_tokens, reply.completion_tokens) == ("", "other", 4241, 0)


@pytest.mark.parametrize(
    "text", ["\u0120anni, good morning.", "O\u0120\u0120ETT", "\u0120es\u00f9", "\u2581\u2582\u2583", "Yes.", ""]
)
def test_letters_that_pieces_of_tokens_have_too_are_said(table: Asking, text: str) -> None:
    table.dialect.override = as_json({"choices": [{"message": {"content": text}}]})
    assert table.ask().reply.text == text


def test_a_filter_that_is_told_beside_no_choices_is_a_refusal(table: Asking) -> None:
    table.dialect.override = as_json({"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}})
    assert table.ask().reply.finish_reason == "refused"


def test_parts_without_a_type_are_text(table: Asking) -> None:
    parts = [{"text": "Good "}, {"type": "text", "text": "morning."}, {"type": "reference", "text": "[1]"}]
    table.dialect.override = as_json({"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]})
    assert table.ask().reply.text == "Good morning."


def test_text_in_parts_is_put_together(table: Asking) -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": "Yes."}]
    table.dialect.override = as_json({"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]})
    reply = table.ask().reply
    assert (reply.text, reply.thinking) == ("Yes.", "Hm.")


def test_the_model_and_system_that_really_served_are_kept(table: Asking) -> None:
    served = table.ask()
    assert (served.served_model, served.fingerprint) == ("stand-in", "fp_stand_in")


@pytest.mark.parametrize(
    ("body", "cached"),
    [
        ({"usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}}, 4),
        ({"usage": {"prompt_tokens": 9, "prompt_cache_hit_tokens": 5}}, 5),
        ({"usage": {"prompt_tokens": 9, "cache_read_input_tokens": 6}}, 6),
        ({"usage": {"prompt_tokens": 9, "prompt_tokens_details": None}, "timings": {"cache_n": 7}}, 7),
        ({"usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": "many"}}}, None),
        ({}, None),
    ],
)
def test_tokens_read_from_a_cache_are_kept(table: Asking, body: dict[str, Any], cached: int | None) -> None:
    choices = [{"message": {"content": "Yes."}, "finish_reason": "stop"}]
    table.dialect.override = as_json({"choices": choices, **body})
    assert table.ask().cached_tokens == cached


# Errors


def broken_off(reason: str, **more: Any) -> Response:
    choice = {"message": {"role": "assistant", "content": "Half a sen"}, "finish_reason": reason, **more}
    return as_json({"choices": [choice]})


TOO_LARGE = "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 6294, reduce max_tokens"
TOO_MUCH_NOW = "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 5900, Used 400"


@pytest.mark.parametrize(
    ("wire", "words", "written"),
    [
        ("top_k", "Unsupported parameter: 'top_k' is not supported with this model.", "top_k"),
        ("temperature", "Unsupported value: 'temperature' does not support 0.2 with this model.", "temperature"),
        ("repetition_penalty", "Unrecognized request argument supplied: repetition_penalty", "repeat_penalty"),
        ("temperature", "Temperature must be 1 for this model.", "temperature"),
    ],
)
def test_a_refused_option_is_named_as_the_file_names_it(table: Asking, wire: str, words: str, written: str) -> None:
    table.dialect.refuses = {wire: words}
    failure = table.failing(request=asking(options={"top_k": 4, "temperature": 0.2, "repeat_penalty": 1.1}))
    assert isinstance(failure, Misconfigured)
    assert f"`{written}`" in str(failure)
    assert table.server.url in str(failure)
    assert words in str(failure)


def test_an_option_refused_without_a_parameter_is_found_in_the_words(table: Asking) -> None:
    refusal = as_json({"detail": "extra fields not permitted: body.min_p"}, 422)
    assert "`min_p`" in str(table.failing(refusal, asking(options={"min_p": 0.1, "top_p": 0.9})))


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (error(429, "You exceeded your current quota", code="insufficient_quota"), Misconfigured),
        (error(429, "Rate limit reached", code="rate_limit_exceeded"), RateLimited),
        (error(413, TOO_LARGE, code="rate_limit_exceeded"), RequestTooLarge),
        (error(429, TOO_LARGE, code="rate_limit_exceeded"), RequestTooLarge),
        (error(413, TOO_MUCH_NOW, code="rate_limit_exceeded"), RateLimited),
        (error(400, "Too many tokens; lower max_tokens", code="ThrottlingException"), RateLimited),
        (error(403, "You have exceeded a secondary rate limit."), RateLimited),
        (error(402, "Insufficient Balance"), Misconfigured),
        (error(408), Transient),
        (error(409), Transient),
        (error(529, "overloaded"), Overloaded),
        (error(498, "Flex tier capacity exceeded", code="capacity_exceeded"), Overloaded),
        (error(424, "Request failed during generation: CUDA error"), Transient),
        (error(499, "The operation was cancelled."), Transient),
        (Response(502, b"<html>Bad gateway</html>"), Transient),
        (Response(307, b"", {"location": "/elsewhere"}), Misconfigured),
        (as_json({"error": {"message": "upstream is down", "code": 503}}), Overloaded),
        (as_json({"error": {"message": "slow down", "code": 429}}), RateLimited),
        (as_json({"error": "rate limit reached"}), RateLimited),
        (as_json({"error": "something else"}), Transient),
        (as_json({"object": "error", "message": "Out of memory", "code": 50002}), Transient),
        (as_json({"object": "error", "message": "Only m allowed now", "code": 40301}), RequestRefused),
        (as_json({"object": "error", "message": "The model `m` does not exist.", "code": 404}), Misconfigured),
        (as_json({"detail": "Not authenticated"}), Misconfigured),
        (as_json({"error": "model not loaded"}), Misconfigured),
        (as_json({"choices": [{"message": {"content": ""}, "finish_reason": "error"}]}), Transient),
        (as_json({"choices": []}), Transient),
        (as_json({"choices": [], "usage": {"prompt_tokens": 0}}), Transient),
        (broken_off("network_error"), Transient),
        (broken_off("abort"), Transient),
        (broken_off("timeout"), Transient),
        (broken_off("stop", native_finish_reason="network_error"), Transient),
        (error(400, "Model unloaded."), Transient),
        (error(404, "Model `m` is currently loading"), Transient),
        (broken_off("cancelled"), Transient),
        (broken_off("insufficient_system_resource"), Overloaded),
        (broken_off("error", error={"code": 502, "message": "Upstream is gone"}), Transient),
        (broken_off("error", error={"code": 429, "message": "Upstream is busy"}), RateLimited),
        (as_json({"choices": None, "base_resp": {"status_code": 1002, "status_msg": "rate limit"}}), RateLimited),
        (as_json({"choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}}), Misconfigured),
        (as_json({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}), Misconfigured),
        (as_json({"base_resp": {"status_code": 1000, "status_msg": "unknown error"}}), Transient),
        (as_json({"code": 401, "msg": "The token has expired", "success": False}), Misconfigured),
        (as_json({"code": 500, "msg": "busy", "success": False}), Transient),
        (
            as_json(
                {"choices": [], "prompt_filter_results": [{"content_filter_results": {"hate": {"filtered": False}}}]}
            ),
            Transient,
        ),
        (as_json({"choices": [], "prompt_filter_results": "none", "promptFeedback": []}), Transient),
        (as_json([]), Transient),
        (as_json(None), Transient),
    ],
    ids=lambda value: str(getattr(value, "status", None) or getattr(value, "__name__", value)),
)
def test_each_status_is_the_error_that_it_means(table: Asking, response: Response, kind: type[ModelError]) -> None:
    assert type(table.failing(response)) is kind


@pytest.mark.parametrize(
    ("raw", "finish"),
    [
        ({"error": {"message": "This model's maximum context length is 8192 tokens"}}, "overlong"),
        ({"error": {"code": "content_filter", "message": "no"}}, "refused"),
        (
            [{"error": {"message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."}}],
            "overlong",
        ),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_an_error_that_a_gateway_hands_on_is_read_as_the_one_behind_it(
    table: Asking, raw: Any, finish: str, status: int
) -> None:
    own = {
        "message": "Provider returned error",
        "code": 400,
        "metadata": {"raw": json.dumps(raw), "provider_name": "X"},
    }
    table.dialect.override = as_json({"error": own}, status)
    assert table.ask().reply.finish_reason == finish


@pytest.mark.parametrize("raw", [None, "", "ERROR", "null", "7", "[]", '{"a": ', {"message": "no"}])
def test_an_error_that_a_gateway_hands_on_unreadably_is_its_own(table: Asking, raw: Any) -> None:
    own = {"message": "Provider returned error", "code": 400, "metadata": {"raw": raw}}
    failure = table.failing(as_json({"error": own}, 400))
    assert type(failure) is RequestRefused
    assert str(failure).endswith("Provider returned error")


def test_a_reply_that_its_limit_ended_before_a_word_is_cut_and_closes_no_model(table: Asking) -> None:
    words = "Could not finish the message because max_tokens or model output limit was reached."
    table.dialect.override = error(400, words, type="invalid_request_error")
    reply = table.ask(asking(options={"max_tokens": 50})).reply
    assert (reply.text, reply.finish_reason) == ("", "length")


@pytest.mark.parametrize("status", [200, 400, 413])
@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"message": "Prompt exceeds the context window limit", "code": 5021}], "success": False},
        {"error": {"errors": [{"message": "Prompt exceeds the context window limit"}]}},
        {"detail": "Prompt exceeds the context window limit"},
        {"code": 400, "msg": "Prompt exceeds the context window limit"},
        {"error": "Prompt exceeds the context window limit"},
    ],
)
def test_an_error_is_read_wherever_a_server_puts_its_words(table: Asking, body: dict[str, Any], status: int) -> None:
    table.dialect.override = as_json(body, status)
    assert table.ask().reply.finish_reason == "overlong"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("content_filter", "refused"),
        ("content_filter: SAFETY", "refused"),
        ("SAFETY", "refused"),
        ("safety", "refused"),
        ("PROHIBITED_CONTENT", "refused"),
        ("RECITATION", "refused"),
        ("blocklist", "refused"),
        ("STOP", "stop"),
        ("sensitive", "refused"),
        ("ERROR_TOXIC", "refused"),
        ("IMAGE_SAFETY", "refused"),
        ("LANGUAGE", "refused"),
        ("MAX_TOKENS", "length"),
        ("max_output_tokens", "length"),
        ("time_limit", "length"),
        ("model_length", "length"),
        ("end_turn", "stop"),
        ("eos_token", "stop"),
        ("safety_margin", "other"),
        (None, "other"),
    ],
)
def test_what_a_filter_stopped_is_refused_in_whatever_words(table: Asking, reason: str | None, finish: str) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": None}, "finish_reason": reason}
    table.dialect.override = as_json({"choices": [choice]})
    assert table.ask(asking()).reply.finish_reason == finish


@pytest.mark.parametrize("status", [404, 405])
def test_an_address_that_takes_no_calls_is_told_as_one(table: Asking, status: int) -> None:
    failure = table.failing(as_json({"detail": "Method Not Allowed"}, status))
    assert type(failure) is Misconfigured
    assert "there are no chat completions at this address: Method Not Allowed; `base_url`" in str(failure)


def test_a_page_for_browsers_in_place_of_a_first_answer_is_a_matter_of_setup(table: Asking) -> None:
    page = Response(200, b"<!doctype html><title>Sign in to your account</title>", {"content-type": "text/html"})
    first = table.failing(page)
    assert type(first) is Misconfigured
    assert "no chat completion: a web page, 'Sign in to your account'; check `base_url`" in str(first)
    table.dialect.override = None
    table.ask(asking())
    assert type(table.failing(page)) is Transient


def test_a_path_without_chat_completions_says_what_base_url_looks_like(table: Asking) -> None:
    table.model = OpenAI(table.server.url)
    failure = table.failing()
    assert isinstance(failure, Misconfigured)
    assert "/v1" in str(failure)
    table.runner.run(table.model.aclose())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Sun, 01 Mar 2026 08:00:30 GMT", "date": "Sun, 01 Mar 2026 08:00:00 GMT"}, 30.0),
        ({"retry-after": "Sun, 01 Mar 2026 08:00:00 GMT", "date": "Sun, 01 Mar 2026 08:00:30 GMT"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    table: Asking, headers: dict[str, str], seconds: float | None
) -> None:
    failure = table.failing(replace(error(429), headers=headers))
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == seconds


def test_the_official_server_wants_a_key_before_anything_is_asked() -> None:
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY"):
        OpenAI()


def test_a_key_with_a_line_break_within_is_refused_without_being_shown() -> None:
    with pytest.raises(Misconfigured) as caught:
        OpenAI("http://127.0.0.1:1/v1", key="sk-planted\nX-Evil: 1", key_name="LAB_KEY")
    assert "LAB_KEY" in str(caught.value)
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://x/v1", "http://", "not an address"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="address"):
        OpenAI(address)


def test_a_query_in_the_address_stays_and_is_not_shown(table: Asking) -> None:
    table.model = OpenAI(f"{table.server.url}/v1?token=secret")
    table.dialect.override = error(418)
    assert "secret" not in str(table.failing(error(418)))
    table.runner.run(table.model.aclose())


def test_a_server_that_lists_no_models_says_nothing_of_them(table: Asking) -> None:
    table.dialect.listing = False
    about = table.runner.run(table.model.describe("stand-in"))
    assert (about.reachable, about.served, about.problem) == (True, None, "")


def test_lessons_learned_by_calls_under_way_at_once_add_up(table: Asking) -> None:
    table.dialect.structured = False
    table.dialect.refuses = {"max_tokens": "Use 'max_completion_tokens' instead."}
    request = asking(options={"max_tokens": 5}, schema=SCHEMA)

    async def crowd() -> list[ServedReply]:
        return await asyncio.gather(*(table.model.ask(request) for _ in range(20)))

    assert [served.sent for served in table.runner.run(crowd())] == [
        {"max_completion_tokens": 5, "form": {"schema": "in words"}}
    ] * 20
    assert len(table.server.chats) <= 3 * 20


def test_an_option_that_is_refused_under_both_names_is_reported(table: Asking) -> None:
    table.dialect.refuses = dict.fromkeys(("max_tokens", "max_completion_tokens"), "Use max_completion_tokens, or not.")
    assert "`max_tokens`" in str(table.failing(request=asking(options={"max_tokens": 5})))
    assert len(table.server.chats) == 2


# What refusals teach


class Picky(OpenAIDialect):
    """A server that refuses what a test says, and answers the rest."""

    def refusal(self, request: Request) -> Response | None:
        """By the test's rule."""
        return self.rule(json.loads(request.body))

    rule: Callable[[dict[str, Any]], Response | None]


@pytest.fixture
def picky() -> Iterator[Asking]:
    with openai_server(Picky(answering=lambda _ask: Answer('{"answer": 7}'))) as server, asyncio.Runner() as runner:
        asking_ = Asking(server, runner)
        yield asking_
        runner.run(asking_.model.aclose())


def rule(picky: Asking, refuses: Callable[[dict[str, Any]], Response | None]) -> None:
    picky.dialect.rule = refuses  # type: ignore[attr-defined]


def has_system(body: dict[str, Any]) -> bool:
    return any(message["role"] == "system" for message in body["messages"])


def test_without_a_system_role_the_prompt_goes_before_the_first_user_message_from_then_on(picky: Asking) -> None:
    rule(picky, lambda body: error(400, "System role not supported") if has_system(body) else None)
    first, second = (picky.ask(asking(system="You are Guard_417.")) for _ in range(2))
    assert [has_system(call.json) for call in picky.server.chats] == [True, False, False]
    sent = picky.server.chats[-1].json["messages"]
    plain = [message for message in asking().messages if message.role != "system"]
    assert [message["role"] for message in sent] == [message.role for message in plain]
    assert sent[0]["content"] == f"You are Guard_417.\n\n{plain[0].content}"
    assert first.sent["form"] == second.sent["form"] == {"system": "before the first user message"}
    assert (len(first.learned), second.learned) == (1, ())
    assert "no system message" in first.learned[0]


def test_what_a_refusal_within_an_answer_teaches_is_learned(picky: Asking) -> None:
    rule(picky, lambda body: as_json({"error": "System role not supported"}) if has_system(body) else None)
    assert picky.ask(asking(system="S")).sent["form"] == {"system": "before the first user message"}
    rule(picky, lambda _body: as_json({"object": "error", "message": "prompt is too long", "code": 40303}))
    assert picky.ask(asking(system="S")).reply.finish_reason == "overlong"


def test_what_was_learned_changes_no_fingerprint(picky: Asking) -> None:
    request = asking(system="You are Guard_417.")
    before = request.fingerprint()
    rule(picky, lambda body: error(400, "System role not supported") if has_system(body) else None)
    picky.ask(request)
    assert request.fingerprint() == before
    assert request.messages[0].role == "system"


def test_a_chat_that_begins_with_the_assistant_gets_a_user_message_with_the_system_prompt() -> None:
    request = replace(
        asking(), messages=(ChatMessage("system", "S"), ChatMessage("assistant", "A"), ChatMessage("user", "U"))
    )
    how = replace(first_dialect("m", official=False), system=False)
    spoken = [(message["role"], message["content"]) for message in body_of(request, how)["messages"]]
    assert spoken == [("user", "S"), ("assistant", "A"), ("user", "U")]


@pytest.mark.parametrize(
    "refused",
    [
        error(400, "Invalid 'stop': array too long. Expected an array with maximum length 4", param="stop"),
        error(400, "'$.stop' is invalid. Please check the API reference."),
        error(400, "* GenerateContentRequest.generation_config.stop_sequences: must not exceed 5."),
        error(400, "stop:最大只能有4个停止词"),
        error(400, "Argument not supported on this model: stop"),
    ],
)
def test_where_no_stop_texts_are_taken_a_reply_is_cut_at_them(picky: Asking, refused: Response) -> None:
    rule(picky, lambda body: refused if "stop" in body else None)
    picky.dialect.answering = lambda _ask: Answer("Well.\nCid: no.\nBo: yes.", finish="length")
    request = replace(asking(), stop=("\nBo:", "\nCid:"))
    first, second = (picky.ask(request) for _ in range(2))
    for served in (first, second):
        assert (served.reply.text, served.reply.finish_reason) == ("Well.", "stop")
        assert served.sent["form"] == {"stop": "cut from the reply"}
    assert ["stop" in call.json for call in picky.server.chats] == [True, False, False]
    assert (len(first.learned), second.learned) == (1, ())
    picky.dialect.answering = lambda _ask: Answer("Well.", finish="length")
    assert picky.ask(request).reply.finish_reason == "length"
    assert "form" not in picky.ask(asking()).sent


def test_two_lessons_are_learned_in_one_call(picky: Asking) -> None:
    def refuses(body: dict[str, Any]) -> Response | None:
        if has_system(body):
            return error(400, "System role not supported")
        return error(400, "no json_schema here") if "response_format" in body else None

    rule(picky, refuses)
    served = picky.ask(asking(schema=SCHEMA, system="S"))
    assert served.sent["form"] == {"schema": "in words", "system": "before the first user message"}
    assert len(served.learned) == 2
    assert len(picky.server.chats) == 3


def test_a_schema_refused_for_no_known_reason_is_tried_in_words_once_and_kept_only_if_that_helps(
    picky: Asking,
) -> None:
    rule(picky, lambda _body: error(400, "Bad Request"))
    assert isinstance(picky.failing(request=asking(schema=SCHEMA)), RequestRefused)
    assert ["response_format" in call.json for call in picky.server.chats] == [True, True, False, True, False]
    rule(picky, lambda _body: None)
    assert "response_format" in picky.ask(asking(schema=SCHEMA)).sent
    rule(picky, lambda body: error(422, "Unprocessable") if "response_format" in body else None)
    for _ in range(2):
        assert picky.ask(asking(schema=SCHEMA)).sent == {"form": {"schema": "in words"}}
    assert len(picky.server.chats) == 10


def test_a_first_refusal_of_a_call_with_a_system_message_is_tried_once_without_and_kept_only_if_that_helps(
    picky: Asking,
) -> None:
    rule(picky, lambda body: error(400, f"bad thing, {'with' if has_system(body) else 'without'}"))
    assert "bad thing, with" in str(picky.failing(request=asking(system="S")))
    assert [has_system(call.json) for call in picky.server.chats] == [True, True, False]
    rule(picky, lambda body: error(422, "Unprocessable") if has_system(body) else None)
    for _ in range(2):
        assert picky.ask(asking(system="S")).sent["form"] == {"system": "before the first user message"}
    assert len(picky.server.chats) == 7


def test_a_refusal_of_a_moment_teaches_no_other_form(picky: Asking) -> None:
    passing = [error(400, "Something went wrong.")]
    rule(picky, lambda _body: passing.pop() if passing else None)
    served = picky.ask(asking(schema=SCHEMA, system="S"))
    assert ("form" in served.sent, served.learned) == (False, ())
    assert len(picky.server.chats) == 2


def test_a_model_that_has_taken_a_system_message_is_not_asked_without(picky: Asking) -> None:
    rule(picky, lambda _body: None)
    picky.ask(asking(system="S"))
    rule(picky, lambda _body: error(400, "bad thing"))
    assert isinstance(picky.failing(request=asking(system="S")), RequestRefused)
    assert len(picky.server.chats) == 2


@pytest.mark.parametrize(
    ("blamed", "form"),
    [
        (("schema",), {"schema": "in words"}),
        (("system",), {"system": "before the first user message"}),
        (("schema", "system"), {"schema": "in words", "system": "before the first user message"}),
    ],
    ids=str,
)
def test_of_two_forms_that_may_be_to_blame_only_what_helps_is_kept(
    picky: Asking, blamed: tuple[str, ...], form: dict[str, str]
) -> None:
    def refuses(body: dict[str, Any]) -> Response | None:
        bad = ("schema" in blamed and "response_format" in body) or ("system" in blamed and has_system(body))
        return error(400, "bad thing") if bad else None

    rule(picky, refuses)
    assert picky.ask(asking(schema=SCHEMA, system="S")).sent["form"] == form
    calls = len(picky.server.chats)
    assert picky.ask(asking(schema=SCHEMA, system="S")).sent["form"] == form
    assert len(picky.server.chats) == calls + 1


def test_a_server_that_is_busy_while_a_form_is_tried_teaches_nothing(picky: Asking) -> None:
    rule(picky, lambda body: error(400, "bad thing") if has_system(body) else error(429, "slow down"))
    assert isinstance(picky.failing(request=asking(system="S")), RateLimited)
    rule(picky, lambda _body: None)
    assert "form" not in picky.ask(asking(system="S")).sent


@pytest.mark.parametrize(
    "refusal",
    [error(400, "API key not valid"), error(402, "no money"), error(400, "top_k is unknown", param="top_k")],
    ids=["key", "credit", "option"],
)
def test_a_refusal_of_something_else_is_no_reason_to_ask_in_words(picky: Asking, refusal: Response) -> None:
    rule(picky, lambda _body: refusal)
    failure = picky.failing(request=asking(schema=SCHEMA, options={"top_k": 3}))
    assert type(failure) is Misconfigured
    assert len(picky.server.chats) == 1


def test_a_server_that_contradicts_itself_is_not_asked_for_ever(picky: Asking) -> None:
    def refuses(body: dict[str, Any]) -> Response | None:
        return error(400, f"use {'max_completion_tokens' if 'max_tokens' in body else 'max_tokens'} instead")

    rule(picky, refuses)
    assert isinstance(picky.failing(request=asking(options={"max_tokens": 5})), Misconfigured)
    assert len(picky.server.chats) == 2


def test_the_model_s_own_broken_json_is_an_answer_that_cannot_be_read(picky: Asking) -> None:
    broken = error(400, "Failed to generate JSON.", code="json_validate_failed", failed_generation='{"answer": ')
    rule(picky, lambda _body: broken)
    reply = picky.ask(asking(schema=SCHEMA)).reply
    assert (reply.text, reply.finish_reason) == ('{"answer": ', "other")


def test_an_error_in_a_list_as_google_sends_it_is_read(picky: Asking) -> None:
    body = [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}]
    rule(picky, lambda _body: as_json(body, 400))
    assert "OPENAI_API_KEY" in str(picky.failing())


def test_what_a_validator_echoes_of_the_prompt_says_nothing(picky: Asking) -> None:
    echo = {"messages": [{"content": "My context length and temperature are fine, and the API key is invalid."}]}
    fault = {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "input": echo}
    rule(picky, lambda _body: as_json({"object": "error", "message": {"detail": [fault]}}, 422))
    failure = picky.failing(request=asking(options={"temperature": 0.5, "seed": 3}))
    assert "refuses the option `seed`" in str(failure)
    plain = as_json({"detail": [{"loc": ["body", "messages", 0], "msg": "invalid", "input": echo}]}, 422)
    rule(picky, lambda _body: plain)
    assert type(picky.failing(request=asking(options={"temperature": 0.5}))) is RequestRefused


# Lists are hints


@pytest.mark.parametrize(
    ("model", "names", "told"),
    [
        ("llama3", ["llama3:70b", "mistral"], "nearest: llama3:70b"),
        ("gpt-4o", ["openai/gpt-4o", "x"], "nearest: openai/gpt-4o"),
        ("lama3.1:8b", ["llama3.1:8b", "qwen"], "nearest: llama3.1:8b"),
        ("mine", ["/models/x.gguf"], "it lists: /models/x.gguf"),
        ("mine", [], "nor any other model"),
    ],
)
def test_what_a_list_lacks_is_told_with_the_nearest_names(model: str, names: list[str], told: str) -> None:
    said = lacking(model, names, address="http://127.0.0.1:1/v1")
    assert f"does not list {model!r}" in said
    assert told in said
    assert "first call decides" in said


def test_a_list_for_another_key_gives_no_names_and_says_why(table: Asking) -> None:
    table.dialect.key = "sk-fictional"
    names, hint = table.runner.run(table.model.list_models())
    assert names == []
    assert "OPENAI_API_KEY" in hint
    table.dialect.key = None
    assert table.runner.run(table.model.list_models()) == (["stand-in"], "")


def test_nobody_at_the_address_is_no_list(table: Asking) -> None:
    table.server.away()
    with pytest.raises(Misconfigured, match="nobody answers"):
        table.runner.run(table.model.list_models())


# Addresses


@pytest.mark.parametrize("place", ["/${KEY}/v1", "/v1?zone=${KEY}"])
def test_what_an_address_takes_from_the_environment_is_not_seen_again(table: Asking, place: str) -> None:
    filled = filled_address(table.server.url + place, {"KEY": "PLANTED&x"}.get)
    table.dialect.override = error(400, "no PLANTED&x at " + filled.url.removeprefix(table.server.url))
    model = OpenAI(filled)
    assert model.base_url == filled.public
    with pytest.raises(ModelError) as caught:
        table.runner.run(model.ask(asking()))
    described = table.runner.run(model.describe("m"))
    table.runner.run(model.aclose())
    assert "PLANTED" not in f"{caught.value} {described} {model!r}"
    assert "[key]" in str(caught.value)
