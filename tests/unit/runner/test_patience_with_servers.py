"""How long an endpoint waits, for what, and what it says meanwhile; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from sociarium.errors import EndpointUnavailable, ModelError, Overloaded, RateLimited, TimedOut, Transient
from sociarium.ports.model import ModelReply, ServedReply
from sociarium.ports.observer import News, Waiting, WaitingOver
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.workers.shutdown import StopSwitch
from tests.support.virtual_time import VIRTUAL_TIME, VirtualClock


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return VIRTUAL_TIME


GOOD = ServedReply(ModelReply("yes"), {}, 0.0)


class Heard:
    def __init__(self) -> None:
        self.news: list[News] = []

    def notice(self, news: News) -> None:
        self.news.append(news)

    @property
    def shown(self) -> list[str]:
        """What a screen shows of the waiting, at the end of each piece of news."""
        return [news.what if isinstance(news, Waiting) else "" for news in self.news
                if isinstance(news, Waiting | WaitingOver)]  # fmt: skip


def endpoint(heard: Heard | None = None, *, policy: RetryPolicy | None = None, most: int = 16) -> Endpoint:
    return Endpoint(
        "http://here",
        EndpointLimits(open=most),
        policy=policy or RetryPolicy(),
        clock=VirtualClock(),
        observer=heard or Heard(),
        stop=StopSwitch(),
    )


def now() -> float:
    return asyncio.get_running_loop().time()


def scripted(*script: ModelError | None, seconds: float = 0.0, log: list[float] | None = None) -> Callable[
    [], Awaitable[ServedReply]
]:  # fmt: skip
    """Answers by a script of errors, then well; notes when each call began."""
    left = list(script)

    async def ask() -> ServedReply:
        if log is not None:
            log.append(now())
        await asyncio.sleep(seconds)
        error = left.pop(0) if left else None
        if error is not None:
            raise error
        return GOOD

    return ask


async def living() -> bool:
    return True


async def silent() -> bool:
    return False


async def test_a_refusal_after_a_long_absence_is_waited_for_as_briefly_as_the_first_of_all() -> None:
    begun: list[float] = []

    away = [EndpointUnavailable("nobody answers")] * 30
    await endpoint().call(scripted(*away, Overloaded("503"), log=begun))
    assert begun[-1] - begun[-2] == pytest.approx(0.5)


async def test_refusals_of_one_moment_are_one_refusal() -> None:
    ends: list[float] = []

    one = endpoint()
    await asyncio.gather(*(one.call(scripted(Overloaded("503"), seconds=1.0, log=ends)) for _ in range(16)))
    again = sorted(ends)[16]
    assert again - ends[0] == pytest.approx(1.5), "sixteen calls that met one outage were taken for sixteen in a row"


async def test_an_answer_between_two_refusals_of_one_moment_begins_the_count_anew() -> None:
    one = endpoint()
    first = one.call(scripted(Overloaded("503"), seconds=1.0))
    answered = one.call(scripted(seconds=1.2))
    last = one.call(scripted(Overloaded("503"), seconds=1.4))
    assert await asyncio.gather(first, answered, last) == [(GOOD, 2), (GOOD, 1), (GOOD, 2)]


async def test_refusals_in_a_row_are_waited_for_ever_longer() -> None:
    begun: list[float] = []

    await endpoint().call(scripted(*[Overloaded("503")] * 4, log=begun))
    pauses = [later - earlier for earlier, later in pairwise(begun)]
    assert pauses == pytest.approx([0.5, 1, 2, 4])


async def test_what_is_waited_for_is_shown_while_it_lasts_and_no_longer() -> None:
    heard = Heard()

    one = endpoint(heard)
    errors = [EndpointUnavailable("nobody answers"), EndpointUnavailable("nobody answers"), Overloaded("503")]
    await one.call(scripted(*errors))
    assert one.waiting == ""
    assert heard.shown == ["http://here: nobody answers", "http://here, which asks for patience (1 s)", ""]


async def test_time_spent_in_a_servers_queue_is_no_failed_attempt_and_less_is_asked_at_once() -> None:
    heard = Heard()

    one = endpoint(heard, policy=RetryPolicy(attempts=2))
    served, attempts = await one.call(scripted(*[TimedOut("10 s")] * 9, seconds=10.0), is_alive=living)
    assert (served, attempts) == (GOOD, 10)
    assert one.limit < 16
    assert one.waiting == ""
    assert heard.shown == ["http://here, in whose queue a call stands", ""]


async def test_a_server_that_is_away_behind_a_gateway_is_waited_for_and_fails_no_call() -> None:
    heard, began = Heard(), now()

    one = endpoint(heard)
    served, attempts = await one.call(scripted(*[Transient("status 502")] * 300), is_alive=silent)
    assert (served, attempts) == (GOOD, 301)
    assert 300 <= now() - began <= 600, "it is looked at every two seconds at most"
    assert heard.shown == ["http://here: status 502", ""]
    with pytest.raises(EndpointUnavailable):  # the sweep stops, resumable
        await one.call(scripted(*[Transient("status 502")] * 9999), is_alive=silent)


async def test_a_server_that_fails_and_shows_signs_of_life_is_asked_a_bounded_number_of_times() -> None:
    one, log = endpoint(), list[float]()
    with pytest.raises(Transient, match="after 8 attempts"):
        await one.call(scripted(*[Transient("status 500")] * 99, log=log), is_alive=living)
    assert len(log) == 8


async def test_an_answer_to_another_call_shows_that_the_server_lives() -> None:
    one = endpoint(policy=RetryPolicy(attempts=1))
    slow = asyncio.create_task(one.call(scripted(TimedOut("10 s"), seconds=10.0), is_alive=silent))
    await one.call(scripted(seconds=5.0))
    _, attempts = await slow
    assert attempts == 2


async def test_a_call_that_can_never_be_answered_ends_alone_while_others_are_answered() -> None:
    one, began = endpoint(), now()
    over = asyncio.Event()

    async def others() -> None:
        while not over.is_set():
            await one.call(scripted(seconds=5.0))

    busy = asyncio.create_task(others())
    with pytest.raises(TimedOut, match="`timeout`"):
        await one.call(scripted(*[TimedOut("600 s")] * 99, seconds=600.0), is_alive=living)
    over.set()
    await busy
    assert 3600 <= now() - began < 5000


async def test_a_server_that_lives_and_answers_no_call_stops_the_sweep_in_the_end() -> None:
    with pytest.raises(EndpointUnavailable):
        await endpoint().call(scripted(*[TimedOut("600 s")] * 99, seconds=600.0), is_alive=living)


async def test_a_server_that_is_silent_altogether_is_away_and_looked_at_cheaply() -> None:
    begun: list[float] = []

    one = endpoint()
    back = now() + 700.0

    async def is_alive() -> bool:
        return now() >= back

    await one.call(scripted(TimedOut("600 s"), seconds=600.0, log=begun), is_alive=is_alive)
    late = begun[1] - back
    assert len(begun) == 2
    assert 0 <= late <= 2.0, "an absence costs its length, not another whole call"


async def test_who_leaves_while_a_sign_of_life_is_looked_for_gives_the_place_back() -> None:
    async def work() -> tuple[ServedReply, int]:
        one = endpoint(most=1)
        looking = asyncio.Event()

        async def is_alive() -> bool:
            looking.set()
            return await asyncio.sleep(3600.0, True)

        leaving = asyncio.create_task(one.call(scripted(TimedOut("10 s"), seconds=10.0), is_alive=is_alive))
        await looking.wait()
        leaving.cancel()
        await asyncio.wait([leaving])
        async with asyncio.timeout(60):
            return await one.call(scripted())

    assert await work() == (GOOD, 1)


async def test_a_failure_says_that_a_server_is_there() -> None:
    one = endpoint()
    errors = [EndpointUnavailable("away"), Transient("500")]
    asked = asyncio.create_task(one.call(scripted(*errors)))
    await asyncio.sleep(0.6)
    is_away = one.is_away
    await asked
    assert not is_away


async def test_a_server_that_asks_for_a_year_is_waited_for_an_hour_and_the_sweep_then_stops() -> None:
    begun: list[float] = []
    patience = [RateLimited("429", retry_after=3e7)] * 9
    with pytest.raises(RateLimited):
        await endpoint().call(scripted(*patience, log=begun))
    assert [later - earlier for earlier, later in pairwise(begun)] == pytest.approx([3600])


@pytest.mark.parametrize("minutes", [1, 10, 55])
async def test_an_absence_of_minutes_costs_no_call(minutes: int) -> None:
    one, back, answered = endpoint(), now() + 60 * minutes, 0

    async def ask() -> ServedReply:
        nonlocal answered
        await asyncio.sleep(0.01)
        if now() < back:
            raise EndpointUnavailable("nobody answers")
        answered += 1
        return GOOD

    results = await asyncio.gather(*(one.call(ask) for _ in range(16)))
    assert [served for served, _ in results] == [GOOD] * 16
    assert answered == 16
    assert now() - back <= 3.0
