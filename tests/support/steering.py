"""Sweeps that are steered while this process plays them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import News, Steered
from sociarium.providers.offline import Offline
from sociarium.records.plans import SweepRecord
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.steering import OrderRequest, carry_out, give_order
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.sweeps_in_process import Heard


def steer(store: SqliteStore, sweep: SweepRecord, action: str, **fields: Any) -> SteeringOrder:
    """Give an order, and bring the runs that nobody plays up to it, as a command does."""
    request = OrderRequest(action=action, **fields)  # type: ignore[arg-type]
    order = give_order(store, sweep.id, request, by="ada", clock=SystemClock())
    retries = [order] if action == "retry" else []
    carry_out(store, sweep, store.orders(sweep.id), retries=retries, me=this_worker("ada"), clock=SystemClock())
    return order


class SteeredModel(Offline):
    """The offline model; in its n-th call something is done, and no call is answered before that is obeyed.

    Attributes:
        asked: models' names in the file, call by call. open: calls under way.
    """

    def __init__(self, heard: Heard, moments: dict[int, Callable[[], object]] | None = None) -> None:
        super().__init__()
        self.heard = heard
        self.moments = moments or {}
        self.asked: list[str] = []
        self.open = 0
        self._is_acting = False

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.asked.append(request.model.name)
        number = len(self.asked)
        self.open += 1
        try:
            await asyncio.sleep(0)
            if act := self.moments.get(number):
                before = self.steered
                self._is_acting = True
                act()
                await until(lambda: self.steered > before)
                self._is_acting = False
            await until(lambda: not self._is_acting)
            return await super().ask(request)
        finally:
            self.open -= 1

    @property
    def steered(self) -> int:
        """Orders that were obeyed so far."""
        return sum(isinstance(news, Steered) for news in self.heard.news)


class Acting(Heard):
    """Hears, and does something once a condition holds; each thing once.

    Args:
        acts: pairs of a condition and what is then done.
    """

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[tuple[Callable[[], bool], Callable[[], object]]] = []

    def notice(self, news: News) -> None:
        super().notice(news)
        if self.acts and self.acts[0][0]():
            self.acts.pop(0)[1]()

    def number(self, kind: type[News]) -> int:
        """How many of a kind were heard."""
        return sum(isinstance(news, kind) for news in self.news)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that this event loop brings about."""
    while not condition():
        await asyncio.sleep(0.001)
