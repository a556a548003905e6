"""Turns of models on a server that holds only some of them at once.

A call to a model that is not loaded waits while those that are have calls under way, or surely get more: its run is
between two calls, or one has ended this moment. So what all runs ask of one model is gathered, and the server loads
as seldom as the runs allow; runs whose roles have models of their own go side by side, all with one model, then all
with the other. Models that wait come in the order of their first call.

No model waits for ever: once a turn has lasted `LONGEST_TURN` and another model waits, the loaded one is given no new
calls, and what is under way is its last. A run that thinks or waits for a person for longer than `_BETWEEN_CALLS` holds
nobody up.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from sociarium.experiment.loaded_models import LoadedModel
from sociarium.ports.clock import Clock
from sociarium.runner.models.call_endings import EndpointAway
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped

T = TypeVar("T")

LONGEST_TURN = 600.0
"""Seconds after which a model gives way to another that waits."""
_BETWEEN_CALLS = 2.0
"""Seconds for which a run may be expected to ask the model again that it asked last."""
_LOOK_ELSEWHERE = 2.0
"""Seconds between looks at other servers, of who waits for a model."""
_BETWEEN_STEPS = 0.05
"""The same where nobody is expected by name: steps of one run that go side by side, and a run that follows another."""


@dataclass(slots=True)
class _Turn:
    """A model that is loaded.

    Attributes:
        began: monotonic seconds. left: when its last call ended. open: calls under way.
    """

    began: float
    left: float
    open: int = 0


def _nowhere() -> bool:
    return False


class ModelTurns:
    """Which models of one server may be asked now. Lives on one event loop.

    Args:
        most: models that the server holds at once.
    """

    def __init__(self, most: int, *, clock: Clock, stop: StopSwitch) -> None:
        self._most = most
        self._clock = clock
        self._stop = stop
        self._loaded: dict[LoadedModel, _Turn] = {}
        self._waiting: dict[LoadedModel, deque[asyncio.Future[bool]]] = {}
        self._calls: Counter[str] = Counter()
        self._between: dict[str, tuple[LoadedModel, float]] = {}
        self._later: asyncio.TimerHandle | None = None
        self._began = clock.monotonic()
        stop.when_draining(self._send_away)

    def holds(self, model: LoadedModel) -> bool:
        """Whether a model is loaded, or waits for its turn."""
        return model in self._loaded or model in self._waiting

    @property
    def models(self) -> Collection[LoadedModel]:
        """Those that have their turn."""
        return self._loaded.keys()

    @property
    def has_room(self) -> bool:
        """Whether another model can be loaded beside those that are, and those that wait."""
        return len(self._loaded.keys() | self._waiting.keys()) < self._most

    @property
    def idle_seconds(self) -> float:
        """For how long nobody has asked anything; 0 while somebody does."""
        if self._waiting or any(turn.open for turn in self._loaded.values()):
            return 0.0
        return self._clock.monotonic() - max((turn.left for turn in self._loaded.values()), default=self._began)

    async def call(
        self,
        run: str,
        model: LoadedModel,
        ask: Callable[[], Awaitable[T]],
        *,
        elsewhere: Callable[[], bool] = _nowhere,
    ) -> T:
        """Make a call once the model may be asked.

        Args:
            elsewhere: whether another server would load the model now; who waits here looks now and then.

        Raises:
            EndpointAway: it would.
            WorkStopped: the work stops before it is this call's turn.
            whatever `ask` raises.
        """
        self._stop.check()
        self._calls[run] += 1
        self._between.pop(run, None)
        try:
            await self._enter(model, elsewhere)
            try:
                return await ask()
            finally:
                turn = self._loaded[model]
                turn.open -= 1
                turn.left = self._clock.monotonic()
        finally:
            self._calls[run] -= 1
            if not self._calls[run]:
                del self._calls[run]
                self._between[run] = (model, self._clock.monotonic())
            self._look()

    def forget(self, run: str) -> None:
        """A run has ended: it asks nothing more."""
        if self._between.pop(run, None) is not None:
            self._look()

    async def _enter(self, model: LoadedModel, elsewhere: Callable[[], bool]) -> None:
        """Wait until the model is loaded; its turn then counts this call among those under way."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(model, deque()).append(place)
        self._look()
        try:
            while not place.done() and elsewhere is not _nowhere:
                await asyncio.wait([place], timeout=_LOOK_ELSEWHERE)
                if not place.done() and elsewhere():
                    self._leave(model, place)
                    raise EndpointAway(0)
            admitted = await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.result():
                self._loaded[model].open -= 1
            else:
                self._leave(model, place)
            raise
        if not admitted:
            raise WorkStopped

    def _leave(self, model: LoadedModel, place: asyncio.Future[bool]) -> None:
        """Wait no more."""
        if (places := self._waiting.get(model)) is not None:
            with suppress(ValueError):
                places.remove(place)
            if not places:
                del self._waiting[model]

    def _look(self) -> None:
        """Let in whoever may go, and see again when that may change by itself."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        while True:
            for model in [model for model in self._waiting if model in self._loaded and not self._gives_way(model)]:
                self._admit(model)
            following = next((model for model in self._waiting if model not in self._loaded), None)
            if following is None or (len(self._loaded) >= self._most and not self._unload()):
                return
            now = self._clock.monotonic()
            self._loaded[following] = _Turn(now, now)
            self._admit(following)

    def _admit(self, model: LoadedModel) -> None:
        for place in self._waiting.pop(model):
            if not place.done():
                self._loaded[model].open += 1
                place.set_result(True)

    def _gives_way(self, model: LoadedModel) -> bool:
        """Whether its turn was long enough, and another waits for it to end."""
        if all(other in self._loaded for other in self._waiting):
            return False
        return self._clock.monotonic() - self._loaded[model].began >= LONGEST_TURN

    def _unload(self) -> bool:
        """End the turn of the model that nobody has asked for longest; False where all are needed still."""
        until = {model: self._needed_until(model) for model, turn in self._loaded.items() if not turn.open}
        now = self._clock.monotonic()
        ended = [model for model, moment in until.items() if moment <= now]
        if ended:
            del self._loaded[min(ended, key=lambda model: self._loaded[model].left)]
            return True
        if until:
            seconds = max(min(until.values()) - now, 0.001)
            self._later = asyncio.get_running_loop().call_later(seconds, self._look)
        return False

    def _needed_until(self, model: LoadedModel) -> float:
        """Until when more calls are expected of a model that has none under way."""
        turn = self._loaded[model]
        expected = (left + _BETWEEN_CALLS for of, left in self._between.values() if of == model)
        return min(max(turn.left + _BETWEEN_STEPS, *expected, 0.0), turn.began + LONGEST_TURN)

    def _send_away(self) -> None:
        """Nothing new may begin: whoever waits is told."""
        for places in self._waiting.values():
            for place in places:
                if not place.done():
                    place.set_result(False)
        self._waiting.clear()
