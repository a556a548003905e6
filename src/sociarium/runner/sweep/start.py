"""Start playing a sweep: what every command that plays runs, and `sociarium.run`, go through."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sociarium.errors import StoreUnavailable, SweepPaused
from sociarium.ports.clock import Clock, SystemClock
from sociarium.ports.observer import Observer, Waiting, WaitingOver
from sociarium.ports.person import HumanPlayer, Nobody
from sociarium.ports.prices import NoPrices, Prices, price_of
from sociarium.ports.rankers import NoRankers, Rankers
from sociarium.ports.store import Store
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.steering import refuse_paused
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.models.order_share import OrderShare
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import Router, RouteSpec, routes_of
from sociarium.runner.models.silent_models import Silence
from sociarium.runner.run.population import Populations
from sociarium.runner.run.services import RunServices
from sociarium.runner.run.writer import Writer
from sociarium.runner.sweep.play import SweepPlayer
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.result import Result
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPorts:
    """What a start reaches the world through, besides its store and its models.

    Attributes:
        observer: hears what happens, on the event loop that plays.
        stop: ends the work, at once or after the calls under way.
        person: asked where a person decides.
        prices: for models whose entry has none.
        rankers: of the researcher's own.
        store_retry: how long the store may be away; by default as `StoreRetry` says, and the observer hears of it.
    """

    observer: Observer
    stop: StopSwitch = field(default_factory=StopSwitch)
    clock: Clock = field(default_factory=SystemClock)
    person: HumanPlayer = field(default_factory=Nobody)
    prices: Prices = field(default_factory=NoPrices)
    rankers: Rankers = field(default_factory=NoRankers)
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    store_retry: StoreRetry | None = None


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """What a start came to."""

    result: Result
    spending: Spending
    seconds: float


async def start(
    store: Store,
    begun: StartedSweep,
    routes: Mapping[str, Sequence[RouteSpec]],
    options: PlayOptions,
    ports: SweepPorts,
    *,
    creator: str = "",
) -> SweepOutcome:
    """Play what is left of a sweep, until nothing is, a bound is reached or the switch says stop.

    Args:
        routes: by the models' names in the file, for each that the sweep uses; closed afterwards.
        creator: the person who plays, which claims and accepted changes keep.

    Raises:
        SweepPaused: somebody paused it.
        StoreUnavailable: the store stayed away.
    """
    began = ports.clock.monotonic()
    store_retry = ports.store_retry or observed_retry(ports.observer)
    orders, router = await orders_and_router(store, begun, routes, options, ports, creator=creator)
    worker = this_worker(creator or None)
    services = RunServices(
        router,
        ports.person,
        Writer(store, store_retry),
        ports.clock,
        ports.observer,
        ports.stop,
        make_spending(begun, routes, ports.prices),
        orders,
        Populations(store, me=worker, store_retry=store_retry, lease=options.lease),
        ports.rankers,
    )
    offline = all(begun.definition.models[name].provider == "offline" for name in routes)
    player = SweepPlayer(store, begun, services, options, me=worker, store_retry=store_retry, offline=offline)
    result = await _play(player, services)
    return outcome_of(result, services.spending, options, ports, began=began)


def outcome_of(
    result: Result, spending: Spending, options: PlayOptions, ports: SweepPorts, *, began: float
) -> SweepOutcome:
    """What a start came to; a bound that was reached when nothing was left to do is none of its reasons to stop.

    Args:
        began: by the monotonic clock.
    """
    is_to_retry = options.retry_failed and result.counts.failed
    if not (result.counts.left or is_to_retry):
        ports.stop.drop_bound()
    return SweepOutcome(result, spending, ports.clock.monotonic() - began)


async def orders_and_router(
    store: Store,
    begun: StartedSweep,
    routes: Mapping[str, Sequence[RouteSpec]],
    options: PlayOptions,
    ports: SweepPorts,
    *,
    creator: str,
) -> tuple[Orders, Router]:
    """The orders that stand, and the router of a start, which obeys them and knows what has served its models before.

    Args:
        routes: closed where the sweep is paused.

    Raises:
        SweepPaused: somebody paused it.
        StoreUnavailable: the store stayed away.
    """
    store_retry = ports.store_retry or observed_retry(ports.observer)
    standing = await store_retry.in_thread(lambda: store.orders(begun.sweep.id))
    await _refuse_paused(begun, standing, routes)
    orders = Orders(
        ports.stop,
        standing,
        concurrency=options.whole_concurrency or options.concurrency,
        keeps_concurrency=options.keeps_concurrency,
        bounds=options.bounds,
        share=OrderShare(*options.part),
    )
    versions = await store_retry.in_thread(lambda: store.model_versions(begun.sweep.id))
    identity = ModelVersions(
        store,
        begun.sweep.id,
        versions,
        options.accept_digest,
        creator=creator,
        clock=ports.clock,
        store_retry=store_retry,
    )
    return orders, _router(routes, options, ports, identity, orders)


async def _refuse_paused(
    begun: StartedSweep, orders: Sequence[SteeringOrder], routes: Mapping[str, Sequence[RouteSpec]]
) -> None:
    try:
        refuse_paused(begun.sweep, orders)
    except SweepPaused:
        for model in {id(route.model): route.model for some in routes.values() for route in some}.values():
            await model.aclose()
        raise


async def _play(player: SweepPlayer, services: RunServices) -> Result:
    """Play to the end, or to the end of the time; the writer and every model are closed whatever comes."""
    alarm = asyncio.create_task(stop_after_time(services.stop, services.orders))
    try:
        return await player.work()
    except StoreUnavailable:
        services.stop.now()
        raise
    finally:
        alarm.cancel()
        await services.writer.close()
        await services.router.aclose()


async def stop_after_time(stop: StopSwitch, orders: Orders) -> None:
    """Stop when the time is over, which an order may change meanwhile."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        seconds = orders.bounds.seconds
        left = None if seconds is None else began + seconds - loop.time()
        if seconds is not None and left is not None and left <= 0:
            stop.drain("time", f"the time of {seconds:.0f} s is over")
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(orders.change(), left)


