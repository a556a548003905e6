"""What the stand-ins promise to the tests that lean on them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from sociarium.errors import ModelError
from sociarium.providers.ollama import Ollama
from sociarium.providers.openai import OpenAI
from tests.servers.answers import Ask, careless, words_of
from tests.servers.faults import Faults
from tests.servers.openai_server import openai_server
from tests.support.model_backends import asking


def test_a_schedule_is_the_same_for_the_same_seed_and_keeps_its_shares() -> None:
    def fates(seed: int) -> list[str | None]:
        faults = Faults(seed=seed, error=0.1, drop=0.05, garbage=0.05, limited_every=9)
        return [faults.of(number) for number in range(1, 3001)]

    once = fates(1)
    assert once == fates(1) != fates(2)
    assert once.count("limited") == 3000 // 9
    assert 200 < once.count("error") < 340
    assert 90 < once.count("drop") < 180


async def test_no_more_calls_are_served_at_once_than_there_are_slots() -> None:
    with openai_server(slots=3, latency=0.01) as server:
        model = OpenAI(f"{server.url}/v1")
        await asyncio.gather(*(model.ask(asking(f"{number}")) for number in range(12)))
        await model.aclose()
        assert server.load.peak > 3
        served = [(call.began or 0.0, call.ended or 0.0) for call in server.chats]
        assert max(sum(began < other_ended and other_began <= began for other_began, other_ended in served)
                   for began, _ in served) == 3  # fmt: skip
        assert 0.0 < server.load.utilisation <= 1.0


async def test_a_sweep_of_faults_hits_as_scheduled() -> None:
    faults = Faults(seed=3, error=0.2, drop=0.1, garbage=0.1, limited_every=9)
    with openai_server(faults=faults) as server:
        model = OpenAI(f"{server.url}/v1")
        failed = 0
        for number in range(60):
            try:
                await model.ask(asking(f"{number}"))
            except ModelError:
                failed += 1
        await model.aclose()
        assert failed == sum(call.fault is not None for call in server.chats) > 10


@pytest.mark.parametrize("module", ["openai_server", "ollama_server"])
async def test_a_process_of_its_own_prints_its_port_and_tells_its_load(module: str) -> None:
    command = [sys.executable, "-m", f"tests.servers.{module}", "--latency", "0.001", "--slots", "4"]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert process.stdout
    try:
        url = f"http://127.0.0.1:{int(await process.stdout.readline())}"
        model = OpenAI(f"{url}/v1") if module == "openai_server" else Ollama(url)
        assert (await model.ask(asking(model="any"))).reply.text
        await model.aclose()
        async with httpx.AsyncClient() as client:
            load = (await client.get(f"{url}/stand-in/load")).json()
    finally:
        process.terminate()
        await process.wait()
    assert (load["calls"], load["slots"]) == (1, 4)


def test_a_careless_model_keeps_bounds_of_whole_numbers_alone() -> None:
    schema = {
        "type": "object",
        "properties": {
            "whole": {"type": "integer", "minimum": 0, "maximum": 3},
            "real": {"type": "number", "minimum": 0, "maximum": 1},
            "short": {"type": "string", "maxLength": 40},
            "one_of": {"type": "string", "enum": ["yes", "no"]},
            "few": {"type": "array", "items": {"$ref": "#/$defs/short"}, "maxItems": 1},
        },
        "$defs": {"short": {"type": "string", "maxLength": 5}},
    }
    answers = [json.loads(careless(Ask("m", [{"role": "user", "content": str(n)}], schema)).text) for n in range(30)]
    assert {answer["whole"] for answer in answers} <= {0, 1, 2, 3}
    assert {answer["real"] for answer in answers} == {3.6, 1e31, -2.0}
    assert all(len(answer["short"]) > 40 and answer["one_of"] in {"yes", "no"} for answer in answers)
    assert all(len(answer["few"]) == 3 and len(answer["few"][0]) > 5 for answer in answers)
    plain = Ask("m", [{"role": "user", "content": "Hello"}])
    assert careless(plain) == words_of(plain)
