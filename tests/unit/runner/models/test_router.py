"""The desk: each run stays with a server, and no run waits for one that is away while another is there."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from sociarium.errors import EndpointUnavailable, Misconfigured, SetupError
from sociarium.experiment.opening_hours import read_hours
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelIdentity, ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.providers.offline import Offline
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import Router, RouteSpec, routes_of, whole_reply
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore
from tests.support.model_backends import asking

RUNS = [f"run{number}" for number in range(24)]


class Nobody:
    def notice(self, news: News) -> None:
        pass


class Server(Offline):
    """Answers with its name, or is away."""

    def __init__(self, name: str, *, away: bool = False) -> None:
        super().__init__()
        self.name = name
        self.away = away
        self.asked = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise EndpointUnavailable(f"nobody answers at {self.name}")
        return ServedReply(ModelReply(self.name), {}, 0.0)


def desk(folder: Path, *servers: Server, pause: float = 0.001, limits: EndpointLimits | None = None) -> Router:
    clock = SystemClock()

    def opened(name: str, found: EndpointLimits) -> Endpoint:
        policy = RetryPolicy(pause=pause, longest_pause=pause)
        return Endpoint(name, found, policy=policy, clock=clock, observer=Nobody(), stop=StopSwitch())

    offers = [RouteSpec(server, server.name, limits or EndpointLimits()) for server in servers]
    store = SqliteStore(folder / "s.db")
    epochs = ModelVersions(store, "sweep", (), (), creator="ada", clock=clock, store_retry=StoreRetry())
    return Router(
        routes_of({"entry": offers}, opened), epochs, FirstCalls(StopSwitch()), observer=Nobody(), clock=clock
    )


async def answers(one: Router, runs: list[str], *, times: int = 1) -> list[str]:
    """Who answers each run, asked side by side; and so often in turn."""
    request = asking()

    async def of(run: str) -> list[str]:
        return [(await one.ask(run, request))[0].reply.text for _ in range(times)]

    asked = asyncio.gather(*(of(run) for run in runs))
    return [text for texts in await asyncio.wait_for(asked, 60) for text in texts]


async def test_servers_share_the_runs_and_each_run_stays_with_its_own(tmp_path: Path) -> None:
    one = desk(tmp_path, Server("a"), Server("b"), Server("c"))
    found = await answers(one, RUNS, times=3)
    assert min(Counter(found).values()) >= 9
    assert set(Counter(found)) == {"a", "b", "c"}
    assert all(len(set(found[3 * k : 3 * k + 3])) == 1 for k in range(len(RUNS)))


async def test_no_run_waits_for_a_server_that_is_away_while_another_is_there(tmp_path: Path) -> None:
    gone = Server("gone", away=True)
    one = desk(tmp_path, gone, Server("there"), pause=3600.0, limits=EndpointLimits(open=2))
    assert set(await answers(one, RUNS, times=2)) == {"there"}
    assert 1 <= gone.asked <= 2, "asked again before its time"


async def test_a_server_that_comes_back_gets_its_runs_again(tmp_path: Path) -> None:
    gone, there = Server("a", away=True), Server("b")
    one = desk(tmp_path, gone, there)

    assert set(await answers(one, RUNS)) == {"b"}
    gone.away = False
    async with asyncio.timeout(60):
        while "a" not in await answers(one, RUNS):
            await asyncio.sleep(0.001)
    assert min(Counter(await answers(one, RUNS)).values()) >= 6


async def test_when_all_are_away_runs_wait_for_whoever_comes_back_first(tmp_path: Path) -> None:
    first, second = Server("a", away=True), Server("b", away=True)
    one = desk(tmp_path, first, second, limits=EndpointLimits(open=3))

    asked = asyncio.create_task(answers(one, RUNS))
    while first.asked < 3 or second.asked < 3:
        assert not asked.done()
        await asyncio.sleep(0.001)
    second.away = False
    assert set(await asked) == {"b"}


async def test_attempts_are_counted_over_all_servers(tmp_path: Path) -> None:
    gone, there = Server("a", away=True), Server("b")
    one = desk(tmp_path, gone, there, pause=3600.0)

    request = asking()
    assert sorted([(await one.ask(run, request))[1] for run in RUNS]) == [1] * (len(RUNS) - 1) + [2]


async def test_a_model_that_nothing_serves_is_said_to_be(tmp_path: Path) -> None:
    one = desk(tmp_path, Server("a"))
    request = ModelRequest(ModelIdentity("other", "any", "m", {}), asking().messages)
    with pytest.raises(Misconfigured, match="nothing serves the model 'other'"):
        await one.ask("run", request)


def test_hours_that_never_come_together_are_refused(tmp_path: Path) -> None:
    hours = (read_hours("1:00-2:00"), read_hours("3:00-4:00"))
    with pytest.raises(SetupError, match="no minute in common"):
        desk(tmp_path, Server("a"), limits=EndpointLimits(hours=hours))


def test_what_an_adapter_found_out_reaches_runs_whole() -> None:
    told = {"reply": ModelReply("Yes."), "sent": {"max_tokens": 5}, "seconds": 1.5, "cached_tokens": 7}
    told |= {name: f"its {name}" for name in ("served_model", "digest", "fingerprint", "hardware")}
    served = ServedReply(**told, learned=("a lesson",))
    whole = whole_reply(served, "http://box", "")
    differing = {one.name for one in fields(ServedReply) if getattr(whole, one.name) != getattr(served, one.name)}
    assert differing == {"endpoint"}
    assert (whole.endpoint, whole_reply(served, "http://box", "gpu").hardware) == ("http://box", "gpu")
