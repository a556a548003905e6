"""The retry policy: the only one in the program. Vendor retries are off.

It is asked with an error and what was tried so far, and answers with a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, RateLimited


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after so many seconds.

    Attributes:
        everybody: whether all calls to the endpoint wait, or only this one.
    """

    seconds: float
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again."""


Decision = Wait | GiveUp


@dataclass(frozen=True, slots=True)
class Tried:
    """What a call has met so far.

    Attributes:
        failures: transient failures, this one included.
        refusals: times the server asked for patience or was away, in a row, this one included.
        waited: seconds since the first of these.
    """

    failures: int = 0
    refusals: int = 0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When and after how long a call is tried again.

    A server that fails now and then is asked a bounded number of times, ever later. One that asks for patience is
    given it, as long as it says. One that is away is waited for: the queue stands still and no run fails.

    Attributes:
        attempts: of one call, transient failures only.
        pause, longest_pause: seconds; each pause is twice the one before.
        probe: seconds between two looks whether a server is back, at most.
        longest_patience: seconds that a server may be away, or ask for patience, before the sweep stops, resumable.
    """

    attempts: int = 8
    pause: float = 0.5
    longest_pause: float = 30.0
    probe: float = 2.0
    longest_patience: float = 3600.0

    def decide(self, error: ModelError, tried: Tried, *, chance: float) -> Decision:
        """What to do after an error.

        Args:
            chance: a number in [0, 1) that spreads pauses, so that calls which failed together come back apart.
        """
        if isinstance(error, Misconfigured):
            return GiveUp()
        if isinstance(error, RateLimited | EndpointUnavailable):
            if tried.waited >= self.longest_patience:
                return GiveUp()
            growing = self._growing(tried.refusals, 0.5)
            if isinstance(error, EndpointUnavailable):
                # Whether somebody answers is asked by one call and costs nothing: an absence should cost its length.
                growing = min(growing, self.probe)
            return Wait(self._asked_for(error) or growing, everybody=True)
        if tried.failures >= self.attempts:
            return GiveUp()
        return Wait(self._growing(tried.failures, chance))

    def _asked_for(self, error: ModelError) -> float | None:
        return error.retry_after if isinstance(error, RateLimited) else None

    def _growing(self, times: int, chance: float) -> float:
        return float(min(self.pause * 2 ** (times - 1), self.longest_pause) * (0.5 + chance))
