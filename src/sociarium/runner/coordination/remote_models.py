"""Models as the coordinator asks them: each call is made by the worker whose run wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from sociarium.ports.model import (
    ChatMessage,
    Description,
    LivenessProbe,
    Model,
    ModelIdentity,
    ModelReply,
    ModelRequest,
    ServedReply,
)
from sociarium.runner.coordination.link import Link
from sociarium.runner.coordination.messages import Alive, Answered, Ask, Failed, Go, ProbeServer
from sociarium.runner.models.router import RouteSpec

_Report = Answered | Failed | Alive


@dataclass(slots=True)
class RemoteCall:
    """A call of a worker, while the coordinator sees to it."""

    link: Link
    number: int
    _report: asyncio.Future[_Report] | None = field(default=None)

    def take(self, report: _Report) -> None:
        """What the worker says of it."""
        if self._report is not None and not self._report.done():
            self._report.set_result(report)

    async def send(self, order: Go | ProbeServer) -> _Report:
        """Have the worker do something, and wait for what it says."""
        self._report = asyncio.get_running_loop().create_future()
        self.link.send(order)
        return await self._report


CALL: ContextVar[RemoteCall] = ContextVar("call")
"""The call to which the task that runs now sees: a model is only given the request."""


@dataclass(slots=True)
class RemoteModel:
    """A model that the workers ask.

    Args:
        route: its number among the servers of its name.
        model: that would be asked here.
    """

    route: int
    model: Model

    async def ask(self, request: ModelRequest) -> ServedReply:
        """See `Model`; the reply has counts and no words."""
        call = CALL.get()
        report = await call.send(Go(call.number, self.route))
        if isinstance(report, Failed):
            raise report.error
        assert isinstance(report, Answered)
        reply = ModelReply("", prompt_tokens=report.prompt_tokens, completion_tokens=report.completion_tokens)
        return ServedReply(
            reply, {}, report.seconds, served_model=report.served_model, digest=report.digest, learned=report.learned
        )

    async def describe(self, model: str, options: Mapping[str, object] | None = None) -> Description:
        """See `Model`."""
        return await self.model.describe(model, options)

    async def aclose(self) -> None:
        """See `Model`."""
        await self.model.aclose()


@dataclass(slots=True)
class RemoteProbedModel(RemoteModel):
    """One whose server can be asked for a sign of life, too."""

    async def is_alive(self) -> bool:
        """See `ProbeServer`."""
        call = CALL.get()
        report = await call.send(ProbeServer(call.number, self.route))
        return isinstance(report, Alive) and report.alive


def remote_routes(routes: Mapping[str, Sequence[RouteSpec]]) -> Mapping[str, Sequence[RouteSpec]]:
    """The same servers under the same limits, asked by workers."""
    return {
        name: [replace(route, model=_remote(number, route.model)) for number, route in enumerate(some)]
        for name, some in routes.items()
    }


def stand_in(ask: Ask) -> ModelRequest:
    """A request of the same size: its words stay with the worker."""
    model = ModelIdentity(ask.name, ask.provider, ask.model, ask.options)
    return ModelRequest(model, (ChatMessage("user", " " * ask.characters),), purpose=ask.purpose)


def _remote(number: int, model: Model) -> RemoteModel:
    kind = RemoteProbedModel if isinstance(model, LivenessProbe) else RemoteModel
    return kind(number, model)
