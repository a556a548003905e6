"""Endpoints: how much one server is asked at once, and what is done when it is overloaded or away.

A server that asks for patience, or leaves a call in its queue until its time is up, has less open at once. One that is
away is asked by one call at a time until it answers; all others wait. Outside of its hours nothing is asked.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sociarium.errors import EndpointUnavailable, ModelError, RateLimited, TimedOut, Transient
from sociarium.ports.clock import Clock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import Observer
from sociarium.runner.models.call_endings import CallHeld, EndpointAway, final_error
from sociarium.runner.models.endpoint_health import Health, TimedCall
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.model_turns import ModelTurns
from sociarium.runner.models.open_calls import OpenCalls
from sociarium.runner.models.opening import Opening
from sociarium.runner.models.rate_limit import RateLimit
from sociarium.runner.models.retry_policy import GiveUp, RetryPolicy
from sociarium.runner.workers.shutdown import StopSwitch

_SHORTEST_PAUSE = 0.001
_LOOK = 1.0
"""Seconds after which whoever waits for tokens looks again: answers to other calls may have given some back."""


def _nowhere() -> bool:
    return False


async def _silent() -> bool:
    return False


async def _with_absence(error: ModelError, is_alive: Callable[[], Awaitable[bool]]) -> ModelError:
    """An error; the absence of a server where one that failed shows no sign of life any more.

    So a gateway tells that the server behind it is away: by an answer of its own (502) to whatever is asked.
    """
    if not isinstance(error, Transient) or isinstance(error, TimedOut) or is_alive is _silent or await is_alive():
        return error
    return EndpointUnavailable(str(error))


class Endpoint:
    """One server, for all runs of one process. Lives on one event loop.

    Attributes:
        turns: of its models, where it holds only some at once; whoever calls goes through them.
    """

    def __init__(
        self,
        name: str,
        limits: EndpointLimits,
        *,
        policy: RetryPolicy,
        clock: Clock,
        observer: Observer,
        stop: StopSwitch,
    ) -> None:
        self.name = name
        self.turns = None if limits.loaded is None else ModelTurns(limits.loaded, clock=clock, stop=stop)
        self._policy = policy
        self._clock = clock
        self._stop = stop
        self._health = Health(name, clock, observer)
        self._opening = Opening(limits.hours, clock)
        self._rate = RateLimit(clock, limits.per_minute, limits.tokens_per_minute)
        self._starting = asyncio.Lock()
        self._limit = OpenCalls(limits.open, clock)
        self._open = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._news = asyncio.Event()
        stop.when_draining(self._wake_all)

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer when it was last asked."""
        return self._health.is_away

    @property
    def is_there(self) -> bool:
        """Whether the server can answer now, as far as is known: it is not away, and it is within its hours."""
        return not self.is_away and self._opening.is_open()

    @property
    def is_ready(self) -> bool:
        """Whether a call would go out now or soon: the server is there, or it is time to see whether it is back."""
        return self.is_there or (self._is_free and self._opening.is_open())

    @property
    def waiting(self) -> str:
        """What the endpoint waits for; empty while it works."""
        return self._health.waiting

    @property
    def limit(self) -> int:
        """Calls that may be open now."""
        return 1 if self.is_away else self._limit.limit

    def change_limits(self, limits: EndpointLimits) -> None:
        """Ask at most so much from now on; what is under way is finished, and `loaded` stays as it is."""
        self._opening = Opening(limits.hours, self._clock)
        self._rate.change(limits.per_minute, limits.tokens_per_minute)
        self._limit.change_most(limits.open)
        self._wake_all()

    async def call(
        self,
        ask: Callable[[], Awaitable[ServedReply]],
        *,
        request: ModelRequest | None = None,
        is_held: Callable[[], bool] = _nowhere,
        elsewhere: Callable[[], bool] = _nowhere,
        is_alive: Callable[[], Awaitable[bool]] = _silent,
    ) -> tuple[ServedReply, int]:
        """Ask until there is an answer; returns it with the number of attempts.

        Args:
            request: what is asked, where its tokens count.
            is_held: whether the call must not go out after all, once it has its place.
            elsewhere: whether another server could answer, so that nobody waits for this one while it is away.
            is_alive: looks whether the server gives a sign of life.

        Raises:
            EndpointAway: the server is away, and another could answer.
            CallHeld: the call is held.
            WorkStopped: the work stops, and the call was not under way.
            ModelError: the policy gives up; EndpointUnavailable or RateLimited where the server is to blame.
        """
        call = TimedCall(self._clock, self._health)
        try:
            while True:
                if not await self._admit(call, request, elsewhere):
                    raise EndpointAway(call.attempts)
                if is_held():
                    self._rate.correct(call.tokens, 0.0)
                    self._release()
                    raise CallHeld(call.attempts)
                call.begin()
                try:
                    served = await self._once(call, ask, is_alive)
                except ModelError as error:
                    self._release()
                    failure = await _with_absence(error, is_alive)
                    if isinstance(failure, EndpointUnavailable):
                        self._rate.correct(call.tokens, 0.0)
                    alive = await self._lives(failure, call, is_alive)
                    await self._recover(failure, call, alive=alive)
                except BaseException:
                    self._release()
                    raise
                else:
                    self._record_answer(call)
                    self._rate.settle(call.tokens, request, served.reply)
                    return served, call.attempts
        finally:
            call.end()

    async def _once(
        self, call: TimedCall, ask: Callable[[], Awaitable[ServedReply]], is_alive: Callable[[], Awaitable[bool]]
    ) -> ServedReply:
        # A whole call to a silent server costs all of its time; a look at it costs little.
        if (silence := self._health.silence) is not None and is_alive is not _silent and not await is_alive():
            raise silence.with_traceback(None)  # it would grow with each look
        call.attempts += 1
        return await ask()

    async def _lives(self, error: ModelError, call: TimedCall, is_alive: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the server lived while a call's time ran out."""
        if not isinstance(error, TimedOut) or error is self._health.silence:
            return False
        answered = self._health.answered
        return (answered is not None and answered > call.began) or await is_alive()

    async def _recover(self, error: ModelError, call: TimedCall, *, alive: bool) -> None:
        """Do what the policy decides after an error.

        Raises:
            ModelError: it gives up.
        """
        was_away = self.is_away
        tried = call.after(self._policy.cause(error, alive=alive), error)
        if was_away != self.is_away:
            self._wake_all()
        decision = self._policy.decide(error, tried, chance=random.random(), alive=alive)  # noqa: S311  # spreads pauses
        if isinstance(decision, GiveUp):
            raise final_error(error, call.attempts, decision, tried) from error
        if decision.narrows:
            self._limit.take_overload(call.began, self._open)
        if decision.everybody and not (isinstance(error, RateLimited) and self._limit.refuses_anyway):
            self._health.hold(decision.seconds)
        else:
            self._health.tell()
            await self._pause(decision.seconds)

    def _record_answer(self, call: TimedCall) -> None:
        self._health.show_answer()
        self._limit.take_answer(call.began, waits=bool(self._queue))
        self._release()

    @property
    def _is_free(self) -> bool:
        return self._open < self.limit and self._clock.monotonic() >= self._health.not_before

    async def _admit(self, call: TimedCall, request: ModelRequest | None, elsewhere: Callable[[], bool]) -> bool:
        """Wait for a place, but not for a server that is away while another is there: then False.

        Raises:
            WorkStopped: the work stops first.
        """
        self._stop.check()
        while True:
            if not (self._is_free and self._opening.is_open()):
                if not self.is_there and elsewhere():
                    self._wake()
                    return False
                await self._wait_until_free(call)
                continue
            self._open += 1
            self._health.tell()
            try:
                call.tokens = await self._keep_pace(request)
            except BaseException:
                self._release()
                raise
            if self._opening.is_open():
                return True
            self._rate.correct(call.tokens, 0.0)
            self._release()

    async def _wait_until_free(self, call: TimedCall) -> None:
        """Wait for what stands in the way now; the caller looks again."""
        if not self._opening.is_open():
            call.forget()
            self._health.close(self._opening.opens_at)
            await self._pause(self._opening.seconds_to_next_look, until=self._news)
            if self._opening.is_open():
                self._health.open()
        elif self._open < self.limit:
            await self._pause(max(self._health.not_before - self._clock.monotonic(), _SHORTEST_PAUSE))
        else:
            await self._wait_in_queue()

    async def _keep_pace(self, request: ModelRequest | None) -> float:
        """Wait until a call may begin; returns the tokens that are reserved for it."""
        if not self._rate.is_bound:
            return 0.0
        async with self._starting:
            while (seconds := self._rate.seconds_to_next) > 0:
                await self._pause(max(min(seconds, _LOOK), _SHORTEST_PAUSE))
            return self._rate.begin(request)

    async def _wait_in_queue(self) -> None:
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            with suppress(ValueError):
                self._queue.remove(place)
            self._wake()  # it may have been this one's turn
            raise
        self._stop.check()

    async def _pause(self, seconds: float, *, until: asyncio.Event | None = None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for((until or self._stop.draining).wait(), max(seconds, 0.0))
        self._stop.check()

    def _release(self) -> None:
        self._open -= 1
        self._wake()

    def _wake(self) -> None:
        free = self.limit - self._open
        while free > 0 and self._queue:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(None)
                free -= 1

    def _wake_all(self) -> None:
        """Let everybody who waits for a place, or for hours to begin, look again."""
        self._news.set()
        self._news = asyncio.Event()
        for place in self._queue:
            if not place.done():
                place.set_result(None)
        self._queue.clear()
