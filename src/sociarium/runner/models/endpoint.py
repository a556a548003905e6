"""Endpoints: how much one server is asked at once, and what is done when it is overloaded or away.

The limit falls by half when the server asks for patience and grows by one with each round of good answers (additive
increase, multiplicative decrease; Chiu and Jain, *Computer Networks and ISDN Systems* 17, 1989); a call that stood in
the server's queue until its time was up narrows it too. A server that is away is asked by one call at a time until it
answers; all others wait.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from sociarium.errors import EndpointUnavailable, ModelError, TimedOut, Transient
from sociarium.ports.clock import Clock
from sociarium.ports.model import ServedReply
from sociarium.ports.observer import Observer
from sociarium.runner.models.endpoint_health import Call, Health
from sociarium.runner.models.model_turns import ModelTurns
from sociarium.runner.models.retry_policy import Attempts, GiveUp, RetryPolicy
from sociarium.runner.workers.shutdown import StopSwitch

CEILING = 1024
"""Calls open at once where no `limits:` say otherwise; the sweep's concurrency bounds it anyway."""


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """What a server is asked at most.

    Attributes:
        open: calls at once. per_minute: calls begun in a minute. loaded: models that the server holds at once.
    """

    open: int = CEILING
    per_minute: float | None = None
    loaded: int | None = None

    def and_also(self, other: EndpointLimits) -> EndpointLimits:
        """The stricter of two, in each respect."""
        rates = [limits.per_minute for limits in (self, other) if limits.per_minute is not None]
        most = [limits.loaded for limits in (self, other) if limits.loaded is not None]
        return EndpointLimits(min(self.open, other.open), min(rates, default=None), min(most, default=None))


UNLIMITED = EndpointLimits()


class EndpointAway(Exception):
    """The server is away, and another can be asked instead.

    Attributes:
        attempts: made here.
    """

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts
        super().__init__(attempts)


def _nowhere() -> bool:
    return False


async def _silent() -> bool:
    return False


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
        self._limits = limits
        self._policy = policy
        self._clock = clock
        self._stop = stop
        self._health = Health(name, clock, observer)
        self._limit = float(limits.open)
        self._open = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._next_start = 0.0
        self._narrowed = 0.0
        stop.when_draining(self._wake_all)

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer when it was last asked."""
        return self._health.is_away

    @property
    def is_ready(self) -> bool:
        """Whether a call would go out now or soon: the server is there, or it is time to see whether it is back."""
        return not self.is_away or self._is_free

    @property
    def waiting(self) -> str:
        """What the endpoint waits for; empty while it works."""
        return self._health.waiting

    @property
    def limit(self) -> int:
        """Calls that may be open now."""
        return 1 if self.is_away else max(1, int(self._limit))

    async def call(
        self,
        ask: Callable[[], Awaitable[ServedReply]],
        *,
        elsewhere: Callable[[], bool] = _nowhere,
        is_alive: Callable[[], Awaitable[bool]] = _silent,
    ) -> tuple[ServedReply, int]:
        """Ask until there is an answer; returns it with the number of attempts.

        Args:
            elsewhere: whether another server could answer, so that nobody waits for this one while it is away.
            is_alive: looks whether the server gives a sign of life.

        Raises:
            Moved: the server is away, and another could answer.
            Drained: the work stops, and the call was not under way.
            ModelError: the policy gives up; EndpointUnavailable or RateLimited where the server is to blame.
        """
        call = Call(self._clock, self._health)
        try:
            while True:
                if not await self._admit(elsewhere):
                    raise EndpointAway(call.attempts)
                call.begin()
                try:
                    served = await self._once(call, ask, is_alive)
                except ModelError as error:
                    self._release()
                    alive = await self._lives(error, call, is_alive)
                    await self._recover(error, call, alive=alive)
                except BaseException:
                    self._release()
                    raise
                else:
                    self._release()
                    self._record_success()
                    return served, call.attempts
        finally:
            call.end()

    async def _once(
        self, call: Call, ask: Callable[[], Awaitable[ServedReply]], is_alive: Callable[[], Awaitable[bool]]
    ) -> ServedReply:
        # A whole call to a silent server costs all of its time; a look at it costs little.
        if (silence := self._health.silence) is not None and is_alive is not _silent and not await is_alive():
            raise silence.with_traceback(None)  # it would grow with each look
        call.attempts += 1
        return await ask()

    async def _lives(self, error: ModelError, call: Call, is_alive: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the server lived while a call's time ran out."""
        if not isinstance(error, TimedOut) or error is self._health.silence:
            return False
        answered = self._health.answered
        return (answered is not None and answered > call.began) or await is_alive()

    async def _recover(self, error: ModelError, call: Call, *, alive: bool) -> None:
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
            raise _final_error(error, call.attempts, decision, tried) from error
        if decision.narrows and call.began >= self._narrowed:
            # Once for the calls that met the same overload.
            self._limit = max(1.0, min(self._limit, self._open + 1) / 2)
            self._narrowed = self._clock.monotonic()
        if decision.everybody:
            self._health.hold(decision.seconds)
        else:
            self._health.tell()
            await self._pause(decision.seconds)

    def _record_success(self) -> None:
        was_away = self.is_away
        self._health.show_answer()
        if self._limit < self._limits.open:
            self._limit = min(self._limit + 1 / self._limit, float(self._limits.open))
            self._wake()
        elif was_away:
            self._wake()

    @property
    def _is_free(self) -> bool:
        return self._open < self.limit and self._clock.monotonic() >= self._health.not_before

    async def _admit(self, elsewhere: Callable[[], bool]) -> bool:
        """Wait for a place, but not for a server that is away while another is there: then False.

        Raises:
            Drained: the work stops first.
        """
        self._stop.check()
        while not self._is_free:
            if self.is_away and elsewhere():
                self._wake()
                return False
            if self._open < self.limit:
                await self._pause(self._health.not_before - self._clock.monotonic())
            else:
                await self._wait_in_queue()
        self._open += 1
        self._health.tell()
        try:
            await self._pace()
        except BaseException:
            self._release()
            raise
        return True

    async def _pace(self) -> None:
        if self._limits.per_minute is None:
            return
        now = self._clock.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + 60.0 / self._limits.per_minute
        if start > now:
            await self._pause(start - now)

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

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.draining.wait(), max(seconds, 0.0))
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
        """Let everybody who waits for a place look again."""
        for place in self._queue:
            if not place.done():
                place.set_result(None)
        self._queue.clear()


def _final_error(error: ModelError, attempts: int, decision: GiveUp, tried: Attempts) -> ModelError:
    """The error with which a call ends."""
    if not isinstance(error, Transient):
        return error
    text = f"{error} (after {attempts} attempts)" if attempts > 1 else str(error)
    if decision.stops:
        return EndpointUnavailable(text)
    if isinstance(error, TimedOut):
        text += (
            f"; the server answered others in these {tried.waited:.0f} s: allow more `timeout`, ask less at once with "
            "`limits: {open: ...}`, or bound the reply with `max_tokens`"
        )
    return type(error)(text)
