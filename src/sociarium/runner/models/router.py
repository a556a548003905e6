"""The router: where runs' requests meet the servers that answer them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sociarium.errors import Misconfigured, SetupError
from sociarium.experiment.loaded_models import LoadedModel, loaded_as
from sociarium.experiment.opening_hours import next_opening
from sociarium.ports.clock import Clock
from sociarium.ports.model import CANARY, LivenessProbe, Model, ModelRequest, ServedReply, whole_turn
from sociarium.ports.observer import Learned, Observer
from sociarium.records.steering import EVERY_MODEL
from sociarium.runner.models.call_endings import CallHeld, EndpointAway
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import UNLIMITED, EndpointLimits, limits_with, strictest
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.host_choice import HostChoice, is_long_idle
from sociarium.runner.models.memory import ServerMemory, server_memory
from sociarium.runner.models.model_identity import VersionCheck
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.silent_models import Silence
from sociarium.runner.workers.shutdown import StopSwitch


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """A model as the composition root offers it.

    Attributes:
        endpoint: the server's name; routes of one name and key share its limits.
        key: by which it is asked, where several are in use there: the name of its variable, never the key.
        hardware: the kind behind the server, as the experiment file has it; empty where it says nothing.
    """

    model: Model
    endpoint: str
    limits: EndpointLimits = UNLIMITED
    key: str = ""
    hardware: str = ""

    @property
    def label(self) -> str:
        """The endpoint as people see it."""
        return f"{self.endpoint} ({self.key})" if self.key else self.endpoint


@dataclass(frozen=True, slots=True)
class Route:
    """A model at an endpoint.

    Attributes:
        limits: that the model's entry says.
        address: of the server, whatever the key; None where none is asked over a network.
        hardware: the kind behind it, where the experiment file says it.
        is_alive: looks for a sign of life, where the server can be asked for one.
    """

    model: Model
    endpoint: Endpoint
    limits: EndpointLimits = UNLIMITED
    address: str | None = None
    hardware: str = ""
    is_alive: Callable[[], Awaitable[bool]] | None = None


class Router:
    """Asks the servers that serve each name of the experiment file.

    Which of several endpoints a run gets is `HostChoice`'s. While that one is away or closed, another answers.
    """

    def __init__(
        self,
        routes: Mapping[str, Sequence[Route]],
        versions: VersionCheck,
        first_calls: FirstCalls,
        silence: Silence | None = None,
        *,
        observer: Observer,
        clock: Clock,
        orders: Orders | None = None,
    ) -> None:
        self.silence = silence or Silence()
        self._routes = routes
        endpoints = {id(one.endpoint): one.endpoint for some in routes.values() for one in some}
        self._endpoints = tuple(endpoints.values())
        self._versions = versions
        self._first_calls = first_calls
        self._observer = observer
        self._clock = clock
        self._hosts = HostChoice()
        self._orders = orders or Orders(StopSwitch())

    async def ask(self, run: str, request: ModelRequest) -> tuple[ServedReply, int]:
        """A reply that every store can hold, and how many attempts it took.

        Raises:
            WorkStopped: the work stops or is paused, and the call was not under way.
            RunEnded: the run is cancelled, and the call was not under way.
            ModelChanged: something else serves the model than before; its answer is not given.
            ModelSilent: it said nothing in its first runs, and is not asked.
            Misconfigured: it is refused, or its model was closed before; the run gives itself back.
            ModelError: there is none.
        """
        self.silence.check(request.model.name)
        routes = self._routes.get(request.model.name)
        if not routes:
            raise Misconfigured(f"nothing serves the model {request.model.name!r} of this run")
        served, attempts = await self._ask(run, request, routes)
        for lesson in served.learned:
            self._observer.notice(Learned(request.model.name, lesson))
        await self._versions.check(request.model.name, served)
        return served, attempts

    async def _ask(self, run: str, request: ModelRequest, routes: Sequence[Route]) -> tuple[ServedReply, int]:
        before = 0
        while True:
            await self._orders.admit(run, request.model.name)
            endpoints = [route.endpoint for route in routes]
            loads = _loads(request) if any(one.turns is not None for one in endpoints) else None
            endpoint = self._hosts.choose(run, request.model.name, endpoints, loads)
            route = next(route for route in routes if route.endpoint is endpoint)
            others = [other.endpoint for other in routes if other.endpoint is not endpoint]
            ask = partial(route.model.ask, request)
            call = partial(
                endpoint.call,
                ask,
                request=request,
                is_held=lambda: not self._orders.lets_pass(run, request.model.name),
                elsewhere=partial(_any_there, others),
            )
            if route.is_alive is not None:
                call = partial(call, is_alive=route.is_alive)
            if request.purpose != CANARY:
                call = partial(self._first_calls.call, request.model.name, endpoint.name, run, call)
            if endpoint.turns is not None and loads is not None:
                call = partial(endpoint.turns.call, run, loads, call)
                if others:
                    call = partial(call, elsewhere=partial(_any_idle, others))
            began, at_once = self._clock.monotonic(), self._hosts.begin(endpoint)
            try:
                served, attempts = await call()
            except (EndpointAway, CallHeld) as moved:
                before += moved.attempts
            else:
                if attempts == 1:  # what errors cost says nothing of its speed
                    self._hosts.learn(endpoint, self._clock.monotonic() - began, at_once)
                return whole_reply(served, route.address, route.hardware), before + attempts
            finally:
                self._hosts.end(endpoint)

    @property
    def paused(self) -> Mapping[str, str]:
        """Models that wait for a person's word, and why."""
        return {**self.silence.paused, **self._first_calls.paused, **self._versions.paused}

    @property
    def waiting(self) -> list[str]:
        """What endpoints wait for, those that do."""
        return [f"{endpoint.name}: {endpoint.waiting}" for endpoint in self._endpoints if endpoint.waiting]

    async def memory(self) -> ServerMemory:
        """What the servers have loaded now, as far as they say it."""
        servers = {name: {one.endpoint.name: one.model for one in some} for name, some in self._routes.items()}
        return await server_memory(servers)

    def change_limits(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Ask servers at most so much from now on.

        Args:
            changes: model, or `EVERY_MODEL`, -> name of a limit -> its value, as `SteeringState.limits`. Limits of a
                server are the strictest of those of its models, as ever.
        """
        for endpoint in self._endpoints:
            limits = [
                limits_with(route.limits, {**changes.get(EVERY_MODEL, {}), **changes.get(name, {})})
                for name, some in self._routes.items()
                for route in some
                if route.endpoint is endpoint
            ]
            endpoint.change_limits(strictest(limits))

    def forget(self, run: str) -> None:
        """A run has ended here: no model is kept ready for it."""
        self._hosts.forget(run, list(self._routes))
        for endpoint in self._endpoints:
            if endpoint.turns is not None:
                endpoint.turns.forget(run)

    async def aclose(self) -> None:
        """Close every model once."""
        for model in {id(one.model): one.model for some in self._routes.values() for one in some}.values():
            await model.aclose()


def routes_of(
    routes: Mapping[str, Sequence[RouteSpec]], make_endpoint: Callable[[str, EndpointLimits], Endpoint]
) -> Mapping[str, Sequence[Route]]:
    """Routes with their endpoints: one for each name and key, under the strictest of the limits offered with it.

    Args:
        make_endpoint: makes one of a name.

    Raises:
        SetupError: the hours of an endpoint's entries have no minute in common.
    """
    limits: dict[str, EndpointLimits] = {}
    for route in (route for some in routes.values() for route in some):
        earlier = limits.get(route.label, route.limits)
        limits[route.label] = earlier.and_also(route.limits)
    for name, limit in limits.items():
        if next_opening(limit.hours, 0) is None:
            raise SetupError(
                f"the `limits: {{hours: ...}}` of the models at {name} have no minute in common, so that it could "
                "never be asked; write the same hours in each entry"
            )
    endpoints = {name: make_endpoint(name, limit) for name, limit in limits.items()}
    return {name: [_route(one, endpoints[one.label]) for one in some] for name, some in routes.items()}


def _route(route: RouteSpec, endpoint: Endpoint) -> Route:
    # Whether it is a probe takes as long as half a call to find out.
    is_alive = route.model.is_alive if isinstance(route.model, LivenessProbe) else None
    return Route(route.model, endpoint, route.limits, _address(route), route.hardware, is_alive)


def _address(route: RouteSpec) -> str | None:
    # What is no address is no server: nothing was asked over a network.
    return route.endpoint if "://" in route.endpoint else None


def whole_reply(served: ServedReply, address: str | None, hardware: str) -> ServedReply:
    """A reply as runs get it, with its server and the kind of hardware there.

    Args:
        hardware: as the experiment file has it; empty for what the server says of itself.
    """
    # Written out: `replace` costs as much as all else that is done here.
    return ServedReply(
        whole_turn(served.reply),
        served.sent,
        served.seconds,
        served.served_model,
        served.digest,
        served.fingerprint,
        served.cached_tokens,
        address,
        served.learned,
        hardware or served.hardware,
    )


def _loads(request: ModelRequest) -> LoadedModel:
    identity = request.model
    return loaded_as(identity.name, identity.provider, identity.model, identity.options)


def _any_idle(endpoints: Sequence[Endpoint]) -> bool:
    return any(map(is_long_idle, endpoints))


def _any_there(endpoints: Sequence[Endpoint]) -> bool:
    return any(endpoint.is_there for endpoint in endpoints)
