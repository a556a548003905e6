"""Open what an interview needs: models by their routes, prices, patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from sociarium.experiment.models import Price
from sociarium.ports.store import Store
from sociarium.runner.interviews.interviewer import Interviewer
from sociarium.runner.models.budget import Bounds, Spending
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import AnyVersion
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.router import Router, RouteSpec, routes_of
from sociarium.runner.sweep.start import SweepPorts, observed_retry, stop_after_time


@asynccontextmanager
async def open_interviewer(
    store: Store,
    routes: Mapping[str, Sequence[RouteSpec]],
    prices: Mapping[str, Price],
    ports: SweepPorts,
    *,
    by: str,
    bounds: Bounds | None = None,
) -> AsyncIterator[Interviewer]:
    """An interviewer over some models, which are closed afterwards.

    Args:
        routes: by the models' names in the file.
        prices: by name, of those that have one.
        by: who asks.
        bounds: what may be spent; nothing new is asked behind them.
    """
    bounds = bounds or Bounds()
    retry = ports.store_retry or observed_retry(ports.observer)
    async with open_router(routes, ports) as router:
        alarm = asyncio.create_task(stop_after_time(ports.stop, Orders(ports.stop, bounds=bounds)))
        try:
            yield Interviewer(
                store, router, Spending(prices), bounds, ports.clock, ports.observer, ports.stop, retry, by
            )
        finally:
            alarm.cancel()


@asynccontextmanager
async def open_router(routes: Mapping[str, Sequence[RouteSpec]], ports: SweepPorts) -> AsyncIterator[Router]:
    """A router for what is asked beside runs, over models that are closed afterwards.

    Args:
        routes: by the models' names in the file.
    """

    def make_endpoint(name: str, limits: EndpointLimits) -> Endpoint:
        return Endpoint(
            name, limits, policy=ports.retry_policy, clock=ports.clock, observer=ports.observer, stop=ports.stop
        )

    router = Router(
        routes_of(routes, make_endpoint),
        AnyVersion(),
        FirstCalls(ports.stop),
        observer=ports.observer,
        clock=ports.clock,
    )
    try:
        yield router
    finally:
        await router.aclose()
