"""The router: where runs' requests meet the servers that answer them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sociarium.errors import Misconfigured, SetupError
from sociarium.experiment.loaded_models import loaded_as
from sociarium.experiment.opening_hours import open_minutes
from sociarium.ports.clock import Clock
from sociarium.ports.model import Model, ModelRequest, Probe, ServedReply, storable
from sociarium.ports.observer import Learned, Observer
from sociarium.runner.models.endpoint import Endpoint, EndpointAway
from sociarium.runner.models.endpoint_limits import UNLIMITED, EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.host_choice import HostChoice
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.models.silent_models import Silence


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """A model as the composition root offers it.

    Attributes:
        endpoint: the server's name; routes of one name share its limits.
    """

    model: Model
    endpoint: str
    limits: EndpointLimits = UNLIMITED


@dataclass(frozen=True, slots=True)
class Route:
    """A model at an endpoint.

    Attributes:
        is_alive: looks for a sign of life, where the server can be asked for one.
    """

    model: Model
    endpoint: Endpoint
    is_alive: Callable[[], Awaitable[bool]] | None = None


class Router:
    """Asks the servers that serve each name of the experiment file.

    Which of several endpoints a run gets is `HostChoice`'s. While that one is away or closed, another answers.
    """

    def __init__(
        self,
        routes: Mapping[str, Sequence[Route]],
        versions: ModelVersions,
        first_calls: FirstCalls,
        silence: Silence | None = None,
        *,
        observer: Observer,
        clock: Clock,
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

    async def ask(self, run: str, request: ModelRequest) -> tuple[ServedReply, int]:
        """A reply that every store can hold, and how many attempts it took.

        Raises:
            Drained: the work stops, and the call was not under way.
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
        reply = storable(served.reply)
        # A copy costs as much as all else that is done here.
        return (served if reply is served.reply else replace(served, reply=reply)), attempts

    async def _ask(self, run: str, request: ModelRequest, routes: Sequence[Route]) -> tuple[ServedReply, int]:
        before = 0
        while True:
            endpoint = self._hosts.choose(run, request.model.name, [route.endpoint for route in routes])
            route = next(route for route in routes if route.endpoint is endpoint)
            others = [other.endpoint for other in routes if other.endpoint is not endpoint]
            ask = partial(route.model.ask, request)
            call = partial(endpoint.call, ask, request=request, elsewhere=partial(_any_there, others))
            if route.is_alive is not None:
                call = partial(call, is_alive=route.is_alive)
            call = partial(self._first_calls.call, request.model.name, endpoint.name, run, call)
            if endpoint.turns is not None:
                identity = request.model
                loads = loaded_as(identity.name, identity.provider, identity.model, identity.options)
                call = partial(endpoint.turns.call, run, loads, call)
            began, at_once = self._clock.monotonic(), self._hosts.begin(endpoint)
            try:
                served, attempts = await call()
            except EndpointAway as moved:
                before += moved.attempts
            else:
                if attempts == 1:  # what errors cost says nothing of its speed
                    self._hosts.learn(endpoint, self._clock.monotonic() - began, at_once)
                # What is no address is no server: nothing was asked over a network.
                where = endpoint.name if "://" in endpoint.name else None
                return (served if where is None else replace(served, endpoint=where)), before + attempts
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
    """Routes with their endpoints: one for each name, under the strictest of the limits offered with it.

    Args:
        make_endpoint: makes one of a name.

    Raises:
        SetupError: the hours of an endpoint's entries have no minute in common.
    """
    limits: dict[str, EndpointLimits] = {}
    for route in (route for some in routes.values() for route in some):
        earlier = limits.get(route.endpoint, route.limits)
        limits[route.endpoint] = earlier.and_also(route.limits)
    for name, limit in limits.items():
        if not open_minutes(limit.hours):
            raise SetupError(
                f"the `limits: {{hours: ...}}` of the models at {name} have no minute in common, so that it could "
                "never be asked; write the same hours in each entry"
            )
    endpoints = {name: make_endpoint(name, limit) for name, limit in limits.items()}
    return {name: [_route(one.model, endpoints[one.endpoint]) for one in some] for name, some in routes.items()}


def _route(model: Model, endpoint: Endpoint) -> Route:
    # Whether it is one takes as long as half a call to find out.
    return Route(model, endpoint, model.is_alive if isinstance(model, Probe) else None)


def _any_there(endpoints: Sequence[Endpoint]) -> bool:
    return any(endpoint.is_there for endpoint in endpoints)
