"""What every model port promises, over a real socket where there is a server."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from sociarium.errors import (
    EndpointUnavailable,
    Misconfigured,
    ModelError,
    Overloaded,
    RateLimited,
    TimedOut,
    Transient,
)
from sociarium.ports.model import LivenessProbe, Model, ModelRequest, ServedReply, storable
from tests.servers.answers import Answer
from tests.servers.stand_in import StandIn
from tests.support.model_backends import BACKENDS, KEY, SEEDED, SERVED, Backend, asking

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer", "minimum": 0, "maximum": 10}},
    "required": ["answer"],
    "additionalProperties": False,
}


@dataclass(slots=True)
class Table:
    """A model, and its server where there is one."""

    backend: Backend
    model: Model
    url: str
    server: StandIn | None
    others: list[Model] = field(default_factory=list)

    async def ask(self, request: ModelRequest | None = None) -> ServedReply:
        return await self.model.ask(request or asking())

    def says(self, answer: Answer) -> None:
        assert self.server
        self.server.dialect.answering = lambda _ask: answer  # type: ignore[attr-defined]

    def another(self, **settings: Any) -> Model:
        self.others.append(self.backend.opened(self.url, **settings))
        return self.others[-1]

    async def failing(self, model: Model | None = None, request: ModelRequest | None = None) -> ModelError:
        with pytest.raises(ModelError) as caught:
            await (model or self.model).ask(request or asking())
        assert KEY not in "".join(traceback.format_exception(caught.value))
        assert KEY not in repr(caught.value)
        return caught.value


@asynccontextmanager
async def opened(backend: Backend) -> AsyncIterator[Table]:
    with ExitStack() as stack:
        server = stack.enter_context(backend.serving(slots=200)) if backend.serving else None
        url = server.url if server else ""
        model = backend.opened(url, key=KEY)
        table = Table(backend, model, url, server)
        yield table
        for each in (model, *table.others):
            await each.aclose()


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
async def any_table(request: pytest.FixtureRequest) -> AsyncIterator[Table]:
    async with opened(request.param) as opened_table:
        yield opened_table


@pytest.fixture(params=SERVED, ids=lambda backend: backend.name)
async def table(request: pytest.FixtureRequest) -> AsyncIterator[Table]:
    async with opened(request.param) as opened_table:
        yield opened_table


@pytest.fixture
def server(table: Table) -> StandIn:
    assert table.server
    return table.server


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.002)


# Replies


async def test_a_reply_has_text_tokens_and_what_was_sent(any_table: Table) -> None:
    served = await any_table.ask(asking(options={"temperature": 0.3, "context": 8000}))
    assert served.reply.text
    assert served.reply.finish_reason == "stop"
    assert served.reply.prompt_tokens
    assert served.reply.completion_tokens
    assert served.sent["temperature"] == 0.3
    assert served.served_model
    assert served.seconds >= 0


async def test_the_same_request_gets_the_same_reply_and_another_one_another(any_table: Table) -> None:
    first, same, other = [await any_table.ask(asking(text)) for text in ("Hello.", "Hello.", "Goodbye.")]
    assert first.reply == same.reply
    assert first.reply.text != other.reply.text


@pytest.mark.parametrize("backend", SEEDED, ids=lambda backend: backend.name)
async def test_another_seed_gets_another_reply(backend: Backend) -> None:
    async with opened(backend) as table:
        first, same, other = [await table.ask(asking(options={"seed": seed})) for seed in (1, 1, 2)]
    assert first.reply == same.reply
    assert first.reply.text != other.reply.text


async def test_a_schema_is_answered_by_an_instance(any_table: Table) -> None:
    answer = json.loads((await any_table.ask(asking(schema=SCHEMA))).reply.text)
    assert answer["answer"] in range(11)


async def test_closing_twice_is_harmless(any_table: Table) -> None:
    await any_table.ask()
    await any_table.model.aclose()
    await any_table.model.aclose()


async def test_two_hundred_asks_are_under_way_at_once(any_table: Table) -> None:
    count = 200
    if any_table.server:
        any_table.server.together = count

    replies = await asyncio.gather(*(any_table.model.ask(asking(f"Say {number}.")) for number in range(count)))
    assert len({served.reply.text for served in replies}) > count // 2
    if any_table.server:
        assert any_table.server.load.peak == count


# What goes out


async def test_every_option_goes_out_as_written(table: Table, server: StandIn) -> None:
    served = await table.ask(asking(options=table.backend.asked, stop=("\nBo:",)))
    body = server.chats[0].json
    assert table.backend.options(body) == dict(table.backend.written)
    assert dict(served.sent) == dict(table.backend.written)


async def test_an_option_that_is_not_set_is_not_sent(table: Table, server: StandIn) -> None:
    await table.ask(asking(options={"context": 8000}))
    sent = table.backend.options(server.chats[0].json)
    needed = {"anthropic": {"max_tokens"}, "ollama": {"num_ctx", "truncate", "shift"}}
    assert set(sent) == needed.get(table.backend.name, set())


async def test_two_temperatures_of_one_model_stay_two(table: Table, server: StandIn) -> None:
    await table.ask(asking(options={"temperature": 0.0}))
    await table.ask(asking(options={"temperature": 1.5}))
    assert [table.backend.options(call.json)["temperature"] for call in server.chats] == [0.0, 1.5]


async def test_messages_go_out_word_for_word(table: Table, server: StandIn) -> None:
    said = ("Guard_417: “Wer da?”\n\n# no heading", "  spaces stay  ", 'quotes " and \\ and \x00 and 🐘')
    await table.ask(asking(*said, system="You are Guard_417.\r\n"))
    assert table.backend.messages(server.chats[0].json) == [
        {"role": "system", "content": "You are Guard_417.\r\n"},
        {"role": "user", "content": said[0]},
        {"role": "assistant", "content": said[1]},
        {"role": "user", "content": said[2]},
    ]


async def test_the_schema_goes_out_in_the_protocols_place(table: Table, server: StandIn) -> None:
    await table.ask(asking(schema=SCHEMA))
    assert table.backend.schema(server.chats[0].json) == SCHEMA


async def test_the_key_goes_into_the_header_and_nowhere_else(table: Table, server: StandIn) -> None:
    served = await table.ask()
    [(header, value)] = table.backend.key(KEY).items()
    assert [(name, text) for name, text in server.chats[0].headers.items() if KEY in text] == [(header, value)]
    assert KEY not in server.chats[0].body.decode()
    assert KEY not in repr(served)
    assert KEY not in repr(table.model)


async def test_without_a_key_none_is_sent(table: Table, server: StandIn) -> None:
    model = table.another()
    await model.ask(asking())
    assert {"authorization", "x-api-key"}.isdisjoint(server.chats[0].headers)


async def test_an_extra_option_that_is_set_elsewhere_too_is_refused_before_anything_is_sent(
    table: Table, server: StandIn
) -> None:
    options = {"temperature": 0.1, "extra": {"temperature": 0.9}}
    error = await table.failing(request=asking(options=options))
    assert isinstance(error, Misconfigured)
    assert "temperature" in str(error)
    assert not server.chats


# What comes back


async def test_text_stops_at_a_stop_string(table: Table) -> None:
    whole = (await table.ask(asking())).reply.text
    third = whole.split()[2]
    table.server.dialect.answering = lambda ask: Answer(whole.partition(ask.stop[0])[0])  # type: ignore[union-attr]
    assert (await table.ask(asking(stop=(third,)))).reply.text == whole.partition(third)[0]


async def test_a_reply_cut_by_its_limit_says_so(table: Table) -> None:
    served = await table.ask(asking(options={"max_tokens": 3}))
    assert served.reply.finish_reason == "length"
    assert len(served.reply.text.split()) == 3


async def test_thinking_told_apart_by_the_server_is_kept_apart(table: Table) -> None:
    table.says(Answer("Yes.", thinking="Should I?"))
    reply = (await table.ask()).reply
    assert (reply.text, reply.thinking) == ("Yes.", "Should I?")


@pytest.mark.parametrize(
    ("written", "text", "thinking"),
    [
        ("<think>\nShould I?\n</think>\n\nYes.", "Yes.", "Should I?"),
        ("\n<think></think>Yes.", "Yes.", ""),
        ("Should I?\n</think>\n\nYes.", "Yes.", "Should I?"),
        ("<think>cut within", "", "cut within"),
        ("Well. <think> Should I? </think> Yes.", "Well. Yes.", "Should I?"),
        ("I write `<think>` first.", "I write `<think>` first.", ""),
    ],
)
async def test_thinking_written_into_the_text_is_told_apart(
    table: Table, written: str, text: str, thinking: str
) -> None:
    table.says(Answer(written))
    reply = (await table.ask()).reply
    assert (reply.text, reply.thinking) == (text, thinking)


@pytest.mark.parametrize(
    "text",
    ["", "ça, 你好, 🐘, \u202e", "before\x00after", "\x1b[31mred", "None", "x" * 1_000_000, "é" * 500_000],
    ids=["empty", "unicode", "NUL", "escape", "None", "1 MB", "1 MB of two bytes each"],
)
async def test_text_comes_back_as_it_is(table: Table, text: str) -> None:
    table.says(Answer(text))
    assert (await table.ask()).reply.text == text


async def test_a_lone_surrogate_comes_through_and_can_then_be_stored(table: Table) -> None:
    table.says(Answer("half \ud83d gone"))
    served = await table.ask()
    assert served.reply.text == "half \ud83d gone"
    assert storable(served.reply).replaced


async def test_tokens_that_the_server_does_not_count_are_none(table: Table) -> None:
    table.says(Answer("Yes.", counted=False))
    reply = (await table.ask()).reply
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


# What goes wrong


@pytest.mark.parametrize("text", ["Good\u0120morning.\u010a\u010aAnd\u0120you?", "\u2581Good\u2581morning."])
async def test_a_reply_that_the_server_did_not_decode_is_said_by_nobody(table: Table, text: str) -> None:
    table.says(Answer(text))
    error = await table.failing()
    assert type(error) is Transient
    assert "did not decode what the model wrote" in str(error)


@pytest.mark.parametrize("fault", ["error", "drop", "cut", "garbage", "shape"])
async def test_a_passing_fault_is_transient_and_says_where(table: Table, server: StandIn, fault: Any) -> None:
    server.faults.next(fault)
    error = await table.failing()
    assert type(error) is Transient
    assert server.url in str(error)
    assert (await table.ask()).reply.text
    assert len(server.chats) == 2, "an adapter does not retry"


async def test_an_overloaded_server_is_given_patience(table: Table, server: StandIn) -> None:
    server.faults.next("overloaded")
    error = await table.failing()
    assert isinstance(error, Overloaded)
    assert server.url in str(error)
    assert (await table.ask()).reply.text


async def test_a_server_that_never_answers_is_out_of_time_and_alive_where_it_answers_other_things(
    table: Table, server: StandIn
) -> None:
    model = table.another(timeout=0.3)
    server.faults.next("hang")
    error = await table.failing(model)
    assert isinstance(error, TimedOut)
    assert "within 0.3 s" in str(error)
    assert isinstance(model, LivenessProbe)
    assert await model.is_alive()
    assert len(server.chats) == 1, "whether it lives was asked of the model"
    assert (await model.ask(asking())).reply.text


@pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("0.05", 0.05), ("soon", None)])
async def test_being_asked_for_patience_tells_for_how_long(
    table: Table, server: StandIn, told: str, seconds: float | None
) -> None:
    server.faults.retry_after = told
    server.faults.next("limited")
    error = await table.failing()
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


async def test_nobody_at_the_address_is_unavailable_and_says_what_to_do(table: Table, server: StandIn) -> None:
    server.away()
    error = await table.failing(table.another())
    assert isinstance(error, EndpointUnavailable)
    assert server.url in str(error)
    assert "start" in str(error)


async def test_a_server_that_was_away_is_asked_again_on_the_same_port(table: Table, server: StandIn) -> None:
    before = await table.ask()
    server.away()
    assert isinstance(
        await table.failing(), EndpointUnavailable | Transient
    )  # a connection may break before it is refused
    assert isinstance(await table.failing(), EndpointUnavailable)
    assert isinstance(table.model, LivenessProbe)
    assert not (await table.model.is_alive())
    server.back()
    assert (await table.ask()).reply == before.reply


async def test_a_wrong_key_is_named_and_not_shown(table: Table, server: StandIn) -> None:
    server.dialect.key = "another"  # type: ignore[attr-defined]
    error = await table.failing()
    assert isinstance(error, Misconfigured)
    assert "_API_KEY" in str(error)


@pytest.mark.parametrize("status", [200, 400, 403, 404, 429, 500])
async def test_a_key_that_the_server_echoes_is_not_passed_on(table: Table, server: StandIn, status: int) -> None:
    await table.ask()
    body = json.dumps({"error": f"{'x' * 290}{KEY} is what you sent"}).encode()
    for echo in (body, body[10:]):
        server.dialect.override = type(server.dialect.failure(status, ""))(status, echo)  # type: ignore[attr-defined]
        message = str(await table.failing())
        assert KEY[:12] not in message


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, b"default backend - 404"), (405, b"<html><title>405 Not Allowed</title></html>"), (302, b"")],
)
async def test_a_gateway_that_has_nothing_at_the_address_is_a_matter_of_setup_at_first_and_an_absence_later(
    table: Table, server: StandIn, status: int, words: bytes
) -> None:
    nothing = type(server.dialect.failure(status, ""))(status, words)
    server.dialect.override = nothing  # type: ignore[attr-defined]
    assert type(await table.failing()) is Misconfigured
    server.dialect.override = None  # type: ignore[attr-defined]
    await table.ask()
    server.dialect.override = nothing  # type: ignore[attr-defined]
    assert type(await table.failing()) is EndpointUnavailable
    server.dialect.override = server.dialect.failure(404, "model 'stand-in' not found")  # type: ignore[attr-defined]
    assert type(await table.failing()) is Misconfigured


async def test_a_prompt_too_long_for_the_server_is_told_apart(table: Table, server: StandIn) -> None:
    server.dialect.override = table.backend.odd["overlong"]  # type: ignore[attr-defined]
    assert (await table.ask()).reply.finish_reason == "overlong"


async def test_a_model_that_the_server_does_not_have_is_misconfigured(table: Table) -> None:
    error = await table.failing(request=asking(model="nowhere-to-be-found"))
    assert isinstance(error, Misconfigured)
    assert "nowhere-to-be-found" in str(error)


async def test_a_cancelled_ask_ends_at_once_and_the_next_one_is_answered(table: Table, server: StandIn) -> None:
    server.faults.next("hang")

    task = asyncio.create_task(table.model.ask(asking()))
    await until(lambda: len(server.chats) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await table.model.ask(asking())).reply.text


# What is known beforehand


async def test_a_served_model_is_described_without_being_asked(table: Table, server: StandIn) -> None:
    about = await table.model.describe("stand-in")  # type: ignore[attr-defined]
    assert (about.reachable, about.served, about.context, about.problem) == (True, True, 8192, "")
    assert not server.chats


async def test_a_missing_model_is_described_as_missing_where_the_server_knows_and_else_hinted_at(table: Table) -> None:
    about = await table.model.describe("nowhere")  # type: ignore[attr-defined]
    assert about.reachable
    if table.backend.name == "ollama":
        assert (about.served, about.hints) == (False, ())
        assert "nowhere" in about.problem
    else:  # a list is not the truth
        assert (about.served, about.problem) == (None, "")
        assert "does not list 'nowhere'" in about.hints[0]


async def test_an_absent_server_is_described_as_absent(table: Table, server: StandIn) -> None:
    server.away()
    about = await table.model.describe("stand-in")  # type: ignore[attr-defined]
    assert not about.reachable
    assert server.url in about.problem


async def test_a_wrong_key_is_described_and_not_shown(table: Table, server: StandIn) -> None:
    server.dialect.key = "another"  # type: ignore[attr-defined]
    about = await table.model.describe("stand-in")  # type: ignore[attr-defined]
    assert "_API_KEY" in about.problem + "".join(about.hints)
    assert KEY not in repr(about)
