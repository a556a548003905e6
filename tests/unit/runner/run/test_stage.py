"""The stage: keys, draws, steps side by side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from sociarium.environments.stage import Stage
from sociarium.ports.model import ChatMessage, ModelIdentity, ModelReply, ModelRequest
from sociarium.ports.person import Question
from sociarium.records.events import Event, Happening
from sociarium.records.runs import Run
from sociarium.runner.run import journal_codec
from sociarium.runner.run.stage import KeyUsedTwice, RunStage


class Echo:
    """Answers each request with its words, after as long as a schedule says."""

    def __init__(self, delays: dict[str, int] | None = None) -> None:
        self.delays = delays or {}
        self.events: list[Event] = []

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        for _ in range(self.delays.get(key, 0)):
            await asyncio.sleep(0)
        return ModelReply(request.messages[-1].content)

    async def person(self, key: str, question: Question) -> str:
        return question.choices[0]

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        return compute()

    def add_event(self, event: Event) -> None:
        self.events.append(event)


def run(id_: str = "a" * 20, **changes: Any) -> Run:
    given = {"replicate": 1, "seed": 7, **changes}
    return Run(id_, "e", "ada", content="{}", stream=id_, created="", **given)


def request(text: str) -> ModelRequest:
    return ModelRequest(ModelIdentity("m", "offline", "", {}), (ChatMessage("user", text),))


def test_draws_are_the_same_chance_in_every_condition_and_differ_by_replicate_and_purpose() -> None:
    def draw(stage: RunStage, key: str) -> float:
        return stage.rng(key).random()

    first = RunStage(run("a" * 20), "common", Echo())
    other_condition = RunStage(run("b" * 20), "common", Echo())
    other_replicate = RunStage(run("a" * 20, replicate=2), "common", Echo())
    other_seed = RunStage(run("a" * 20, seed=8), "common", Echo())
    assert draw(first, "speaker") == draw(other_condition, "speaker") == draw(first, "speaker")
    assert len({draw(stage, "speaker") for stage in (first, other_replicate, other_seed)}) == 3
    assert draw(first, "speaker") != draw(first, "agents")
    independent = [RunStage(run(id_ * 20), "independent", Echo()) for id_ in "ab"]
    assert draw(independent[0], "speaker") != draw(independent[1], "speaker")


def test_seeds_differ_by_run_and_key() -> None:
    one, other = RunStage(run("a" * 20), "common", Echo()), RunStage(run("b" * 20), "common", Echo())
    assert one.seed("k") == one.seed("k")
    assert len({one.seed("k"), other.seed("k"), one.seed("l")}) == 3
    assert 0 <= one.seed("k") < 2**31


async def test_a_key_names_one_moment() -> None:
    stage = RunStage(run(), "common", Echo())
    stage.emit("k", Happening("message"))
    await stage.ask("k", request("x"))
    with pytest.raises(KeyUsedTwice, match="k twice"):
        await stage.ask("k", request("x"))
    with pytest.raises(KeyUsedTwice):
        stage.emit("k", Happening("message"))


async def side_by_side(delays: dict[str, int]) -> tuple[list[tuple[int, str]], dict[str, str]]:
    """What three steps emit and return when their answers come back in an order of our own."""
    recorder = Echo(delays)

    stage = RunStage(run(), "common", recorder)

    def step(name: str) -> Callable[[Stage], Any]:
        async def take(own: Stage) -> str:
            own.emit(f"{name}/begins", Happening("message", content=name))
            first = await own.ask(f"{name}/1", request(name))
            inner = await own.together({f"{name}/i{i}": inside(f"{name}/i{i}") for i in (2, 1)})
            own.emit(f"{name}/ends", Happening("message", content=str(inner)))
            return first.text

        return take

    def inside(name: str) -> Callable[[Stage], Any]:
        async def take(own: Stage) -> str:
            reply = await own.ask(name, request(name))
            own.emit(name, Happening("message", content=reply.text))
            return reply.text

        return take

    stage.emit("before", Happening("message"))
    found = await stage.together({name: step(name) for name in ("c", "a", "b")})
    stage.emit("after", Happening("message"))
    returned = found
    return [(event.seq, event.key) for event in recorder.events], returned


async def test_steps_side_by_side_come_to_the_same_whatever_the_order_of_completion() -> None:
    delays = [{}, {"a/1": 9}, {"c/1": 5, "b/i1": 7}, {"a/i2": 3, "b/1": 2, "c/i1": 11}]
    found = [await side_by_side(delay) for delay in delays]
    assert all(one == found[0] for one in found)
    events, returned = found[0]
    assert list(returned) == ["a", "b", "c"]
    assert [key for _, key in events] == [
        "before",
        *(key for name in "abc" for key in (f"{name}/begins", f"{name}/i1", f"{name}/i2", f"{name}/ends")),
        "after",
    ]
    assert [seq for seq, _ in events] == list(range(1, 15))


@pytest.mark.parametrize("names", ["cba", "a"])
async def test_the_first_failure_by_key_is_raised_when_the_others_are_finished(names: str) -> None:
    recorder = Echo({"c": 5})

    async def fail(own: Stage, name: str) -> None:
        await own.ask(name, request(name))
        own.emit(name, Happening("message"))
        if name != "c":
            raise ValueError(name)

    async def play() -> None:
        stage = RunStage(run(), "common", recorder)
        await stage.together({name: lambda own, name=name: fail(own, name) for name in names})

    with pytest.raises(ValueError, match=r"^a$"):
        await play()
    assert [event.key for event in recorder.events] == sorted(names), "what was emitted before the failure is kept"


def test_replies_come_back_from_the_journal_as_they_were() -> None:
    for reply in (
        ModelReply(""),
        ModelReply("yes", "hm", "length", 0, 0),
        ModelReply("", finish_reason="refused", prompt_tokens=12, replaced=True),
    ):
        assert journal_codec.read_reply(json.loads(json.dumps(journal_codec.reply_as_json(reply)))) == reply