def _router(
    routes: Mapping[str, Sequence[RouteSpec]],
    options: PlayOptions,
    ports: SweepPorts,
    identity: ModelVersions,
    orders: Orders,
) -> Router:
    def make_endpoint(name: str, limits: EndpointLimits) -> Endpoint:
        return Endpoint(
            name, limits, policy=ports.retry_policy, clock=ports.clock, observer=ports.observer, stop=ports.stop
        )

    router = Router(
        routes_of(routes, make_endpoint),
        identity,
        FirstCalls(ports.stop, answered=identity.models),
        Silence(allow=options.allow_empty),
        observer=ports.observer,
        clock=ports.clock,
        orders=orders,
    )
    if orders.state.limits:
        router.change_limits(orders.state.limits)
    return router


def make_spending(begun: StartedSweep, routes: Mapping[str, Sequence[RouteSpec]], prices: Prices) -> Spending:
    """What a start will come to, nothing yet, at the prices of its models."""
    by_model = {name: price_of(begun.definition.models[name], prices) for name in routes}
    return Spending({name: price for name, price in by_model.items() if price is not None})


def observed_retry(observer: Observer) -> StoreRetry:
    """Patience with the store that the observer hears of, on the event loop that runs now."""
    loop = asyncio.get_running_loop()

    def notice_waiting(error: str) -> None:
        loop.call_soon_threadsafe(observer.notice, Waiting(f"the store to come back: {error}", "store"))

    def notice_end() -> None:
        loop.call_soon_threadsafe(observer.notice, WaitingOver("store"))

    return StoreRetry(waiting=notice_waiting, ended=notice_end)
