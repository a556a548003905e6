"""The retry policy: the only one in the program. Vendor retries are off.

It is asked with an error and what was tried so far, and answers with a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, RateLimited, RequestTooLarge, TimedOut

Cause = Literal["failure", "limited", "away", "queue"]
"""Why a call had no answer.

failure: the server failed, or the connection broke. limited: the server asks for patience, or its queue is full. away:
nobody answers at the address, or everything there is silent. queue: the call's time ran out while the server lived, so
that it stood behind others, or behind the loading of another model.
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after so many seconds.

    Attributes:
        everybody: whether all calls to the endpoint wait, or only this one.
        narrows: whether the server has more on its hands than it can do, so that less is asked of it at once.
    """

    seconds: float
    everybody: bool = False
    narrows: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again.

    Attributes:
        stops: whether the server is to blame rather than the call, so that the sweep stops, resumable.
    """

    stops: bool = False


Decision = Wait | GiveUp


@dataclass(frozen=True, slots=True)
class Attempts:
    """What a call has met so far, for the cause of its last error.

    Attributes:
        times: this one included: failures of this call; of the other causes, how often in a row the endpoint met it,
            whichever call it was.
        waited: seconds since this call first met the cause.
        answered: whether the endpoint answered any other call meanwhile.
    """

    times: int = 1
    waited: float = 0.0
    answered: bool = True


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When and after how long a call is tried again.

    A server that fails now and then is asked a bounded number of times, ever later. One that asks for patience is
    given it, as long as it says. One that is away is waited for: the queue stands still and no run fails. A call that
    stood in a server's queue is asked again, and less is asked at once.

    Attributes:
        attempts: of one call, failures only.
        pause, longest_pause: seconds; each pause is twice the one before.
        probe: seconds between two looks whether a server is back, at most.
        longest_patience: seconds that a server may be away, ask for patience, or leave a call in its queue.
    """

    attempts: int = 8
    pause: float = 0.5
    longest_pause: float = 30.0
    probe: float = 2.0
    longest_patience: float = 3600.0

    def cause(self, error: ModelError, *, alive: bool = False) -> Cause:
        """Why a call had no answer.

        Args:
            alive: whether the server answered something else since the call began.
        """
        if isinstance(error, RateLimited):
            return "limited"
        if isinstance(error, EndpointUnavailable):
            return "away"
        if isinstance(error, TimedOut):
            return "queue" if alive else "away"
        return "failure"

    def decide(self, error: ModelError, tried: Attempts, *, chance: float, alive: bool = False) -> Decision:
        """What to do after an error.

        Args:
            chance: a number in [0, 1) that spreads pauses, so that calls which failed together come back apart.
            alive: as for `cause`.
        """
        if isinstance(error, Misconfigured | RequestTooLarge):
            return GiveUp()
        cause = self.cause(error, alive=alive)
        if cause == "failure":
            return GiveUp() if tried.times >= self.attempts else Wait(self._growing(tried.times, chance))
        if tried.waited >= self.longest_patience:
            # Where others were answered while this one stood in the queue, it is the call that cannot be answered.
            return GiveUp(stops=not (cause == "queue" and tried.answered))
        if cause == "queue":
            return Wait(self._growing(tried.times, chance), narrows=True)
        growing = self._growing(tried.times, 0.5)
        if cause == "away":
            # Whether somebody answers is asked by one call and costs nothing: an absence should cost its length.
            return Wait(min(growing, self.probe), everybody=True)
        return Wait(self._asked_for(error) or growing, everybody=True, narrows=True)

    def _asked_for(self, error: ModelError) -> float | None:
        """Seconds that the server asks for; never more than it is waited for in all, so that what it says of next year
        is asked about once more, and the sweep then stops.
        """
        if not isinstance(error, RateLimited) or error.retry_after is None:
            return None
        return min(error.retry_after, self.longest_patience)

    def _growing(self, times: int, chance: float) -> float:
        return float(min(self.pause * 2 ** min(times - 1, 60), self.longest_pause) * (0.5 + chance))
