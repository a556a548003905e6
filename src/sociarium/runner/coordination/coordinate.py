"""A start of a sweep that several processes play: they are begun, served by one coordinator, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sociarium.ports.observer import News, Observer, Waiting, WaitingOver
from sociarium.ports.store import Store
from sociarium.records.steering import SteeringOrder
from sociarium.runner.coordination.coordinator import Coordinator
from sociarium.runner.coordination.declared_stop_watch import declared_stop_watch
from sociarium.runner.coordination.link import Link
from sociarium.runner.coordination.messages import Finished, Play
from sociarium.runner.coordination.processes import WorkerProcess
from sociarium.runner.coordination.remote_models import remote_routes
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.router import Router, RouteSpec
from sociarium.runner.sweep.declared_stop import declared_stop
from sociarium.runner.sweep.obey import obey, recount_news, started_news, tell_pauses
from sociarium.runner.sweep.order import order_of_sweep
from sociarium.runner.sweep.order_watch import OrderWatch
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.result import Result
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import (
    SweepOutcome,
    SweepPorts,
    make_spending,
    orders_and_router,
    outcome_of,
    stop_after_time,
)
from sociarium.runner.workers.process import this_worker


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where workers of a start are begun.

    Attributes:
        begin: begins a process, which then listens on a link.
        url: of the store, as the workers open it.
        pace: seconds that the offline model takes for an answer.
        folders: where code of the researcher's own is looked for.
    """

    begin: Callable[[], Awaitable[tuple[WorkerProcess, Link]]]
    url: str
    pace: float = 0.0
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class _EndpointWatch:
    """Hears what endpoints wait for, and lets the workers know, who say it to whoever asks for their status."""

    observer: Observer
    tell: Callable[[], None] = lambda: None

    def notice(self, news: News) -> None:
        self.observer.notice(news)
        if isinstance(news, Waiting | WaitingOver):
            self.tell()


async def coordinate(
    store: Store,
    begun: StartedSweep,
    routes: Mapping[str, Sequence[RouteSpec]],
    options: PlayOptions,
    ports: SweepPorts,
    *,
    workplace: Workplace,
    creator: str = "",
) -> SweepOutcome:
    """Play what is left of a sweep with `options.workers` processes; see `start`, which plays it in this one.

    Args:
        routes: by the models' names in the file, for each that the sweep uses; closed afterwards.

    Raises:
        SweepPaused: somebody paused it.
        StoreUnavailable: the store stayed away.
        SociariumError: a worker could not begin.
    """
    began = ports.clock.monotonic()
    watch = _EndpointWatch(ports.observer)
    watched = replace(ports, observer=watch)
    orders, router = await orders_and_router(store, begun, remote_routes(routes), options, watched, creator=creator)
    spending = make_spending(begun, routes, ports.prices)
    declared = declared_stop(store, begun, ports.clock, by=creator or begun.sweep.creator)
    coordinator = Coordinator(router, spending, orders, stop=ports.stop, observer=ports.observer)
    coordinator.on_done = declared_stop_watch(declared, ports)
    watch.tell = coordinator.tell_standing
    steering = _order_watch(store, begun, orders, router, coordinator, ports, creator)
    helpers = [
        asyncio.create_task(stop_after_time(ports.stop, orders)),
        asyncio.create_task(_end_at_once(ports, coordinator)),
    ]
    try:
        await asyncio.to_thread(steering.bring_up)
        status = await asyncio.to_thread(_status, store, begun)
        router.silence.before(status.faults)
        if declared is not None:
            declared.look_back(status, ports.stop, allow_empty=options.allow_empty)
        offline = all(begun.definition.models[name].provider == "offline" for name in routes)
        ports.observer.notice(started_news(begun, status, options, offline=offline))
        tell_pauses(orders, ports.observer)
        finished: list[Finished] = []
        if not ports.stop.draining.is_set() and await asyncio.to_thread(_has_work, store, begun, status, ports):
            helpers.append(asyncio.create_task(steering.work()))
            play = Play(workplace.url, begun.sweep.id, creator, options, workplace.pace, folders=workplace.folders)
            play = play._replace(prices=dict(spending.prices))
            finished = await _serve_all(coordinator, workplace, play, orders)
            await asyncio.to_thread(steering.bring_up)
        if error := next((one.error for one in finished if one.error is not None), None):
            raise error
        result = _result(await asyncio.to_thread(_status, store, begun), router, finished)
    finally:
        for task in helpers:
            task.cancel()
        await router.aclose()
    return outcome_of(result, spending, options, ports, began=began)


async def _serve_all(coordinator: Coordinator, workplace: Workplace, play: Play, orders: Orders) -> list[Finished]:
    workers: list[tuple[WorkerProcess, Link]] = []

    async def serve(process: WorkerProcess, link: Link, share: PlayOptions) -> Finished | None:
        # From here on it is told of every order: none comes between.
        share = replace(share, whole_concurrency=orders.whole_concurrency)
        link.send(play._replace(options=share, orders=tuple(orders.all)))
        finished = await coordinator.serve(link, process.pid)
        how = await process.wait()
        if finished is None:
            coordinator.note_lost(process.pid, how)
        return finished

    try:
        shares = play.options.of_each_worker()
        for _ in shares:
            workers.append(await workplace.begin())  # noqa: PERF401  # those before one that fails are ended, too
        # Together: who comes first would find all runs free, and leave none to the others.
        await asyncio.gather(*(link.first() for _, link in workers))
        serving = (serve(*worker, share) for worker, share in zip(workers, shares, strict=True))
        return [one for one in await asyncio.gather(*serving) if one is not None]
    finally:
        for process, link in workers:
            link.abort()
            process.kill()


def _order_watch(
    store: Store,
    begun: StartedSweep,
    orders: Orders,
    router: Router,
    coordinator: Coordinator,
    ports: SweepPorts,
    creator: str,
) -> OrderWatch:
    """Reads people's orders for all workers."""

    def take(fresh: Sequence[SteeringOrder]) -> None:
        coordinator.tell_orders(fresh)
        obey(fresh, orders, router, ports.observer)

    async def follow(fresh: Sequence[SteeringOrder]) -> None:
        coordinator.let_follow(fresh)
        ports.observer.notice(recount_news(await asyncio.to_thread(_status, store, begun)))

    me = this_worker(creator or None)
    return OrderWatch(store, begun.sweep, orders, obey=take, follow=follow, me=me, clock=ports.clock)


async def _end_at_once(ports: SweepPorts, coordinator: Coordinator) -> None:
    await ports.stop.at_once.wait()
    coordinator.end_at_once()


def _status(store: Store, begun: StartedSweep) -> SweepStatus:
    return sweep_status(store, begun.sweep, me=this_worker())


def _has_work(store: Store, begun: StartedSweep, status: SweepStatus, ports: SweepPorts) -> bool:
    places = len(order_of_sweep(store, begun, created=ports.clock.now()))
    return status.counts.done < status.counts.total or status.placed < places


def _result(status: SweepStatus, router: Router, finished: Sequence[Finished]) -> Result:
    return Result(
        status.counts,
        tuple(dict.fromkeys(run for one in finished for run in one.outdated)),
        dict(router.paused) if status.counts.pending else {},
        status.faults,
        status.factors,
        {run: why for one in finished for run, why in one.returned.items()},
        {run: who for one in finished for run, who in one.left_to_others.items()},
    )
