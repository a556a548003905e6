"""Endpoints: how much one server is asked at once, and what is done when it is overloaded or away.

The limit falls by half when the server asks for patience and grows by one with each round of good answers (additive
increase, multiplicative decrease; Chiu and Jain, *Computer Networks and ISDN Systems* 17, 1989). A server that is away
is asked by one call at a time until it answers; all others wait.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from sociarium.errors import EndpointUnavailable, ModelError, RateLimited, Transient
from sociarium.ports.clock import Clock
from sociarium.ports.model import Served
from sociarium.ports.observer import Observer, Waiting
from sociarium.runner.retries import GiveUp, RetryPolicy, Tried
from sociarium.runner.stopping import StopSwitch

CEILING = 1024
"""Calls open at once where no `limits:` say otherwise; the sweep's concurrency bounds it anyway."""


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """What a server is asked at most.

    Attributes:
        open: calls at once. per_minute: calls begun in a minute.
    """

    open: int = CEILING
    per_minute: float | None = None

    def and_also(self, other: EndpointLimits) -> EndpointLimits:
        """The stricter of two, in each respect."""
        rates = [limits.per_minute for limits in (self, other) if limits.per_minute is not None]
        return EndpointLimits(min(self.open, other.open), min(rates, default=None))


UNLIMITED = EndpointLimits()


_UNTRIED = Tried()


class Moved(Exception):
    """The server is away, and another can be asked instead.

    Attributes:
        attempts: made here.
    """

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts
        super().__init__(attempts)


def _nowhere() -> bool:
    return False


class Endpoint:
    """One server, for all runs of one process. Lives on one event loop."""

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
        self._limits = limits
        self._policy = policy
        self._clock = clock
        self._observer = observer
        self._stop = stop
        self._limit = float(limits.open)
        self._open = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._not_before = 0.0
        self._next_start = 0.0
        self._narrowed = 0.0
        self._away_since: float | None = None
        self._refusals = 0
        self._why = ""
        stop.when_draining(self._wake_all)

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer when it was last asked."""
        return self._away_since is not None

    @property
    def is_ready(self) -> bool:
        """Whether a call would go out now or soon: the server is there, or it is time to see whether it is back."""
        return not self.is_away or self._is_free

    @property
    def waiting(self) -> str:
        """What the endpoint waits for; empty while it works."""
        return self._why if self._clock.monotonic() < self._not_before or self.is_away else ""

    @property
    def limit(self) -> int:
        """Calls that may be open now."""
        return 1 if self.is_away else max(1, int(self._limit))

    async def call(
        self, ask: Callable[[], Awaitable[Served]], *, elsewhere: Callable[[], bool] = _nowhere
    ) -> tuple[Served, int]:
        """Ask until there is an answer; returns it with the number of attempts.

        Args:
            elsewhere: whether another server could answer, so that nobody waits for this one while it is away.

        Raises:
            Moved: the server is away, and another could answer.
            Drained: the work stops, and the call was not under way.
            ModelError: the policy gives up.
        """
        tried, attempts, first = _UNTRIED, 0, 0.0
        while True:
            if not await self._admitted(elsewhere):
                raise Moved(attempts)
            attempts += 1
            began = self._clock.monotonic()
            try:
                served = await ask()
            except ModelError as error:
                now = self._clock.monotonic()
                self._left()
                first = first or now
                tried = self._tried(tried, error, now - first)
                decision = self._policy.decide(error, tried, chance=random.random())  # noqa: S311  # spreads pauses
                if isinstance(decision, GiveUp):
                    raise _told(error, attempts) from error
                if decision.everybody:
                    self._hold(error, began, decision.seconds)
                else:
                    await self._pause(decision.seconds)
            except BaseException:
                self._left()
                raise
            else:
                self._left()
                self._answered()
                return served, attempts

    def _tried(self, tried: Tried, error: ModelError, waited: float) -> Tried:
        if isinstance(error, RateLimited | EndpointUnavailable):
            self._refusals += 1
            return replace(tried, refusals=self._refusals, waited=waited)
        return replace(tried, failures=tried.failures + 1, waited=waited)

    def _hold(self, error: ModelError, began: float, seconds: float) -> None:
        """Let everybody wait; narrow the limit once for the calls that met the same overload."""
        now = self._clock.monotonic()
        self._not_before = max(self._not_before, now + seconds)
        self._why = str(error)
        if isinstance(error, EndpointUnavailable):
            if self._away_since is None:
                self._away_since = now
                self._wake_all()
                self._observer.notice(Waiting(f"{self.name}: {error}"))
        elif began >= self._narrowed:
            self._limit = max(1.0, min(self._limit, self._open + 1) / 2)
            self._narrowed = now
            self._observer.notice(Waiting(f"{self.name}, which asks for patience ({seconds:.0f} s)"))

    def _answered(self) -> None:
        self._refusals = 0
        if self._away_since is not None:
            self._away_since = None
            self._wake()
        if self._limit < self._limits.open:
            self._limit = min(self._limit + 1 / self._limit, float(self._limits.open))
            self._wake()

    @property
    def _is_free(self) -> bool:
        return self._open < self.limit and self._clock.monotonic() >= self._not_before

    async def _admitted(self, elsewhere: Callable[[], bool]) -> bool:
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
                await self._pause(self._not_before - self._clock.monotonic())
            else:
                await self._queued()
        self._open += 1
        try:
            await self._paced()
        except BaseException:
            self._left()
            raise
        return True

    async def _paced(self) -> None:
        if self._limits.per_minute is None:
            return
        now = self._clock.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + 60.0 / self._limits.per_minute
        if start > now:
            await self._pause(start - now)

    async def _queued(self) -> None:
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

    def _left(self) -> None:
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


def _told(error: ModelError, attempts: int) -> ModelError:
    if attempts > 1 and isinstance(error, Transient):
        return Transient(f"{error} (after {attempts} attempts)")
    return error
