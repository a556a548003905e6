"""Start playing a sweep: what every command that plays runs, and `sociarium.run`, go through."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sociarium.errors import StoreUnavailable
from sociarium.ports.clock import Clock, SystemClock
from sociarium.ports.observer import Observer, Waiting, WaitingOver
from sociarium.ports.person import Nobody, Person
from sociarium.ports.prices import NoPrices, Prices, price_of
from sociarium.ports.store import Store
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import ModelVersions
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
        store_retry: how long the store may be away; by default as `StoreRetry` says, and the observer hears of it.
    """

    observer: Observer
    stop: StopSwitch = field(default_factory=StopSwitch)
    clock: Clock = field(default_factory=SystemClock)
    person: Person = field(default_factory=Nobody)
    prices: Prices = field(default_factory=NoPrices)
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
        StoreUnavailable: the store stayed away.
    """
    began = ports.clock.monotonic()
    store_retry = ports.store_retry or observed_retry(ports.observer)
    router = await make_router(store, begun, routes, options, ports, creator=creator)
    worker = this_worker(creator or None)
    services = RunServices(
        router,
        ports.person,
        Writer(store, store_retry),
        ports.clock,
        ports.observer,
        ports.stop,
        make_spending(begun, routes, ports.prices),
        options.bounds,
        Populations(store, me=worker, store_retry=store_retry, lease=options.lease),
    )
    offline = all(begun.definition.models[name].provider == "offline" for name in routes)
    player = SweepPlayer(store, begun, services, options, me=worker, store_retry=store_retry, offline=offline)
    result = await _play(player, services)
    return SweepOutcome(result, services.spending, ports.clock.monotonic() - began)


async def _play(player: SweepPlayer, services: RunServices) -> Result:
    """Play to the end, or to the end of the time; the writer and every model are closed whatever comes."""
    alarm = asyncio.create_task(stop_after(services.stop, services.bounds.seconds))
    try:
        return await player.work()
    except StoreUnavailable:
        services.stop.now()
        raise
    finally:
        alarm.cancel()
        await services.writer.close()
        await services.router.aclose()


async def stop_after(stop: StopSwitch, seconds: float | None) -> None:
    """End the work, resumable, when its time is over."""
    if seconds is not None:
        await asyncio.sleep(seconds)
        stop.drain("time", f"the time of {seconds:.0f} s is over")


async def make_router(
    store: Store,
    begun: StartedSweep,
    routes: Mapping[str, Sequence[RouteSpec]],
    options: PlayOptions,
    ports: SweepPorts,
    *,
    creator: str,
) -> Router:
    """The router of a start, which knows what has served its models before.

    Raises:
        StoreUnavailable: the store stayed away.
    """
    store_retry = ports.store_retry or observed_retry(ports.observer)
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

    def make_endpoint(name: str, limits: EndpointLimits) -> Endpoint:
        return Endpoint(
            name, limits, policy=ports.retry_policy, clock=ports.clock, observer=ports.observer, stop=ports.stop
        )

    return Router(
        routes_of(routes, make_endpoint),
        identity,
        FirstCalls(ports.stop, answered={version.model for version in versions}),
        Silence(allow=options.allow_empty),
        observer=ports.observer,
        clock=ports.clock,
    )


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
