"""Servers that share the runs of a model, by how fast they answer; in virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.providers.offline import Offline
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import Router, RouteSpec, routes_of
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore
from tests.support.model_backends import asking
from tests.support.virtual_time import VirtualClock, run


class Nobody:
    def notice(self, news: News) -> None:
        pass


class Host(Offline):
    """Answers one call after another, each in so many seconds; or several at once."""

    def __init__(self, name: str, seconds: float, *, slots: int = 1) -> None:
        super().__init__()
        self.name, self.seconds, self.answered = name, seconds, 0
        self._free = asyncio.Semaphore(slots)

    async def ask(self, request: ModelRequest) -> ServedReply:
        async with self._free:
            await asyncio.sleep(self.seconds)
        self.answered += 1
        return ServedReply(ModelReply(self.name), {}, self.seconds)


def router(folder: Path, hosts: list[Host]) -> Router:
    clock = VirtualClock()

    def opened(name: str, limits: EndpointLimits) -> Endpoint:
        return Endpoint(name, limits, policy=RetryPolicy(), clock=clock, observer=Nobody(), stop=StopSwitch())

    store = SqliteStore(folder / "s.db")
    versions = ModelVersions(store, "sweep", (), (), creator="ada", clock=clock, store_retry=StoreRetry())
    offers = [RouteSpec(host, host.name) for host in hosts]
    first = FirstCalls(StopSwitch())
    return Router(routes_of({"entry": offers}, opened), versions, first, observer=Nobody(), clock=clock)


async def play(one: Router, *, runs: int, calls: int, at_once: int) -> tuple[float, list[list[str]]]:
    """Play runs of so many calls each; returns the seconds, and who answered each run."""
    left, answered, loop = iter(range(runs)), list[list[str]](), asyncio.get_running_loop()
    began, request = loop.time(), asking()

    async def of_slot() -> None:
        for number in left:
            run_id = f"run{number}"
            answered.append([(await one.ask(run_id, request))[0].reply.text for _ in range(calls)])
            one.forget(run_id)

    await asyncio.gather(*(of_slot() for _ in range(at_once)))
    return loop.time() - began, answered


@pytest.mark.parametrize("at_once", [8, 16, 32])
def test_three_hosts_of_which_each_is_twice_as_fast_as_the_other_share_the_work_accordingly(
    tmp_path: Path, at_once: int
) -> None:
    async def work() -> tuple[float, list[int]]:
        hosts = [Host("slow", 4.0), Host("middle", 2.0), Host("fast", 1.0)]
        seconds, _ = await play(router(tmp_path, hosts), runs=120, calls=10, at_once=at_once)
        return seconds, [host.answered for host in hosts]

    seconds, shares = run(work)
    assert seconds <= 1.15 * 120 * 10 / (1 / 4 + 1 / 2 + 1)
    assert shares == sorted(shares)


def test_hosts_that_are_alike_share_runs_evenly_and_each_run_stays(tmp_path: Path) -> None:
    async def work() -> tuple[list[int], list[list[str]]]:
        hosts = [Host(name, 1.0, slots=4) for name in ("a", "b", "c")]
        _, answered = await play(router(tmp_path, hosts), runs=60, calls=10, at_once=12)
        return [host.answered for host in hosts], answered

    shares, answered = run(work)
    assert max(shares) <= 1.3 * min(shares)
    assert sum(len(set(names)) > 1 for names in answered) <= 3


def test_a_host_that_becomes_slow_on_the_way_loses_its_runs(tmp_path: Path) -> None:
    async def work() -> float:
        hosts = [Host("a", 1.0, slots=4), Host("b", 1.0, slots=4)]
        one = router(tmp_path, hosts)
        await play(one, runs=8, calls=5, at_once=8)
        hosts[0].seconds = 60.0
        seconds, _ = await play(one, runs=40, calls=10, at_once=8)
        return seconds

    assert run(work) <= 40 * 10 / 4 * 1.15 + 3 * 60
