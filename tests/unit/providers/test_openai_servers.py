"""Servers of one protocol and many habits: by what each is known, and what is sent to it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sociarium.errors import Overloaded, TimedOut, Transient
from sociarium.providers.errors import error_of_status
from sociarium.providers.openai import OpenAI
from sociarium.providers.openai.options import body_of, first_dialect, sent_options
from sociarium.providers.openai.servers import OFFICIAL, OLLAMA, UNKNOWN, server_at, server_of
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.wire import Response
from tests.support.model_backends import asking

BEYOND = {"top_k": 4, "min_p": 0.1, "repeat_penalty": 1.1}


@pytest.mark.parametrize(
    ("owner", "written"),
    [
        ("llamacpp", "repeat_penalty"),
        ("organization_owner", "repeat_penalty"),
        ("vllm", "repetition_penalty"),
        ("sglang", "repetition_penalty"),
        ("somebody", "repetition_penalty"),
    ],
)
def test_a_server_is_known_by_the_owner_of_its_models(owner: str, written: str) -> None:
    server = server_of([{"id": "m", "owned_by": owner}])
    body = sent_options(body_of(asking(options=BEYOND), first_dialect("m", official=False), server))
    assert body == {"top_k": 4, "min_p": 0.1, written: 1.1}


def test_nothing_is_left_out_for_a_server_that_ignores_it() -> None:
    body = body_of(asking(options=BEYOND), first_dialect("m", official=False), OLLAMA)
    assert {"top_k", "min_p", "repetition_penalty"} <= body.keys()


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("api.openai.com", OFFICIAL),
        ("eu.api.openai.com", OFFICIAL),
        ("openai.com.example.org", UNKNOWN),
        ("h", UNKNOWN),
    ],
)
def test_a_server_is_known_by_its_address(host: str, kind: object) -> None:
    assert server_at(host) is kind


@pytest.mark.parametrize(
    ("owner", "wanted"),
    [
        ("library", {"reasoning_effort": "none"}),
        ("llamacpp", {"chat_template_kwargs": {"enable_thinking": False}}),
    ],
)
def test_thinking_is_switched_where_the_server_reads_it(owner: str, wanted: dict[str, Any]) -> None:
    body = body_of(
        asking(options={"thinking": False}), first_dialect("m", official=False), server_of([{"owned_by": owner}])
    )
    assert sent_options(body) == wanted


async def test_the_list_is_read_once_and_only_where_something_depends_on_it() -> None:
    async def work(url: str) -> None:
        model = OpenAI(url)
        await model.ask(asking(options={"temperature": 1}))
        assert lists() == 0
        await asyncio.gather(*(model.ask(asking(options=BEYOND)) for _ in range(8)))
        await model.aclose()

    with openai_server(OpenAIDialect(owner="llamacpp")) as server:

        def lists() -> int:
            return sum(request.path == "/v1/models" for request in server.received)

        await work(f"{server.url}/v1")
        assert lists() == 1
        assert all(call.json["repeat_penalty"] == 1.1 for call in server.chats[1:])


async def test_a_server_without_a_list_is_asked_all_the_same() -> None:
    async def work(url: str) -> None:
        model = OpenAI(url)
        assert (await model.ask(asking(options=BEYOND))).sent["repetition_penalty"] == 1.1
        await model.aclose()

    with openai_server(OpenAIDialect(listing=False)) as server:
        await work(f"{server.url}/v1")


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (503, "server busy, please try again.  maximum pending requests exceeded", Overloaded),
        (500, "server busy, please try again.  maximum pending requests exceeded", Overloaded),
        (500, "unexpected server status: llm busy - no slots available", Overloaded),
        (503, "Loading model", Overloaded),
        (500, "The model is overloaded. Please try again later.", Overloaded),
        (504, "upstream request timeout", TimedOut),
        (500, "something broke", Transient),
    ],
)
def test_a_full_queue_is_overload_whatever_its_status(status: int, said: str, kind: type) -> None:
    assert type(error_of_status(status, {}, said, place="here", key="KEY")) is kind


@pytest.mark.parametrize(("coding", "body"), [("br", b"x"), ("gzip", b"no gzip"), ("gzip", b"\x1f\x8b\x08\x00")])
async def test_an_answer_that_cannot_be_unpacked_is_a_passing_fault(coding: str, body: bytes) -> None:
    async def work(url: str) -> None:
        model = OpenAI(url)
        with pytest.raises(Transient):
            await model.ask(asking())
        await model.aclose()

    answer = Response(200, body, {"content-encoding": coding})
    with openai_server(OpenAIDialect(override=answer)) as server:
        await work(f"{server.url}/v1")
