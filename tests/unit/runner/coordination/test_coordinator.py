"""One coordinator and its workers, over real sockets in one process: what holds in one process holds across them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sociarium.errors import ModelChanged, ModelError, RateLimited, Transient
from sociarium.experiment.models import Price
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import News, RunDone, RunFailed, RunStarted, Waiting
from sociarium.providers.offline import Offline
from sociarium.records.runs import Counters
from sociarium.records.steering import Action, SteeringOrder
from sociarium.runner.coordination.coordinator import Coordinator
from sociarium.runner.coordination.link import Link, open_link
from sociarium.runner.coordination.messages import (
    Concurrency,
    Drain,
    Finished,
    Go,
    Message,
    Ordered,
    ProbeServer,
    Refused,
    Settled,
    Standing,
)
from sociarium.runner.coordination.remote_models import remote_routes
from sociarium.runner.coordination.remote_router import RemoteRouter
from sociarium.runner.coordination.work import as_heard
from sociarium.runner.models.budget import Bounds, Spending
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.models.orders import ModelHeld, Orders, RunEnded
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import Router, RouteSpec, routes_of
from sociarium.runner.sweep.obey import obey
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore
from tests.support.model_backends import asking

NAME = asking().model.name


@dataclass
class Listener:
    news: list[News] = field(default_factory=list)

    def notice(self, news: News) -> None:
        self.news.append(news)


class Server(Offline):
    """Answers when the test lets it; all workers of a test ask the same one.

    Attributes:
        under_way: calls that wait for their answer, in order. most: at once, at most.
    """

    def __init__(self, *, at_once: bool = False) -> None:
        super().__init__()
        self.at_once = at_once
        self.under_way: list[asyncio.Future[ServedReply]] = []
        self.asked = 0
        self.most = 0
        self.digest = "one"

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.asked += 1
        if self.at_once:
            return self.reply()
        call = asyncio.get_running_loop().create_future()
        self.under_way.append(call)
        self.most = max(self.most, len(self.under_way))
        try:
            return await call
        finally:
            self.under_way.remove(call)

    def reply(self, text: str = "The words.") -> ServedReply:
        return ServedReply(ModelReply(text, prompt_tokens=70, completion_tokens=30), {}, 0.1, digest=self.digest)

    async def begins(self, number: int) -> None:
        """Wait until so many calls are under way, and see that no further one comes."""
        async with asyncio.timeout(10):
            while len(self.under_way) < number:
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        assert len(self.under_way) == number

    def answers(self, text: str = "The words.") -> None:
        self.under_way[0].set_result(self.reply(text))

    def fails(self, error: ModelError) -> None:
        self.under_way[0].set_exception(error)


@dataclass
class Table:
    """A coordinator and two workers."""

    server: Server
    stop: StopSwitch
    listener: Listener
    spending: Spending
    coordinator: Coordinator
    orders: Orders
    router: Router
    routers: list[RemoteRouter] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    serving: list[asyncio.Task[Finished | None]] = field(default_factory=list)

    async def add_worker(self, routes: dict[str, list[RouteSpec]]) -> None:
        ours, theirs = socket.socketpair()
        link, remote = await open_link(ours), await open_link(theirs)
        stop = StopSwitch()
        router = RemoteRouter(remote, routes, Orders(stop))

        def take(message: Message) -> None:
            match message:
                case Go() | ProbeServer() | Settled() | Refused() | Standing():
                    router.take(message)
                case Ordered():
                    router.orders.add(message.orders)
                case Concurrency():
                    router.orders.take_part(message.runs)
                case Drain(why=str(why)):
                    stop.drain(why, message.message)

        remote.listen(take)
        self.serving.append(asyncio.create_task(self.coordinator.serve(link, len(self.serving))))
        self.routers.append(router)
        self.links.append(remote)

    def ask(self, worker: int, run: str) -> asyncio.Task[tuple[ServedReply, int]]:
        return asyncio.create_task(self.routers[worker].ask(run, asking()))

    def order(self, action: Action, target: Mapping[str, object] | None = None, value: object = None) -> None:
        number = self.orders.state.number + 1
        fresh = [SteeringOrder("sweep", number, action, target, value, None, "", "ada", "")]
        self.orders.add(fresh)
        self.coordinator.tell_orders(fresh)
        obey(fresh, self.orders, self.router, self.listener)

    async def hear(self, worker: int, *news: News) -> None:
        for one in news:
            self.links[worker].send(as_heard(one))
        await asyncio.sleep(0.02)


@asynccontextmanager
async def table(
    folder: Path, limits: EndpointLimits | None = None, *, bounds: Bounds | None = None, at_once: bool = False
) -> AsyncIterator[Table]:
    server, stop, listener, clock = Server(at_once=at_once), StopSwitch(), Listener(), SystemClock()

    def endpoint(name: str, limit: EndpointLimits) -> Endpoint:
        policy = RetryPolicy(pause=0.001, longest_pause=0.001)
        return Endpoint(name, limit, policy=policy, clock=clock, observer=listener, stop=stop)

    routes = {NAME: [RouteSpec(server, "http://server", limits or EndpointLimits())]}
    versions = ModelVersions(
        SqliteStore(folder / "s.db"), "sweep", (), (), creator="ada", clock=clock, store_retry=StoreRetry()
    )
    orders = Orders(stop, concurrency=6, bounds=bounds)
    router = Router(
        routes_of(remote_routes(routes), endpoint),
        versions,
        FirstCalls(stop),
        observer=listener,
        clock=clock,
        orders=orders,
    )
    spending = Spending({NAME: Price(input=1, output=1)})
    one = Table(
        server,
        stop,
        listener,
        spending,
        Coordinator(router, spending, orders, stop=stop, observer=listener),
        orders,
        router,
    )
    await one.add_worker(routes)
    await one.add_worker(routes)
    try:
        yield one
    finally:
        for link in one.links:
            link.abort()
        await asyncio.wait_for(asyncio.gather(*one.serving), 10)


async def test_the_first_call_goes_alone_and_then_a_limit_of_open_calls_holds_for_both(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=3)) as one:
        calls = [one.ask(number % 2, f"run{number}") for number in range(8)]
        await one.server.begins(1)
        one.server.answers()
        await one.server.begins(3)
        for _ in range(7):
            await one.server.begins(min(3, 8 - sum(call.done() for call in calls)))
            one.server.answers()
            await asyncio.sleep(0.02)
        served = await asyncio.gather(*calls)
        assert one.server.most == 3
        assert {reply.reply.text for reply, _ in served} == {"The words."}
        assert {reply.endpoint for reply, _ in served} == {"http://server"}
        assert (one.spending.calls, one.spending.prompt_tokens, one.spending.completion_tokens) == (8, 560, 240)


async def test_a_call_that_fails_is_made_again_by_its_worker(tmp_path: Path) -> None:
    async with table(tmp_path) as one:
        call = one.ask(0, "run")
        await one.server.begins(1)
        one.server.fails(Transient("it broke"))
        await one.server.begins(1)
        one.server.answers("At last.")
        served, attempts = await call
        assert (served.reply.text, attempts) == ("At last.", 2)


async def test_patience_that_one_worker_was_asked_for_holds_for_the_other(tmp_path: Path) -> None:
    async with table(tmp_path) as one:
        one.ask(0, "run0")
        await one.server.begins(1)
        one.server.fails(RateLimited("slowly", retry_after=0.3))
        await one.server.begins(0)
        one.ask(1, "run1")
        await asyncio.sleep(0.1)
        await one.server.begins(0)
        assert any(isinstance(news, Waiting) and "patience" in news.what for news in one.listener.news)


async def test_what_serves_a_model_is_one_thing_for_all_workers(tmp_path: Path) -> None:
    async with table(tmp_path, at_once=True) as one:
        await one.ask(0, "run0")
        one.server.digest = "two"
        with pytest.raises(ModelChanged):
            await one.ask(1, "run1")
        await asyncio.sleep(0.02)
        assert [list(router.paused) for router in one.routers] == [[NAME], [NAME]]


async def test_nothing_goes_out_once_a_budget_is_reached(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=2), bounds=Bounds(tokens=150)) as one:
        calls = [one.ask(number % 2, f"run{number}") for number in range(6)]
        await one.server.begins(1)
        one.server.answers()
        await one.server.begins(2)
        one.server.answers()
        await asyncio.sleep(0.02)
        one.server.answers()  # it was open
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(isinstance(result, WorkStopped) for result in results) == 3
        assert one.stop.why == "budget"
        assert (one.server.asked, one.spending.calls) == (3, 3)


async def test_the_open_calls_of_a_worker_that_is_gone_hold_nobody_up(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=1)) as one:
        lost = one.ask(0, "run0")
        await one.server.begins(1)
        waits = one.ask(1, "run1")
        one.links[0].abort()
        lost.cancel()
        assert await one.serving[0] is None
        await one.server.begins(1)
        one.server.answers("To the other.")
        assert (await waits)[0].reply.text == "To the other."


async def test_a_call_that_nobody_waits_for_any_more_gives_its_place_to_the_next(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=1)) as one:
        first, second = one.ask(0, "run0"), one.ask(0, "run1")
        await one.server.begins(1)
        first.cancel()
        await asyncio.sleep(0.02)
        await one.server.begins(1)
        one.server.answers()
        await second


async def test_a_worker_without_coordinator_asks_nothing_more(tmp_path: Path) -> None:
    async with table(tmp_path) as one:
        call = one.ask(0, "run0")
        await one.server.begins(1)
        one.server.answers()
        await call
        router = one.routers[0]
        waits = one.ask(0, "run1")
        await one.server.begins(1)
        router.link.abort()
        await router.link.ended.wait()
        router.stop()
        one.server.answers()
        with pytest.raises(WorkStopped):
            await waits
        with pytest.raises(WorkStopped):
            await router.ask("run2", asking())


async def test_each_end_of_a_run_is_told_once_whoever_met_it(tmp_path: Path) -> None:
    async with table(tmp_path) as one:
        started = RunStarted("mine", {}, 1, resumed=False)
        done = RunDone("mine", "completed", Counters())
        await one.hear(0, started)
        await one.hear(1, replace(done, elsewhere=True), Waiting("1 runs that other workers hold", "others"))
        await one.hear(0, done)
        await one.hear(1, replace(done, elsewhere=True))
        abroad = RunFailed("of another machine", "no", elsewhere=True)
        await one.hear(0, abroad)
        await one.hear(1, abroad)
        assert one.listener.news == [started, done, abroad]


async def test_a_pause_holds_the_calls_of_all_workers_that_stand_in_a_queue(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=2)) as one:
        await warm(one)
        calls = [one.ask(number % 2, f"run{number}") for number in range(6)]
        await one.server.begins(2)
        one.order("pause", value="hold")
        for left in (1, 0):
            one.server.answers()
            await one.server.begins(left)
        one.order("continue")
        await one.server.begins(2)
        for _ in range(4):
            one.server.answers()
            await asyncio.sleep(0.02)
        assert {served.reply.text for served, _ in await asyncio.gather(*calls)} == {"The words."}


async def test_runs_are_given_back_when_a_model_is_paused(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=1)) as one:
        await warm(one)
        calls = [one.ask(number % 2, f"run{number}") for number in range(4)]
        await one.server.begins(1)
        one.order("pause", {"model": NAME}, "drain")
        one.server.answers()  # it was under way
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(result) for result in results].count(ModelHeld) == 3
        assert one.server.under_way == []


async def test_a_cancelled_run_makes_no_further_call_whoever_plays_it(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=1)) as one:
        await warm(one)
        for worker, router in enumerate(one.routers):
            router.orders.begin(f"run{worker}", {"tone": ("mild", "harsh")[worker]}, {NAME})
        first = one.ask(0, "run0")
        await one.server.begins(1)
        waits = one.ask(1, "run1")
        await asyncio.sleep(0.02)
        one.order("cancel", {"condition": {"tone": "harsh"}})
        one.server.answers()
        assert (await first)[0].reply.text == "The words."
        with pytest.raises(RunEnded):
            await waits
        with pytest.raises(RunEnded):
            await one.ask(1, "run1")
        await one.server.begins(0)


async def test_a_run_that_another_worker_took_up_does_not_end_with_the_one_that_lost_it(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=1)) as one:
        await warm(one)
        for router in one.routers:
            router.orders.begin("run", {"tone": "harsh"}, {NAME})
        lost = one.ask(0, "run")
        await one.server.begins(1)
        await one.hear(0, RunStarted("run", {}, 1, resumed=False, messages=1, spoken=0))
        waits = one.ask(1, "run")
        await asyncio.sleep(0.02)
        one.links[0].abort()
        lost.cancel()
        await one.serving[0]
        assert one.orders.open_run("run") is not None
        await one.server.begins(1)
        one.server.answers()
        await waits


async def test_limits_that_somebody_changes_hold_for_all_workers_together(tmp_path: Path) -> None:
    async with table(tmp_path, EndpointLimits(open=1)) as one:
        await warm(one)
        calls = [one.ask(number % 2, f"run{number}") for number in range(6)]
        await one.server.begins(1)
        one.order("limits", value={"open": 3})
        await one.server.begins(3)
        for _ in range(6):
            one.server.answers()
            await asyncio.sleep(0.02)
        await asyncio.gather(*calls)


async def test_the_concurrency_is_divided_anew_when_it_is_changed_and_when_a_worker_is_gone(tmp_path: Path) -> None:
    async with table(tmp_path) as one:
        await asyncio.sleep(0.02)
        assert [router.orders.concurrency for router in one.routers] == [3, 3]
        one.order("concurrency", value=1)
        await asyncio.sleep(0.02)
        assert [router.orders.concurrency for router in one.routers] == [1, 0]
        one.links[0].abort()
        await one.serving[0]
        await asyncio.sleep(0.02)
        assert one.routers[1].orders.concurrency == 1


async def test_a_worker_cuts_a_reply_where_its_turn_ends_as_one_process_does(tmp_path: Path) -> None:
    async with table(tmp_path) as one:
        call = one.ask(0, "run")
        await one.server.begins(1)
        one.server.answers("The words.<turn|> and \ud800 more")
        served, _ = await call
        assert served.reply.text == "The words."
        assert served.reply.after_turn.startswith("<turn|>")
        assert served.reply.replaced
        assert served.endpoint == "http://server"


async def warm(one: Table) -> None:
    """Make the first call to the model, which goes alone."""
    call = one.ask(0, "before")
    await one.server.begins(1)
    one.server.answers()
    await call
