"""Servers that hold fewer models than they are asked specialise; in virtual time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path

import pytest

from sociarium.ports.model import ChatMessage, ModelIdentity, ModelReply, ModelRequest, ServedReply
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
from tests.support.virtual_time import VirtualClock, run


class Nobody:
    def notice(self, news: News) -> None:
        pass


class Host(Offline):
    """Holds one model; answers one call after another."""

    def __init__(self, name: str, seconds: dict[str, float]) -> None:
        super().__init__()
        self.name, self.seconds = name, seconds
        self.asked: list[str] = []
        self._free = asyncio.Semaphore(1)

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.asked.append(request.model.name)
        async with self._free:
            await asyncio.sleep(self.seconds.get(request.model.name, 1.0))
        return ServedReply(ModelReply(self.name), {}, 1.0)

    @property
    def loads(self) -> int:
        return sum(before != after for before, after in zip([None, *self.asked], self.asked, strict=False))


class Lab:
    """Hosts that offer all models, behind one router."""

    def __init__(self, folder: Path, count: int, **seconds: float) -> None:
        clock, stop = VirtualClock(), StopSwitch()
        self.hosts = [Host(f"host{number}", seconds) for number in range(count)]
        self.answered: defaultdict[str, list[str]] = defaultdict(list)

        def opened(name: str, limits: EndpointLimits) -> Endpoint:
            return Endpoint(name, limits, policy=RetryPolicy(), clock=clock, observer=Nobody(), stop=stop)

        store = SqliteStore(folder / "s.db")
        versions = ModelVersions(store, "sweep", (), (), creator="ada", clock=clock, store_retry=StoreRetry())
        offers = [RouteSpec(host, host.name, EndpointLimits(loaded=1)) for host in self.hosts]
        routes = routes_of(dict.fromkeys("abc", offers), opened)
        first = FirstCalls(stop, answered=list("abc"))
        self.router = Router(routes, versions, first, observer=Nobody(), clock=clock)

    async def play(self, run_id: str, model: str, calls: int) -> float:
        """A run that asks one model so often; returns when it has ended."""
        request = ModelRequest(ModelIdentity(model, "offline", model, {}), (ChatMessage("user", "Well?"),))
        for _ in range(calls):
            served, _ = await self.router.ask(run_id, request)
            self.answered[model].append(served.reply.text)
        self.router.forget(run_id)
        return asyncio.get_running_loop().time()


def test_each_of_three_servers_goes_on_with_the_model_that_it_has(tmp_path: Path) -> None:
    async def work() -> Lab:
        lab = Lab(tmp_path, 3)
        await asyncio.gather(*(lab.play(f"{model}{number}", model, 5) for number in range(8) for model in "abc"))
        return lab

    lab = run(work)
    assert [host.loads for host in lab.hosts] == [1, 1, 1]
    assert {len(set(names)) for names in lab.answered.values()} == {1}


def test_a_model_that_nobody_has_is_loaded_where_another_server_has_the_same(tmp_path: Path) -> None:
    async def work() -> Lab:
        lab = Lab(tmp_path, 3)
        await asyncio.gather(*(lab.play(f"a{number}", "a", 30) for number in range(8)))
        await asyncio.gather(*(lab.play(f"{model}{number}", model, 5) for number in range(8) for model in "abc"))
        return lab

    lab = run(work)
    assert sum(host.loads for host in lab.hosts) == 5, "a on three of them, which did nothing for long; then b and c"


def test_what_one_server_alone_has_stays_there_though_it_was_asked_longest_ago(tmp_path: Path) -> None:
    async def work() -> Lab:
        lab = Lab(tmp_path, 3)
        await asyncio.gather(*(lab.play(f"a{number}", "a", 30) for number in range(8)))
        await lab.play("b", "b", 1)
        await asyncio.gather(*(lab.play(f"again{number}", "a", 3) for number in range(4)))
        await asyncio.sleep(1.0)
        for model in "cb":
            await lab.play(f"{model}, late", model, 1)
        return lab

    assert sum(host.loads for host in run(work).hosts) == 5, "c takes the place of one of two that have a"


def test_a_server_that_does_nothing_for_long_helps_with_what_another_has(tmp_path: Path) -> None:
    async def work() -> float:
        lab = Lab(tmp_path, 2)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(lab.play(f"a{number}", "a", 10) for number in range(8)))
        assert all(host.asked for host in lab.hosts)
        return asyncio.get_running_loop().time() - began

    assert run(work) < 60.0, "alone it takes 80 s"


@pytest.mark.parametrize("name", [f"waiting{number}" for number in range(6)])
def test_who_waits_for_a_model_goes_where_a_server_has_nothing_to_do_any_more(tmp_path: Path, name: str) -> None:
    async def work() -> float:
        lab = Lab(tmp_path, 2, a=30.0)
        long = [asyncio.create_task(lab.play(f"a{number}", "a", 10)) for number in range(2)]
        short = [asyncio.create_task(lab.play("b", "b", 5))]
        await asyncio.sleep(2.0)
        began = asyncio.get_running_loop().time()
        ended = await lab.play(name, "c", 3)
        for task in [*long, *short]:
            task.cancel()
        return ended - began

    assert run(work) < 30.0
