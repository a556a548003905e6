"""Endpoints and the retry policy: patience with servers, without losing a call or a night."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from sociarium.errors import EndpointUnavailable, Misconfigured, RateLimited, TimedOut, Transient
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ServedReply
from sociarium.ports.observer import News, Waiting
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.retry_policy import Attempts, GiveUp, RetryPolicy, Wait
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped

T = TypeVar("T")

QUICK = RetryPolicy(attempts=4, pause=0.001, longest_pause=0.004)
GOOD = ServedReply(ModelReply("yes"), {}, 0.0)


class Heard:
    def __init__(self) -> None:
        self.news: list[News] = []

    def notice(self, news: News) -> None:
        self.news.append(news)


def endpoint(
    limits: EndpointLimits | None = None, *, policy: RetryPolicy = QUICK, stop: StopSwitch | None = None
) -> Endpoint:
    return Endpoint(
        "server",
        limits or EndpointLimits(),
        policy=policy,
        clock=SystemClock(),
        observer=Heard(),
        stop=stop or StopSwitch(),
    )


class Server:
    """Answers by a script of errors; then well. Counts how many calls are open."""

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.calls = 0
        self.open = 0
        self.most = 0

    async def __call__(self) -> ServedReply:
        self.calls += 1
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(0.001)
            error = self.script.pop(0) if self.script else None
            if error:
                raise error
            return GOOD
        finally:
            self.open -= 1


async def test_a_moments_failure_is_tried_again_and_counted() -> None:
    server = Server(Transient("500"), Transient("dropped"))
    assert await endpoint().call(server) == (GOOD, 3)


async def test_failures_without_end_are_given_up_and_say_how_often() -> None:
    server = Server(*[Transient("500")] * 10)
    with pytest.raises(Transient, match=r"500 \(after 4 attempts\)"):
        await endpoint().call(server)
    assert server.calls == 4


async def test_what_is_misconfigured_is_not_tried_again() -> None:
    server = Server(Misconfigured("no such model"))
    with pytest.raises(Misconfigured):
        await endpoint().call(server)
    assert server.calls == 1


async def test_patience_asked_for_is_no_failure_however_often() -> None:
    server = Server(*[RateLimited("429", retry_after=0.001)] * 20)
    assert await endpoint().call(server) == (GOOD, 21)


async def test_a_server_that_is_away_is_asked_by_one_call_at_a_time_and_costs_no_run() -> None:
    server = Server()
    away = {"for": 12}

    async def ask() -> ServedReply:
        server.open += 1
        server.most = max(server.most, server.open)
        try:
            await asyncio.sleep(0.001)
            if away["for"]:
                away["for"] -= 1
                raise EndpointUnavailable("nobody answers")
            return GOOD
        finally:
            server.open -= 1

    one = endpoint()
    first = asyncio.create_task(one.call(ask))
    while not one.is_away:
        await asyncio.sleep(0)
    assert one.limit == 1
    server.most = 0
    others = [asyncio.create_task(one.call(ask)) for _ in range(8)]
    while away["for"]:
        await asyncio.sleep(0)
    most = server.most
    answers = await asyncio.gather(first, *others)
    assert [served for served, _ in answers] == [GOOD] * 9
    assert most == 1


async def test_overload_halves_the_limit_once_and_good_answers_widen_it_again() -> None:
    one = endpoint(EndpointLimits(open=16))
    overloaded = {"left": 10}

    async def ask() -> ServedReply:
        await asyncio.sleep(0.001)
        if overloaded["left"]:
            overloaded["left"] -= 1
            raise RateLimited("429", retry_after=0.001)
        return GOOD

    calls = [asyncio.create_task(one.call(ask)) for _ in range(16)]
    while overloaded["left"]:
        await asyncio.sleep(0)
    narrowed = one.limit
    await asyncio.gather(*calls)
    for _ in range(40):
        await asyncio.gather(*(one.call(ask) for _ in range(16)))
    widened = one.limit
    assert 4 <= narrowed <= 8, "ten refusals of one moment narrowed it more than once"
    assert widened == 16


async def test_never_more_calls_are_open_than_the_limit_says() -> None:
    server = Server()

    one = endpoint(EndpointLimits(open=3))
    await asyncio.gather(*(one.call(server) for _ in range(40)))
    assert (server.calls, server.most) == (40, 3)


async def test_calls_begin_no_faster_than_the_rate_says() -> None:
    one = endpoint(EndpointLimits(per_minute=6000))
    begun: list[float] = []

    async def ask() -> ServedReply:
        begun.append(asyncio.get_running_loop().time())
        return GOOD

    await asyncio.gather(*(one.call(ask) for _ in range(6)))
    assert begun[-1] - begun[0] >= 5 * 0.01 * 0.9


@pytest.mark.parametrize(
    "busy",
    [
        lambda one, ask: one.call(ask),
        lambda one, ask: one.call(Server(RateLimited("429", retry_after=3600.0))),
        lambda one, ask: one.call(Server(EndpointUnavailable("away"), *[EndpointUnavailable("away")] * 99)),
        lambda one, ask: one.call(Server(*[Transient("500")] * 99)),
    ],
)
async def test_stopping_gives_up_what_waits_and_finishes_what_is_under_way(
    busy: Callable[[Endpoint, Callable[[], Awaitable[ServedReply]]], Awaitable[tuple[ServedReply, int]]],
) -> None:
    slow = RetryPolicy(pause=1000.0, longest_pause=1000.0)

    stop = StopSwitch()
    one = endpoint(EndpointLimits(open=1), policy=slow, stop=stop)
    go = asyncio.Event()

    async def under_way() -> ServedReply:
        await go.wait()
        return GOOD

    first = asyncio.create_task(one.call(under_way))
    await asyncio.sleep(0)
    waiting = asyncio.ensure_future(busy(one, under_way))
    await asyncio.sleep(0.01)
    stop.drain("interrupted", "test")
    with pytest.raises(WorkStopped):
        await waiting
    go.set()
    assert await first == (GOOD, 1)
    with pytest.raises(WorkStopped):
        await one.call(under_way)


async def test_a_cancelled_call_gives_its_place_back() -> None:
    one = endpoint(EndpointLimits(open=1))
    held = asyncio.create_task(one.call(lambda: asyncio.sleep(3600, GOOD)))
    queued = asyncio.create_task(one.call(Server()))
    last = asyncio.create_task(one.call(Server()))
    await asyncio.sleep(0.01)
    queued.cancel()
    held.cancel()
    assert await last == (GOOD, 1)


def test_the_policy_waits_ever_longer_within_its_bounds() -> None:
    policy = RetryPolicy(attempts=9, pause=0.5, longest_pause=30)
    pauses = [policy.decide(Transient(), Attempts(n), chance=0.5) for n in range(1, 9)]
    assert pauses == [Wait(seconds) for seconds in (0.5, 1, 2, 4, 8, 16, 30, 30)]
    assert policy.decide(Transient(), Attempts(9), chance=0.5) == GiveUp()
    asked = policy.decide(RateLimited(retry_after=7), Attempts(1), chance=0.5)
    assert asked == Wait(7, everybody=True, narrows=True)
    assert policy.decide(EndpointUnavailable(), Attempts(9), chance=0.5) == Wait(2.0, everybody=True)
    assert policy.decide(EndpointUnavailable(), Attempts(99, waited=3600), chance=0.5) == GiveUp(stops=True)


def test_time_that_runs_out_is_a_queue_where_the_server_lives_and_an_absence_where_it_does_not() -> None:
    policy = RetryPolicy(attempts=2, pause=0.5)
    queued = policy.decide(TimedOut(), Attempts(50), chance=0.5, alive=True)
    assert queued == Wait(30.0, narrows=True), "a place in a queue is no failed attempt, however often"
    assert policy.decide(TimedOut(), Attempts(50), chance=0.5) == Wait(2.0, everybody=True)
    long = policy.longest_patience
    assert policy.decide(TimedOut(), Attempts(9, long, answered=True), chance=0.5, alive=True) == GiveUp()
    assert policy.decide(TimedOut(), Attempts(9, long, answered=False), chance=0.5, alive=True) == GiveUp(stops=True)
    assert policy.decide(TimedOut(), Attempts(9, long), chance=0.5) == GiveUp(stops=True)


async def test_what_it_waits_for_is_told() -> None:
    heard = Heard()

    one = Endpoint(
        "http://here", EndpointLimits(), policy=QUICK, clock=SystemClock(), observer=heard, stop=StopSwitch()
    )
    await one.call(Server(EndpointUnavailable("nobody answers"), EndpointUnavailable("nobody answers")))
    assert [news.what for news in heard.news if isinstance(news, Waiting)] == ["http://here: nobody answers"]


async def test_who_leaves_the_queue_in_the_moment_of_his_turn_passes_it_on() -> None:
    one_at_a_time = endpoint(EndpointLimits(open=1))
    leaving: list[asyncio.Task[Any]] = []

    async def ask() -> ServedReply:
        await asyncio.sleep(0.001)
        for task in leaving:
            # Not before the turn is given to it, and before it takes it.
            asyncio.get_running_loop().call_soon(task.cancel)
        leaving.clear()
        return GOOD

    first, second, third = [asyncio.create_task(one_at_a_time.call(ask)) for _ in range(3)]
    leaving.append(second)
    await asyncio.wait([first, second])
    assert second.cancelled()
    async with asyncio.timeout(10):
        served, _ = await third
    assert served == GOOD


async def test_who_waits_in_the_queue_is_sent_away_when_the_work_stops() -> None:
    stop = StopSwitch()
    one_at_a_time = endpoint(EndpointLimits(open=1), stop=stop)
    server = Server()
    calls = [asyncio.create_task(one_at_a_time.call(server)) for _ in range(5)]
    await asyncio.sleep(0)
    stop.drain("interrupted", "")
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert found[0] == (GOOD, 1)
    assert [type(one) for one in found[1:]] == [WorkStopped] * 4
    assert server.calls == 1
