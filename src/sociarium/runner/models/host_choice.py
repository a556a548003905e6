"""Which of several servers of one model plays a run: by how fast each answers and how much it has to do.

A server's speed is what a call takes there for each call that it has at once: a server that answers one after another
takes longer the more it is asked. A run goes where its calls are expected to take least; between equals it is drawn, by
run, so that no factor goes with a server. It stays there, for the server keeps what it has read of the conversation,
unless another one would answer much sooner: then the fast ones do not stand idle while runs queue at a slow one.

Servers that hold fewer models than are asked specialise: a call goes where its model is loaded, so that each goes on
with what it has. A model that nobody has loaded goes where there is room, else where it disturbs least. A server that
nobody asked anything for as long as a load takes helps with another's model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sociarium.experiment.loaded_models import LoadedModel
from sociarium.experiment.rng import Draws
from sociarium.runner.models.endpoint import Endpoint

_WEIGHT = 0.2
"""Of the newest call, in what is known of a server's speed."""
_SHORTEST = 0.01
"""Seconds of a call below which servers are taken for equally fast: differences are chance."""
_MUCH_SOONER = 2.0
"""Times that a call must take longer where a run is than elsewhere, before the run moves."""
_LEAST_GAIN = 0.1
"""Seconds a call that a move must save: reading the conversation anew is not free."""

LONG_IDLE = 10.0
"""Seconds without a call after which a server loads a model that another one has. About what a load takes: whoever
waits so long before paying it pays at most twice what the best choice would have cost, whatever comes."""

_Asking = tuple[str, str]
"""A run, and the name of a model that it asks."""


@dataclass(slots=True)
class HostChoice:
    """Where runs are. Lives on one event loop."""

    _place: dict[_Asking, str] = field(default_factory=dict)
    _runs: Counter[str] = field(default_factory=Counter)
    _open: Counter[str] = field(default_factory=Counter)
    _speed: dict[str, float] = field(default_factory=dict)

    def choose(self, run: str, model: str, endpoints: Sequence[Endpoint], loads: LoadedModel | None = None) -> Endpoint:
        """The server that answers a run's next call.

        Args:
            loads: what a server has to load for it; None where that does not matter.
        """
        if len(endpoints) == 1:
            return endpoints[0]
        order: Sequence[Endpoint] = Draws("endpoint", run).shuffle(endpoints)
        ready = [endpoint for endpoint in order if endpoint.is_ready]
        if not ready:
            return order[0]
        asking = run, model
        home = self._place.get(asking)
        close = ready if loads is None else least_loading(ready, loads)
        if home is not None and all(endpoint.name != home for endpoint in ready):
            return min(close, key=self._expected_seconds)  # until its own is back
        self._leave(asking)
        best = min(close, key=self._expected_seconds)
        if (here := next((endpoint for endpoint in close if endpoint.name == home), None)) is not None:
            sooner = self._expected_seconds(best)
            if self._expected_seconds(here) <= max(_MUCH_SOONER * sooner, sooner + _LEAST_GAIN):
                best = here
        self._place[asking] = best.name
        self._runs[best.name] += 1
        return best

    def begin(self, endpoint: Endpoint) -> int:
        """A call goes there; returns how many are under way with it."""
        self._open[endpoint.name] += 1
        return self._open[endpoint.name]

    def end(self, endpoint: Endpoint) -> None:
        """It has ended, however it did."""
        self._open[endpoint.name] -= 1

    def learn(self, endpoint: Endpoint, seconds: float, at_once: int) -> None:
        """A call was answered.

        Args:
            seconds: that it took, what it waited here for the server among them.
            at_once: calls that were under way when it began.
        """
        speed = max(seconds / max(at_once, 1), _SHORTEST)
        before = self._speed.get(endpoint.name, speed)
        self._speed[endpoint.name] = before + _WEIGHT * (speed - before)

    def forget(self, run: str, models: Sequence[str]) -> None:
        """A run has ended here."""
        for model in models:
            self._leave((run, model))

    def _leave(self, asking: _Asking) -> None:
        if (name := self._place.pop(asking, None)) is not None:
            self._runs[name] -= 1

    def _expected_seconds(self, endpoint: Endpoint) -> float:
        """Seconds that a call of one more run would take there; a server that nobody knows is as fast as any."""
        speed = self._speed.get(endpoint.name)
        if speed is None:
            speed = min(self._speed.values(), default=_SHORTEST)
        return speed * (max(self._runs[endpoint.name], self._open[endpoint.name]) + 1)


def least_loading(endpoints: Sequence[Endpoint], model: LoadedModel) -> Sequence[Endpoint]:
    """Of several servers, those where a call to a model costs least loading, now and later.

    Where all hold whatever they are asked, these are all.
    """
    holding = [one for one in endpoints if one.turns is None or one.turns.holds(model)]
    if holding:
        return [one for one in endpoints if one in holding or is_long_idle(one)]
    if room := [one for one in endpoints if one.turns is not None and one.turns.has_room]:
        return room
    return [min(endpoints, key=lambda one: _disturbance(one, endpoints))]


def is_long_idle(endpoint: Endpoint) -> bool:
    """Whether a server would rather load a model than go on doing nothing."""
    return endpoint.is_ready and endpoint.turns is not None and endpoint.turns.idle_seconds >= LONG_IDLE


def _disturbance(endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> tuple[bool, bool, float]:
    """How much it costs that a server loads another model: whether it is asked just now, whether it alone holds what it
    has, and how lately it was asked."""
    assert endpoint.turns is not None, "without turns it holds everything"
    others = [one.turns for one in endpoints if one is not endpoint and one.turns is not None]
    alone = not all(any(other.holds(model) for other in others) for model in endpoint.turns.models)
    idle = endpoint.turns.idle_seconds
    return idle == 0.0, alone, -idle
