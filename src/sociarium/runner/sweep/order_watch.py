"""Orders that are given while a sweep is played: they are read from the store, and the runs are brought up to them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from loguru import logger

from sociarium.errors import SociariumError
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Worker
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.steering import carry_out
from sociarium.runner.models.orders import Orders

PAUSE = 1.0
"""Seconds between looks at the store."""


class OrderWatch:
    """Reads the orders of one sweep for as long as it is played.

    A store that is away is no error here: it is asked again with the next look.

    Args:
        obey: is given new orders as soon as they stand in `orders`.
        follow: the same, once the runs that nobody plays are as they say.
    """

    def __init__(
        self,
        store: Store,
        sweep: SweepRecord,
        orders: Orders,
        *,
        obey: Callable[[Sequence[SteeringOrder]], None],
        follow: Callable[[Sequence[SteeringOrder]], Awaitable[None]],
        me: Worker,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sweep = sweep
        self._orders = orders
        self._obey = obey
        self._follow = follow
        self._me = me
        self._clock = clock
        self._waiting: list[SteeringOrder] = []

    async def work(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self.look()
            except SociariumError as error:
                logger.debug("orders are read with the next look: {}", error)

    async def look(self) -> None:
        """Read what is new and obey it.

        Raises:
            StoreError: the store is away; what was read is carried out with the next look.
        """
        after = self._orders.state.number
        fresh = await asyncio.to_thread(lambda: self._store.orders(self._sweep.id, after=after))
        if fresh:
            self._orders.add(fresh)
            self._obey(fresh)
            self._waiting += fresh
        if self._waiting:
            await asyncio.to_thread(lambda: self.bring_up(self._waiting))
            ready, self._waiting = self._waiting, []
            await self._follow(ready)

    def bring_up(self, fresh: Sequence[SteeringOrder] = ()) -> None:
        """Bring the runs that nobody plays up to the orders.

        Args:
            fresh: of these, those to retry are carried out too.
        """
        retries = [order for order in fresh if order.action == "retry"]
        orders = list(self._orders.all)
        carry_out(self._store, self._sweep, orders, retries=retries, me=self._me, clock=self._clock)
