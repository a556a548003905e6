"""What only Anthropic's Messages API has: thinking, cache markers, tools that are answers, its words for an error."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import trustme

from sociarium.config import Config
from sociarium.errors import Misconfigured, MissingExtra, ModelError, Overloaded, RequestRefused, TimedOut, Transient
from sociarium.experiment.models import ModelSpec
from sociarium.model_routes import RouteBuilder, ServingOptions
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.anthropic import OFFICIAL, Anthropic
from sociarium.providers.network import Network
from tests.servers.answers import Answer, tokens
from tests.servers.anthropic_server import AnthropicDialect, anthropic_server, error
from tests.servers.forwarder import over_tls
from tests.servers.proxies import Proxy, http_proxy, socks_proxy
from tests.servers.stand_in import StandIn
from tests.servers.wire import Response, as_json
from tests.support.model_backends import asking

SCHEMA = {"type": "object", "properties": {"answer": {"type": "integer"}}, "required": ["answer"]}
MARKER = {"type": "ephemeral"}


class Table:
    def __init__(self, server: StandIn) -> None:
        assert isinstance(server.dialect, AnthropicDialect)
        self.server = server
        self.dialect = server.dialect
        self.model = Anthropic(server.url)

    async def ask(self, *said: str, **settings: Any) -> ServedReply:
        return await self.model.ask(asking(*said, **settings))

    async def failing(self, response: Response | None = None, request: ModelRequest | None = None) -> ModelError:
        self.dialect.override = response
        with pytest.raises(ModelError) as caught:
            await self.model.ask(request or asking())
        return caught.value

    def body(self, call: int = -1) -> Any:
        return self.server.chats[call].json


@pytest.fixture
async def table() -> AsyncIterator[Table]:
    with anthropic_server() as server:
        table_ = Table(server)
        yield table_
        await table_.model.aclose()


# What calls share is kept by the server


async def test_the_system_prompt_and_the_opening_are_marked_and_nothing_that_changes_is(table: Table) -> None:
    await table.ask("The opening.", "I said this.", "And you?", system="You are Guard_417.")
    body = table.body()
    assert body["system"] == [{"type": "text", "text": "You are Guard_417.", "cache_control": MARKER}]
    assert [message["content"] for message in body["messages"]] == [
        [{"type": "text", "text": "The opening.", "cache_control": MARKER}],
        "I said this.",
        "And you?",
    ]


async def test_without_a_system_prompt_none_is_sent(table: Table) -> None:
    await table.ask(system="")
    assert "system" not in table.body()


async def test_tokens_of_a_prompt_are_all_of_it_with_those_from_the_cache_told_apart(table: Table) -> None:
    table.dialect.cache = 4
    system = "one two three four five six"
    first = await table.ask("An opening.", "Yes.", "So?", system=system)
    again = await table.ask("An opening.", "Yes.", "Or?", system=system)
    assert first.reply.prompt_tokens == again.reply.prompt_tokens
    assert first.cached_tokens == 0
    assert again.cached_tokens
    assert again.cached_tokens > 5


# Options


@pytest.mark.parametrize("option", ["seed", "min_p", "frequency_penalty", "presence_penalty", "repeat_penalty"])
async def test_an_option_that_the_api_lacks_is_told_and_never_dropped(table: Table, option: str) -> None:
    refused = await table.failing(request=asking(options={option: 1}))
    assert isinstance(refused, Misconfigured)
    assert f"no `{option}`" in str(refused)
    assert not table.server.chats
    assert f"no `{option}`" in (await table.model.describe("stand-in", {option: 1})).problem


async def test_the_limit_that_the_api_wants_is_sent_and_told_where_the_file_has_none(table: Table) -> None:
    served = await table.ask()
    assert table.body()["max_tokens"] == served.sent["max_tokens"] == 4096


async def test_an_extra_option_goes_out_as_written_and_none_that_is_the_programs(table: Table) -> None:
    await table.ask(options={"extra": {"metadata": {"user_id": "a"}}})
    assert table.body()["metadata"] == {"user_id": "a"}
    assert isinstance(await table.failing(request=asking(options={"extra": {"tools": []}})), Misconfigured)


# Thinking


@pytest.mark.parametrize(("thinking", "budget"), [("low", 1024), ("medium", 4096), (True, 4096), ("high", 16_384)])
async def test_thinking_has_a_budget_beside_the_reply(table: Table, thinking: Any, budget: int) -> None:
    table.dialect.answering = lambda _: Answer("Yes.", thinking="Should I?")
    reply = (await table.ask(options={"thinking": thinking})).reply
    body = table.body()
    assert body["thinking"] == {"type": "enabled", "budget_tokens": budget}
    assert body["max_tokens"] == budget + 4096
    assert (reply.text, reply.thinking) == ("Yes.", "Should I?")
    assert reply.completion_tokens == tokens("Yes.") + tokens("Should I?"), "thinking is paid for"


async def test_a_limit_of_the_file_bounds_thinking_too(table: Table) -> None:
    await table.ask(options={"thinking": "high", "max_tokens": 6000})
    assert table.body()["thinking"]["budget_tokens"] == 3000
    assert table.body()["max_tokens"] == 6000
    refused = await table.failing(request=asking(options={"thinking": True, "max_tokens": 1024}))
    assert "max_tokens: 1024" in str(refused)


async def test_a_model_that_takes_no_budget_is_asked_for_an_effort_from_then_on(table: Table) -> None:
    table.dialect.adaptive = True
    served = await table.ask(options={"thinking": "low"})
    assert table.body()["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert table.body()["output_config"] == {"effort": "low"}
    assert "effort" in served.learned[0]
    again = await table.ask(options={"thinking": "low"})
    assert not again.learned
    assert len(table.server.chats) == 3, "what was learned is kept"


async def test_a_model_that_does_not_know_how_to_show_its_thinking_is_not_asked_to(table: Table) -> None:
    table.dialect.adaptive, table.dialect.shows = True, False
    await table.ask(options={"thinking": True})
    assert table.body()["thinking"] == {"type": "adaptive"}


async def test_thinking_that_the_server_hides_is_no_text(table: Table) -> None:
    table.dialect.override = message([{"type": "redacted_thinking", "data": "c2VjcmV0"}, text("Yes.")])
    reply = (await table.ask()).reply
    assert (reply.text, reply.thinking) == ("Yes.", "")


# Structured answers


async def test_a_schema_is_a_tool_that_must_be_called(table: Table) -> None:
    served = await table.ask(schema=SCHEMA)
    assert table.body()["tool_choice"] == {"type": "tool", "name": "answer"}
    assert served.reply.finish_reason == "stop"
    assert "form" not in served.sent


async def test_an_answer_that_is_no_object_is_taken_out_of_one(table: Table) -> None:
    served = await table.ask(schema={"type": "integer", "minimum": 3, "maximum": 3})
    assert served.reply.text == "3"
    assert table.body()["tools"][0]["input_schema"]["required"] == ["value"]


@pytest.mark.parametrize(
    ("written", "said", "thought"),
    [("<thinking>\nplan\n</thinking>\n\nGood morning.", "\n\nGood morning.", "\\nplan\\n"),
     ("Write <thinking> first.", "Write <thinking> first.", ""),
     ("Good morning.</thinking>", "Good morning.</thinking>", "")],
)  # fmt: skip
async def test_thinking_within_the_input_of_a_tool_is_no_answer(
    table: Table, written: str, said: str, thought: str
) -> None:
    table.dialect.override = message([{"type": "tool_use", "name": "answer", "input": {"text": written, "why": "a"}}])
    reply = (await table.ask(schema=SCHEMA)).reply
    assert json.loads(reply.text) == {"text": said, "why": "a"}
    assert reply.thinking == thought


async def test_a_model_that_thinks_is_asked_in_words_for_a_structured_answer(table: Table) -> None:
    served = await table.ask(schema=SCHEMA, options={"thinking": True})
    assert "tools" not in table.body()
    assert json.dumps(SCHEMA) in table.body()["system"][0]["text"]
    assert served.sent["form"] == {"schema": "in words"}


async def test_a_model_that_cannot_be_made_to_call_a_tool_is_asked_in_words_from_then_on(table: Table) -> None:
    table.dialect.tools = False
    served = await table.ask(schema=SCHEMA)
    assert served.sent["form"] == {"schema": "in words"}
    assert "structured answers" in served.learned[0]
    await table.ask(schema=SCHEMA)
    assert len(table.server.chats) == 3


# Answers


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def message(content: Any, reason: str = "end_turn", **more: Any) -> Response:
    return as_json({"type": "message", "model": "m", "content": content, "stop_reason": reason, **more})


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("tool_use", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refused"),
        ("pause_turn", "other"),
    ],
)
async def test_why_a_reply_ended_is_told(table: Table, reason: str, finish: str) -> None:
    table.dialect.override = message([text("Yes.")], reason)
    assert (await table.ask()).reply.finish_reason == finish


async def test_a_refusal_is_a_reply_with_its_words(table: Table) -> None:
    table.dialect.answering = lambda _: Answer("", finish="refused", refusal="I would rather not.")
    reply = (await table.ask()).reply
    assert (reply.text, reply.finish_reason) == ("I would rather not.", "refused")


# Errors


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (error(400, "temperature: Input should be less than or equal to 1"), Misconfigured, "`temperature`"),
        (error(400, "max_tokens: 99999 > 8192, which is the maximum"), Misconfigured, "`max_tokens`"),
        (error(400, "Your credit balance is too low to access the API."), Misconfigured, "no credit left"),
        (error(400, "messages: text content blocks must be non-empty"), RequestRefused, "status 400"),
        (error(401, "invalid x-api-key"), Misconfigured, "ANTHROPIC_API_KEY"),
        (error(404, "model: stand-in"), Misconfigured, "does not have it"),
        (error(404, "Not found"), Misconfigured, "no Messages API"),
        (error(405, "Method Not Allowed"), Misconfigured, "no Messages API"),
        (error(500, "Internal server error"), Transient, "status 500"),
        (error(504, "Request timed out"), TimedOut, "504"),
        (error(529, "Overloaded"), Overloaded, "529"),
        (error(200, "Overloaded", kind="overloaded_error"), Overloaded, "529"),
    ],
)
async def test_an_error_is_told_with_its_mend(
    table: Table, response: Response, kind: type[ModelError], words: str
) -> None:
    refused = await table.failing(response, asking(options={"temperature": 2}))
    assert type(refused) is kind
    assert words in str(refused)


async def test_a_page_for_browsers_in_place_of_a_first_answer_is_a_matter_of_setup(table: Table) -> None:
    page = Response(200, b"<html><head><title>Sign in</title></head></html>", {"content-type": "text/html"})
    assert type(await table.failing(page)) is Misconfigured
    table.dialect.override = None
    await table.ask()
    assert type(await table.failing(page)) is Transient


async def test_what_a_filter_refuses_is_an_outcome(table: Table) -> None:
    table.dialect.override = error(400, "Output blocked by content filtering policy")
    assert (await table.ask()).reply.finish_reason == "refused"


# The address


async def test_an_address_with_the_version_is_the_same_server(table: Table) -> None:
    model = Anthropic(f"{table.server.url}/v1")
    assert (await model.ask(asking())).reply.text
    assert await model.is_alive()
    assert (await model.list_models())[0] == ["stand-in"]
    await model.aclose()


def test_the_official_server_wants_a_key() -> None:
    with pytest.raises(Misconfigured, match="MY_KEY="):
        Anthropic(OFFICIAL, key_name="MY_KEY")


def test_without_the_package_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("sociarium.providers.anthropic")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "anthropic", None)
    spec = ModelSpec(provider="anthropic", model="claude")
    with pytest.raises(MissingExtra, match=r"pip install 'sociarium\[anthropic\]'"):
        RouteBuilder(ServingOptions(Config({}))).routes({"claude": spec})


# What lies between


@pytest.mark.parametrize("opened", [http_proxy, socks_proxy])
async def test_lists_and_calls_go_through_a_proxy_with_a_password_to_a_server_of_an_authority_of_ones_own(
    opened: Callable[[str, str], AbstractContextManager[Proxy]], tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "lab-ca.pem")
    with (
        opened("ana", "Zq81planted") as proxy,
        anthropic_server() as server,
        over_tls(server.port, authority, "claude.example") as far,
    ):
        trusting = Anthropic(far, network=Network(https_proxy=proxy.url, certificates=str(tmp_path / "lab-ca.pem")))
        names, problem = await trusting.list_models()
        assert (names, problem) == (["stand-in"], "")
        assert (await trusting.ask(asking())).reply.text
        assert await trusting.is_alive()
        assert set(proxy.asked) == {far.removeprefix("https://")}
        await trusting.aclose()
        calls = len(server.received)
        for network, words in (
            (Network(https_proxy=proxy.url), "SSL_CERT_FILE"),
            (Network(https_proxy=proxy.url.replace("Zq81planted", "Zq82planted")), "the proxy"),
        ):
            refused = Anthropic(far, network=network)
            with pytest.raises(ModelError) as caught:
                await refused.ask(asking())
            listed = await refused.describe("stand-in")
            for told in (str(caught.value), listed.problem or "".join(listed.hints)):
                assert words in told
                assert "planted" not in told
            await refused.aclose()
        assert len(server.received) == calls
