"""Turns of models: calls are gathered, nobody waits for ever, and stopping frees who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import groupby
from typing import Any

import pytest

from sociarium.experiment.loaded_models import LoadedModel
from sociarium.runner.models.model_turns import LONGEST_TURN, ModelTurns
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped
from tests.support.virtual_time import VIRTUAL_TIME, VirtualClock


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return VIRTUAL_TIME


class Served:
    """A server behind turns; remembers in which order models were asked, and when."""

    def __init__(self, *, most: int = 1, seconds: float = 1.0) -> None:
        self.stop = StopSwitch()
        self.turns = ModelTurns(most, clock=VirtualClock(), stop=self.stop)
        self.seconds = seconds
        self.calls: list[tuple[str, float]] = []

    async def ask(self, run: str, model: str) -> None:
        loads: LoadedModel = (model, None)

        async def answer() -> None:
            self.calls.append((model, VirtualClock().monotonic() - 1000.0))
            await asyncio.sleep(self.seconds)

        await self.turns.call(run, loads, answer)

    async def play(self, run: str, *models: str, pause: float = 0.01) -> None:
        """A run that asks one model after the other, and ends."""
        for model in models:
            await self.ask(run, model)
            await asyncio.sleep(pause)
        self.turns.forget(run)

    @property
    def loads(self) -> list[str]:
        return [model for model, _ in groupby(model for model, _ in self.calls)]


def together(*steps: Callable[[], Coroutine[object, object, None]]) -> Callable[[], Coroutine[object, object, None]]:
    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step())

    return work


async def test_a_model_is_kept_while_its_runs_go_on_and_gives_way_when_the_last_has_ended() -> None:
    served = Served()
    await together(
        lambda: served.play("one", *"aaaa"), lambda: served.play("two", *"bb"), lambda: served.play("three", *"aaa")
    )()
    assert served.loads == ["a", "b"]
    begins = min(moment for model, moment in served.calls if model == "b")
    assert begins < 4 * 1.01 + 0.1, "the server stood still although nobody needed the model any more"


async def test_runs_that_ask_two_models_in_turn_go_side_by_side() -> None:
    served = Served()
    await together(*(lambda name=str(n): served.play(name, *"abab") for n in range(6)))()  # type: ignore[misc]
    assert served.loads == ["a", "b", "a", "b"]


async def test_a_run_that_is_long_between_two_calls_holds_nobody_up() -> None:
    served = Served()
    await together(lambda: served.play("person", *"aa", pause=500.0), lambda: served.play("other", *"bb"))()
    assert served.loads == ["a", "b", "a"]
    assert max(moment for model, moment in served.calls if model == "b") < 10.0


async def test_no_model_waits_for_ever_for_one_that_is_always_asked() -> None:
    served = Served(seconds=30.0)
    endless = [lambda name=str(n): served.play(name, *"a" * 60) for n in range(3)]  # type: ignore[misc]
    await together(*endless, lambda: served.play("other", *"bb"))()
    first = min(moment for model, moment in served.calls if model == "b")
    assert LONGEST_TURN <= first <= LONGEST_TURN + 31.0
    assert served.loads == ["a", "b", "a"], "a model that was given its turn keeps it while it has calls"
    assert len(served.calls) == 3 * 60 + 2


async def test_as_many_models_are_asked_at_once_as_the_server_holds() -> None:
    served = Served(most=2)
    await together(*(lambda model=model: served.play(model, model, model) for model in "abc"))()  # type: ignore[misc]
    begins = dict(reversed(served.calls))
    assert begins["a"] == begins["b"] == 0.0
    assert begins["c"] > 2.0


async def test_a_call_that_fails_or_is_cancelled_keeps_no_model_loaded() -> None:
    served = Served()

    async def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # the very one that was raised
        await served.turns.call("one", ("a", None), fail)
    served.turns.forget("one")
    under_way = asyncio.create_task(served.ask("two", "b"))
    waiting = asyncio.create_task(served.ask("three", "c"))
    await asyncio.sleep(0.5)
    for task in (waiting, under_way):
        task.cancel()
    await asyncio.gather(waiting, under_way, return_exceptions=True)
    served.turns.forget("two")
    await asyncio.wait_for(served.ask("four", "a"), 5.0)
    assert served.loads == ["b", "a"]


async def test_who_waits_for_a_model_is_sent_away_when_the_work_stops() -> None:
    served = Served(seconds=5.0)
    calls = [asyncio.create_task(served.ask(model, model)) for model in "ab"]
    await asyncio.sleep(1.0)
    served.stop.drain("interrupted", "")
    answered, sent_away = await asyncio.gather(*calls, return_exceptions=True)
    assert answered is None
    assert isinstance(sent_away, WorkStopped)
