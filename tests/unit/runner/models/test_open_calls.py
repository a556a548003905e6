"""How many calls are open: half on overload, more while it pays; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

from sociarium.errors import Overloaded, RateLimited
from sociarium.ports.model import ModelReply, ServedReply
from sociarium.ports.observer import News
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.workers.shutdown import StopSwitch
from tests.support.virtual_time import VirtualClock, run

GOOD = ServedReply(ModelReply("yes"), {}, 0.0)


class Nobody:
    def notice(self, news: News) -> None:
        pass


def endpoint(most: int) -> Endpoint:
    return Endpoint(
        "server",
        EndpointLimits(open=most),
        policy=RetryPolicy(),
        clock=VirtualClock(),
        observer=Nobody(),
        stop=StopSwitch(),
    )


async def keep_asking(one: Endpoint, ask: Callable[[], Awaitable[ServedReply]], *, runs: int, seconds: float) -> int:
    """Runs that ask one call after another for so long; returns how many were answered."""
    end = asyncio.get_running_loop().time() + seconds
    answered = 0

    async def of_run() -> None:
        nonlocal answered
        while asyncio.get_running_loop().time() < end:
            await one.call(ask)
            answered += 1

    await asyncio.gather(*(of_run() for _ in range(runs)))
    return answered


class Slots:
    """A server with so many slots of one second, and a queue before them; may turn away who finds too many there."""

    def __init__(self, slots: int, *, most: int = 10_000) -> None:
        self._free = asyncio.Semaphore(slots)
        self.most = most
        self.open = 0
        self.refused = 0

    async def __call__(self) -> ServedReply:
        if self.open >= self.most:
            self.refused += 1
            raise Overloaded("503", retry_after=1.0)
        self.open += 1
        try:
            async with self._free:
                await asyncio.sleep(1.0)
            return GOOD
        finally:
            self.open -= 1


def test_the_limit_grows_no_further_than_it_pays() -> None:
    async def work() -> tuple[int, int]:
        one, server = endpoint(256), Slots(8)
        server.most = 0
        asked = asyncio.create_task(one.call(server))
        await asyncio.sleep(0)
        while one.limit > 2:
            await asyncio.sleep(0.1)
        server.most = 10_000
        await asked
        answered = await keep_asking(one, server, runs=300, seconds=200)
        return one.limit, answered

    limit, answered = run(work)
    assert 8 <= limit <= 30, "two times what pays is tried, and no more"
    assert answered >= 8 * 200 * 0.9


def test_a_server_that_turns_away_what_is_too_much_is_asked_about_what_it_can_take() -> None:
    async def work() -> tuple[int, int, int]:
        one, server = endpoint(64), Slots(10, most=10)
        answered = await keep_asking(one, server, runs=64, seconds=600)
        return one.limit, answered, server.refused

    limit, answered, refused = run(work)
    assert limit <= 20
    assert answered >= 10 * 600 * 0.5
    assert refused <= answered * 0.2


def test_refusals_that_come_however_little_is_open_narrow_nothing_for_long() -> None:
    numbers = count(1)

    async def ask() -> ServedReply:
        if next(numbers) % 3 == 0:
            raise RateLimited("429", retry_after=0.2)
        await asyncio.sleep(1.0)
        return GOOD

    async def work() -> tuple[int, int]:
        one = endpoint(32)
        answered = await keep_asking(one, ask, runs=32, seconds=120)
        return one.limit, answered

    limit, answered = run(work)
    assert limit == 32
    assert answered >= 32 * 120 * 0.6
