"""What every model port promises, over a real socket where there is a server."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
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
from sociarium.ports.model import Model, ModelRequest, Probe, ServedReply, storable
from tests.servers.answers import Answer
from tests.servers.stand_in import StandIn
from tests.support.model_backends import BACKENDS, KEY, OPTIONS, SERVED, Backend, asking

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer", "minimum": 0, "maximum": 10}},
    "required": ["answer"],
    "additionalProperties": False,
}


@dataclass(slots=True)
class Table:
    """A model, its server where there is one, and a loop to ask in."""

    backend: Backend
    model: Model
    runner: asyncio.Runner
    url: str
    server: StandIn | None
    others: list[Model] = field(default_factory=list)

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(what)

    def ask(self, request: ModelRequest | None = None) -> ServedReply:
        served: ServedReply = self.runner.run(self.model.ask(request or asking()))
        return served

    def says(self, answer: Answer) -> None:
        assert self.server
        self.server.dialect.answering = lambda _ask: answer  # type: ignore[attr-defined]

    def another(self, **settings: Any) -> Model:
        self.others.append(self.backend.opened(self.url, **settings))
        return self.others[-1]

    def failing(self, model: Model | None = None, request: ModelRequest | None = None) -> ModelError:
        with pytest.raises(ModelError) as caught:
            self.runner.run((model or self.model).ask(request or asking()))
        assert KEY not in "".join(traceback.format_exception(caught.value))
        assert KEY not in repr(caught.value)
        return caught.value


def opened(backend: Backend) -> Iterator[Table]:
    with ExitStack() as stack:
        server = stack.enter_context(backend.serving(slots=200)) if backend.serving else None
        runner = stack.enter_context(asyncio.Runner())
        url = server.url if server else ""
        model = backend.opened(url, key=KEY)
        table = Table(backend, model, runner, url, server)
        yield table
        for each in (model, *table.others):
            runner.run(each.aclose())


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def any_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    yield from opened(request.param)


@pytest.fixture(params=SERVED, ids=lambda backend: backend.name)
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    yield from opened(request.param)


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


def test_a_reply_has_text_tokens_and_what_was_sent(any_table: Table) -> None:
    served = any_table.ask(asking(options={"temperature": 0.3, "context": 8000}))
    assert served.reply.text
    assert served.reply.finish_reason == "stop"
    assert served.reply.prompt_tokens
    assert served.reply.completion_tokens
    assert served.sent["temperature"] == 0.3
    assert served.served_model
    assert served.seconds >= 0


def test_the_same_request_gets_the_same_reply_and_another_seed_another(any_table: Table) -> None:
    first, same = any_table.ask(asking(options={"seed": 1})), any_table.ask(asking(options={"seed": 1}))
    other = any_table.ask(asking(options={"seed": 2}))
    assert first.reply == same.reply
    assert first.reply.text != other.reply.text


def test_a_schema_is_answered_by_an_instance(any_table: Table) -> None:
    answer = json.loads(any_table.ask(asking(schema=SCHEMA)).reply.text)
    assert answer["answer"] in range(11)


def test_closing_twice_is_harmless(any_table: Table) -> None:
    any_table.ask()
    any_table.run(any_table.model.aclose())
    any_table.run(any_table.model.aclose())


def test_two_hundred_asks_are_under_way_at_once(any_table: Table) -> None:
    count = 200
    if any_table.server:
        any_table.server.together = count

    async def all_of_them() -> list[ServedReply]:
        return await asyncio.gather(*(any_table.model.ask(asking(f"Say {number}.")) for number in range(count)))

    replies = any_table.run(all_of_them())
    assert len({served.reply.text for served in replies}) > count // 2
    if any_table.server:
        assert any_table.server.load.peak == count


# What goes out


def test_every_option_goes_out_as_written(table: Table, server: StandIn) -> None:
    served = table.ask(asking(options=OPTIONS, stop=("\nBo:",)))
    body = server.chats[0].json
    assert table.backend.options(body) == dict(table.backend.written)
    assert dict(served.sent) == dict(table.backend.written)


def test_an_option_that_is_not_set_is_not_sent(table: Table, server: StandIn) -> None:
    table.ask(asking(options={"context": 8000}))
    sent = table.backend.options(server.chats[0].json)
    assert set(sent) <= {"num_ctx", "truncate", "shift"}


def test_two_temperatures_of_one_model_stay_two(table: Table, server: StandIn) -> None:
    table.ask(asking(options={"temperature": 0.0}))
    table.ask(asking(options={"temperature": 1.5}))
    assert [table.backend.options(call.json)["temperature"] for call in server.chats] == [0.0, 1.5]


def test_messages_go_out_word_for_word(table: Table, server: StandIn) -> None:
    said = ("Guard_417: “Wer da?”\n\n# no heading", "  spaces stay  ", 'quotes " and \\ and \x00 and 🐘')
    table.ask(asking(*said, system="You are Guard_417.\r\n"))
    assert server.chats[0].json["messages"] == [
        {"role": "system", "content": "You are Guard_417.\r\n"},
        {"role": "user", "content": said[0]},
        {"role": "assistant", "content": said[1]},
        {"role": "user", "content": said[2]},
    ]


def test_the_schema_goes_out_in_the_protocols_place(table: Table, server: StandIn) -> None:
    table.ask(asking(schema=SCHEMA))
    assert table.backend.schema(server.chats[0].json) == SCHEMA


def test_the_key_goes_into_the_header_and_nowhere_else(table: Table, server: StandIn) -> None:
    served = table.ask()
    assert server.chats[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in server.chats[0].body.decode()
    assert KEY not in repr(served)
    assert KEY not in repr(table.model)


def test_without_a_key_none_is_sent(table: Table, server: StandIn) -> None:
    model = table.another()
    table.run(model.ask(asking()))
    assert "authorization" not in server.chats[0].headers


def test_an_extra_option_that_is_set_elsewhere_too_is_refused_before_anything_is_sent(
    table: Table, server: StandIn
) -> None:
    options = {"temperature": 0.1, "extra": {"temperature": 0.9}}
    error = table.failing(request=asking(options=options))
    assert isinstance(error, Misconfigured)
    assert "temperature" in str(error)
    assert not server.chats


# What comes back


def test_text_stops_at_a_stop_string(table: Table) -> None:
    whole = table.ask(asking()).reply.text
    third = whole.split()[2]
    table.server.dialect.answering = lambda ask: Answer(whole.partition(ask.stop[0])[0])  # type: ignore[union-attr]
    assert table.ask(asking(stop=(third,))).reply.text == whole.partition(third)[0]


def test_a_reply_cut_by_its_limit_says_so(table: Table) -> None:
    served = table.ask(asking(options={"max_tokens": 3}))
    assert served.reply.finish_reason == "length"
    assert len(served.reply.text.split()) == 3


def test_thinking_told_apart_by_the_server_is_kept_apart(table: Table) -> None:
    table.says(Answer("Yes.", thinking="Should I?"))
    reply = table.ask().reply
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
def test_thinking_written_into_the_text_is_told_apart(table: Table, written: str, text: str, thinking: str) -> None:
    table.says(Answer(written))
    reply = table.ask().reply
    assert (reply.text, reply.thinking) == (text, thinking)


@pytest.mark.parametrize(
    "text",
    ["", "ça, 你好, 🐘, \u202e", "before\x00after", "\x1b[31mred", "None", "x" * 1_000_000, "é" * 500_000],
    ids=["empty", "unicode", "NUL", "escape", "None", "1 MB", "1 MB of two bytes each"],
)
def test_text_comes_back_as_it_is(table: Table, text: str) -> None:
    table.says(Answer(text))
    assert table.ask().reply.text == text


def test_a_lone_surrogate_comes_through_and_can_then_be_stored(table: Table) -> None:
    table.says(Answer("half \ud83d gone"))
    served = table.ask()
    assert served.reply.text == "half \ud83d gone"
    assert storable(served.reply).replaced


def test_tokens_that_the_server_does_not_count_are_none(table: Table) -> None:
    table.says(Answer("Yes.", counted=False))
    reply = table.ask().reply
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


# What goes wrong


@pytest.mark.parametrize("fault", ["error", "drop", "cut", "garbage", "shape"])
def test_a_passing_fault_is_transient_and_says_where(table: Table, server: StandIn, fault: Any) -> None:
    server.faults.next(fault)
    error = table.failing()
    assert type(error) is Transient
    assert server.url in str(error)
    assert table.ask().reply.text
    assert len(server.chats) == 2, "an adapter does not retry"


def test_an_overloaded_server_is_given_patience(table: Table, server: StandIn) -> None:
    server.faults.next("overloaded")
    error = table.failing()
    assert isinstance(error, Overloaded)
    assert server.url in str(error)
    assert table.ask().reply.text


def test_a_server_that_never_answers_is_out_of_time_and_alive_where_it_answers_other_things(
    table: Table, server: StandIn
) -> None:
    model = table.another(timeout=0.3)
    server.faults.next("hang")
    error = table.failing(model)
    assert isinstance(error, TimedOut)
    assert "within 0.3 s" in str(error)
    assert isinstance(model, Probe)
    assert table.run(model.is_alive())
    assert len(server.chats) == 1, "whether it lives was asked of the model"
    assert table.run(model.ask(asking())).reply.text


@pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("0.05", 0.05), ("soon", None)])
def test_being_asked_for_patience_tells_for_how_long(
    table: Table, server: StandIn, told: str, seconds: float | None
) -> None:
    server.faults.retry_after = told
    server.faults.next("limited")
    error = table.failing()
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


def test_nobody_at_the_address_is_unavailable_and_says_what_to_do(table: Table, server: StandIn) -> None:
    server.away()
    error = table.failing(table.another())
    assert isinstance(error, EndpointUnavailable)
    assert server.url in str(error)
    assert "start" in str(error)


def test_a_server_that_was_away_is_asked_again_on_the_same_port(table: Table, server: StandIn) -> None:
    before = table.ask()
    server.away()
    assert isinstance(table.failing(), EndpointUnavailable | Transient)  # a connection may break before it is refused
    assert isinstance(table.failing(), EndpointUnavailable)
    assert isinstance(table.model, Probe)
    assert not table.run(table.model.is_alive())
    server.back()
    assert table.ask().reply == before.reply


def test_a_wrong_key_is_named_and_not_shown(table: Table, server: StandIn) -> None:
    server.dialect.key = "another"  # type: ignore[attr-defined]
    error = table.failing()
    assert isinstance(error, Misconfigured)
    assert "_API_KEY" in str(error)


@pytest.mark.parametrize("status", [200, 400, 403, 404, 429, 500])
def test_a_key_that_the_server_echoes_is_not_passed_on(table: Table, server: StandIn, status: int) -> None:
    table.ask()
    body = json.dumps({"error": f"{'x' * 290}{KEY} is what you sent"}).encode()
    for echo in (body, body[10:]):
        server.dialect.override = type(server.dialect.failure(status, ""))(status, echo)  # type: ignore[attr-defined]
        message = str(table.failing())
        assert KEY[:12] not in message


def test_a_prompt_too_long_for_the_server_is_told_apart(table: Table, server: StandIn) -> None:
    server.dialect.override = table.backend.odd["overlong"]  # type: ignore[attr-defined]
    assert table.ask().reply.finish_reason == "overlong"


def test_a_model_that_the_server_does_not_have_is_misconfigured(table: Table) -> None:
    error = table.failing(request=asking(model="nowhere-to-be-found"))
    assert isinstance(error, Misconfigured)
    assert "nowhere-to-be-found" in str(error)


def test_a_cancelled_ask_ends_at_once_and_the_next_one_is_answered(table: Table, server: StandIn) -> None:
    server.faults.next("hang")

    async def given_up() -> None:
        task = asyncio.create_task(table.model.ask(asking()))
        await until(lambda: len(server.chats) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await table.model.ask(asking())).reply.text

    table.run(given_up())


# What is known beforehand


def test_a_served_model_is_described_without_being_asked(table: Table, server: StandIn) -> None:
    about = table.run(table.model.describe("stand-in"))  # type: ignore[attr-defined]
    assert (about.reachable, about.served, about.context, about.problem) == (True, True, 8192, "")
    assert not server.chats


def test_a_missing_model_is_described_as_missing_where_the_server_knows_and_else_hinted_at(table: Table) -> None:
    about = table.run(table.model.describe("nowhere"))  # type: ignore[attr-defined]
    assert about.reachable
    if table.backend.name == "ollama":
        assert (about.served, about.hints) == (False, ())
        assert "nowhere" in about.problem
    else:  # a list is not the truth
        assert (about.served, about.problem) == (None, "")
        assert "does not list 'nowhere'" in about.hints[0]


def test_an_absent_server_is_described_as_absent(table: Table, server: StandIn) -> None:
    server.away()
    about = table.run(table.model.describe("stand-in"))  # type: ignore[attr-defined]
    assert not about.reachable
    assert server.url in about.problem


def test_a_wrong_key_is_described_and_not_shown(table: Table, server: StandIn) -> None:
    server.dialect.key = "another"  # type: ignore[attr-defined]
    about = table.run(table.model.describe("stand-in"))  # type: ignore[attr-defined]
    assert "_API_KEY" in about.problem + "".join(about.hints)
    assert KEY not in repr(about)
