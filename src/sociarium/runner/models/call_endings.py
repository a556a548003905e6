"""How a call at one server ends without an answer."""

from __future__ import annotations

from sociarium.errors import EndpointUnavailable, ModelError, TimedOut, Transient
from sociarium.runner.models.retry_policy import Attempts, GiveUp


class EndpointAway(Exception):
    """Another server can be asked instead: this one is away, or is busy with other models.

    Attributes:
        attempts: made here.
    """

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts
        super().__init__(attempts)


class CallHeld(Exception):
    """The call may not go out now, because somebody said so.

    Attributes:
        attempts: made here before.
    """

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts
        super().__init__(attempts)


def final_error(error: ModelError, attempts: int, decision: GiveUp, tried: Attempts) -> ModelError:
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
