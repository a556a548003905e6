"""The router of a worker: it sends calls to servers when the coordinator says so, and keeps what they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sociarium.errors import Misconfigured, ModelError
from sociarium.ports.model import LivenessProbe, Model, ModelRequest, ServedReply
from sociarium.records.runs import Counters
from sociarium.runner.coordination.link import Link
from sociarium.runner.coordination.messages import (
    Alive,
    Answered,
    Ask,
    Began,
    Failed,
    Forget,
    Go,
    ProbeServer,
    Refused,
    Settled,
    Standing,
    Withdrawn,
)
from sociarium.runner.library.faults import Faults
from sociarium.runner.models.memory import ServerMemory, server_memory
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.router import RouteSpec, whole_reply
from sociarium.runner.workers.shutdown import WorkStopped

_Order = Go | ProbeServer | Settled | Refused


class _SilenceElsewhere:
    """Models that say nothing are counted by the coordinator."""

    def before(self, faults: Faults) -> None:
        """See `Silence`."""

    def note_done(self, run: str, counters: Counters) -> None:
        """See `Silence`."""


@dataclass(slots=True)
class RemoteRouter:
    """Asks models as the coordinator's router says. Lives on one event loop.

    Args:
        routes: by the models' names; in the coordinator's order.
        orders: as far as this worker has heard of them.

    Attributes:
        paused, waiting: as the coordinator knows them.
    """

    link: Link
    routes: Mapping[str, Sequence[RouteSpec]]
    orders: Orders
    silence: _SilenceElsewhere = field(default_factory=_SilenceElsewhere)
    paused: Mapping[str, str] = field(default_factory=dict)
    waiting: Sequence[str] = ()
    _numbers: count[int] = field(default_factory=count)
    _begun: set[str] = field(default_factory=set)
    _orders: dict[int, asyncio.Queue[_Order]] = field(default_factory=dict)

    def take(self, message: _Order | Standing) -> None:
        """Take in what the coordinator says; what is said of a call that was withdrawn is late."""
        if isinstance(message, Standing):
            self.paused, self.waiting = message.paused, message.waiting
        elif orders := self._orders.get(message.call):
            orders.put_nowait(message)

    def stop(self) -> None:
        """The coordinator is gone: no call is made any more, and no answer counts."""
        for call, orders in self._orders.items():
            orders.put_nowait(Refused(call, WorkStopped()))

    async def ask(self, run: str, request: ModelRequest) -> tuple[ServedReply, int]:
        """See `Router.ask`."""
        if self.link.ended.is_set():
            raise WorkStopped
        routes = self.routes.get(request.model.name)
        if not routes:
            raise Misconfigured(f"nothing serves the model {request.model.name!r} of this run")
        await self.orders.admit(run, request.model.name)
        self._introduce(run)
        call = next(self._numbers)
        orders = self._orders[call] = asyncio.Queue()
        characters = sum(len(message.content) for message in request.messages)
        model = request.model
        options = dict(model.options)  # whatever kind of mapping holds them
        self.link.send(Ask(call, run, request.purpose, model.name, model.provider, model.model, options, characters))
        try:
            return await self._follow(call, orders, routes, request)
        except BaseException:
            self.link.send(Withdrawn(call))
            raise
        finally:
            del self._orders[call]

    def _introduce(self, run: str) -> None:
        """Let the coordinator know what cancels a run, so that calls of it that wait for a server are not made."""
        one = self.orders.open_run(run)
        if one is not None and run not in self._begun:
            self._begun.add(run)
            self.link.send(Began(run, dict(one.condition), frozenset(one.models)))

    async def _follow(
        self, call: int, orders: asyncio.Queue[_Order], routes: Sequence[RouteSpec], request: ModelRequest
    ) -> tuple[ServedReply, int]:
        served: ServedReply | None = None
        hardware = ""
        while True:
            match await orders.get():
                case Go(route=route):
                    hardware = routes[route].hardware
                    try:
                        served = await routes[route].model.ask(request)
                    except ModelError as error:
                        self.link.send(Failed(call, error))
                    else:
                        self.link.send(_summary(call, served))
                case ProbeServer(route=route):
                    self.link.send(Alive(call, await _is_alive(routes[route].model)))
                case Settled(endpoint=endpoint, attempts=attempts):
                    assert served is not None, "nothing was answered"
                    return whole_reply(served, endpoint, hardware), attempts
                case Refused(error=error):
                    raise error

    async def memory(self) -> ServerMemory:
        """See `Router.memory`."""
        return await server_memory(
            {name: {route.endpoint: route.model for route in some} for name, some in self.routes.items()}
        )

    def change_limits(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """The coordinator's router has them."""

    def forget(self, run: str) -> None:
        """See `Router.forget`."""
        self._begun.discard(run)
        self.link.send(Forget(run))

    async def aclose(self) -> None:
        """See `Router.aclose`."""
        for model in {id(one.model): one.model for some in self.routes.values() for one in some}.values():
            await model.aclose()


def _summary(call: int, served: ServedReply) -> Answered:
    reply = served.reply
    return Answered(
        call,
        served.seconds,
        reply.prompt_tokens,
        reply.completion_tokens,
        served.served_model,
        served.digest,
        served.learned,
    )


async def _is_alive(model: Model) -> bool:
    return isinstance(model, LivenessProbe) and await model.is_alive()
