"""First calls: one at a time until a model has answered, and nothing more where it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from sociarium.errors import Misconfigured, RequestRefused, RequestTooLarge, Transient
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped


@dataclass
class FakeModel:
    """Answers when the test lets it, with what the test says.

    Attributes:
        under_way: the calls being made, by run; setting one's result ends it.
        begun: every call, in order.
        most: calls under way at once, at most.
    """

    under_way: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    most: int = 0

    def ask(self, run: str) -> Callable[[], asyncio.Future[str]]:
        def begin() -> asyncio.Future[str]:
            self.begun.append(run)
            self.under_way[run] = asyncio.get_running_loop().create_future()
            self.most = max(self.most, sum(not call.done() for call in self.under_way.values()))
            return self.under_way[run]

        return begin

    async def begins(self, *runs: str) -> None:
        """Let everything go on until it stands still; then these calls, and no others, are under way."""
        for _ in range(50):
            await asyncio.sleep(0)
        assert sorted(run for run, call in self.under_way.items() if not call.done()) == sorted(runs)

    def answers(self, *runs: str) -> None:
        for run in runs:
            self.under_way[run].set_result(f"to {run}")

    def fails(self, run: str, error: BaseException) -> None:
        self.under_way[run].set_exception(error)


class Table:
    def __init__(self, *known: str) -> None:
        self.stop = StopSwitch()
        self.first = FirstCalls(self.stop, answered=known)
        self.model = FakeModel()
        self.tasks: dict[str, asyncio.Task[str]] = {}

    def call(self, *runs: str, model: str = "m", endpoint: str = "e") -> None:
        for run in runs:
            self.tasks[run] = asyncio.create_task(self.first.call(model, endpoint, run, self.model.ask(run)))

    async def opened(self) -> None:
        """Let the model answer its first call."""
        self.call("first")
        await self.model.begins("first")
        self.model.answers("first")
        await self.tasks["first"]

    async def outcome(self, run: str) -> str | type[BaseException]:
        try:
            return await asyncio.wait_for(self.tasks[run], 10)
        except Exception as error:  # whatever it is, it is what the test asks about
            return type(error)


async def test_all_wait_for_the_first_call_and_then_go_side_by_side() -> None:
    table = Table()
    table.call("a", "b", "c")
    await table.model.begins("a")
    table.model.answers("a")
    await table.model.begins("b", "c")
    table.call("d")
    await table.model.begins("b", "c", "d")
    table.model.answers("b", "c", "d")
    assert [await table.outcome(run) for run in "abcd"] == ["to a", "to b", "to c", "to d"]


async def test_different_models_and_endpoints_have_first_calls_of_their_own() -> None:
    table = Table()
    table.call("a")
    table.call("b", model="n")
    table.call("c", endpoint="f")
    table.call("d")
    await table.model.begins("a", "b", "c")
    table.model.answers("a", "b", "c")
    await table.model.begins("d")
    table.model.answers("d")


async def test_after_a_refused_first_call_nothing_else_is_asked_and_the_sweep_stops() -> None:
    table = Table()
    table.call("a", "b", "c")
    await table.model.begins("a")
    table.model.fails("a", Misconfigured("the key in LAB_KEY is refused"))
    assert [await table.outcome(run) for run in "abc"] == [Misconfigured] * 3
    table.call("d")
    assert await table.outcome("d") is Misconfigured
    assert table.model.begun == ["a"]
    assert table.stop.why == "misconfigured"
    assert "'m'" in table.stop.message
    assert "LAB_KEY" in table.stop.message


async def test_a_request_that_is_too_large_fails_alone_and_as_the_first_of_all_stops_the_sweep() -> None:
    later = Table()
    await later.opened()
    later.call("a", "b")
    await later.model.begins("a", "b")
    later.model.fails("a", RequestTooLarge("6294 of 6000"))
    assert await later.outcome("a") is RequestTooLarge
    later.call("c")
    await later.model.begins("b", "c")
    later.model.answers("b", "c")
    assert (await later.outcome("b"), await later.outcome("c")) == ("to b", "to c")
    assert not later.stop.draining.is_set()
    first = Table()
    first.call("a", "b")
    await first.model.begins("a")
    first.model.fails("a", RequestTooLarge("6294 of 6000"))
    assert [await first.outcome(run) for run in "ab"] == [Misconfigured] * 2
    assert (first.model.begun, first.stop.why) == (["a"], "misconfigured")
    assert "6294" in first.stop.message


async def test_a_first_call_that_is_cancelled_lets_the_next_one_be_the_first() -> None:
    table = Table()
    table.call("a", "b", "c")
    await table.model.begins("a")
    table.tasks["a"].cancel()
    await table.model.begins("b")
    table.model.answers("b")
    await table.model.begins("c")
    table.model.answers("c")


async def test_one_that_is_cancelled_while_it_waits_holds_nobody_up() -> None:
    table = Table()
    table.call("a", "b", "c")
    await table.model.begins("a")
    table.tasks["b"].cancel()
    table.tasks["a"].cancel()
    await table.model.begins("c")
    table.model.answers("c")


async def test_a_first_call_that_fails_in_passing_lets_the_next_one_be_the_first() -> None:
    table = Table()
    table.call("a", "b", "c")
    await table.model.begins("a")
    table.model.fails("a", Transient("for a moment"))
    assert await table.outcome("a") is Transient
    await table.model.begins("b")
    assert table.stop.why is None
    table.model.answers("b")
    await table.model.begins("c")
    table.model.answers("c")


async def test_who_waits_gives_up_when_the_work_stops() -> None:
    table = Table()
    table.call("a", "b")
    await table.model.begins("a")
    table.stop.drain("interrupted", "interrupted")
    table.model.answers("a")
    assert await table.outcome("a") == "to a"
    table.call("c", model="n")
    assert await table.outcome("c") is WorkStopped
    table.model.answers(*(run for run in table.model.under_way if not table.model.under_way[run].done()))


async def test_a_key_revoked_later_pauses_the_model_and_no_storm_follows() -> None:
    table = Table()
    await table.opened()
    table.call("a", "b")
    await table.model.begins("a", "b")
    table.model.fails("a", Misconfigured("the key is refused"))
    table.model.answers("b")
    assert (await table.outcome("a"), await table.outcome("b")) == (Misconfigured, "to b")
    table.call("c", "d")
    assert [await table.outcome(run) for run in "cd"] == [Misconfigured] * 2
    assert table.model.begun == ["first", "a", "b"]
    assert list(table.first.paused) == ["m"]
    assert table.stop.why is None, "other models go on"


async def test_one_run_that_a_server_does_not_take_costs_no_other_run() -> None:
    table = Table()
    await table.opened()
    table.call("poison")
    await table.model.begins("poison")
    table.model.fails("poison", RequestRefused("status 400"))
    assert await table.outcome("poison") is RequestRefused
    table.call("b", "c")
    await table.model.begins("b")
    table.model.answers("b")
    await table.model.begins("c")
    table.model.answers("c")
    table.call("poison")
    assert await table.outcome("poison") is RequestRefused, "asked again"
    assert table.first.paused == {}


async def test_a_model_that_refuses_two_runs_in_a_row_is_paused() -> None:
    table = Table()
    await table.opened()
    table.call("a", "b")
    await table.model.begins("a", "b")
    table.model.fails("a", RequestRefused("status 400"))
    table.model.fails("b", RequestRefused("status 400"))  # both were under way: that is no second opinion
    assert [await table.outcome(run) for run in "ab"] == [RequestRefused] * 2
    table.call("c", "d")
    await table.model.begins("c")
    table.model.fails("c", RequestRefused("status 400"))
    assert [await table.outcome(run) for run in "cd"] == [RequestRefused, Misconfigured]
    assert list(table.first.paused) == ["m"]


async def test_a_model_known_from_an_earlier_start_is_not_closed_by_one_request() -> None:
    table = Table("m")
    table.call("poison", "b")
    await table.model.begins("poison")
    table.model.fails("poison", RequestRefused("status 400"))
    await table.model.begins("b")
    table.model.answers("b")
    assert [await table.outcome(run) for run in ("poison", "b")] == [RequestRefused, "to b"]
    assert table.stop.why is None


async def test_a_model_that_never_answered_is_closed_by_any_refusal() -> None:
    table = Table()
    table.call("a", "b")
    await table.model.begins("a")
    table.model.fails("a", RequestRefused("status 400"))
    assert [await table.outcome(run) for run in "ab"] == [RequestRefused, Misconfigured]
    assert table.stop.why == "misconfigured"


@pytest.mark.parametrize("size", [1, 40])
async def test_never_more_than_one_call_is_under_way_before_an_answer(size: int) -> None:
    table = Table()
    runs = [f"r{number}" for number in range(size)]
    table.call(*runs)
    for run in runs:
        await table.model.begins(run)
        table.model.fails(run, Transient("for a moment"))
        assert await table.outcome(run) is Transient
    assert table.model.begun == runs
    assert table.model.most == 1
