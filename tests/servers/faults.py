"""Which calls go wrong and how: by a seeded schedule, or as a test says."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["error", "overloaded", "limited", "drop", "cut", "garbage", "shape", "hang",
                "gateway", "half", "empty", "stall", "busy", "stopped"]  # fmt: skip
"""What can go wrong.

error: HTTP 500. overloaded: 503. limited: 429 with Retry-After. drop: reset before the answer. cut: reset within it.
garbage: no JSON. shape: JSON of another shape. hang: no answer ever.
gateway: 502 with a page of a proxy. half: a whole answer with half of its JSON. empty: an answer without a reply in it.
stall: half of an answer, then silence. busy: 503 in the words of Ollama's full queue. stopped: 500 in its words for a
model that was unloaded on the way.
"""


@dataclass(slots=True)
class Faults:
    """A schedule of faults over the chat calls in order of arrival.

    Attributes:
        seed: of the draws; the same seed gives the same calls the same fate.
        error, overloaded, drop, cut, garbage, shape, hang: shares of the calls, each from 0 to 1.
        limited_every: every so-manieth call is limited; 0 for none.
        retry_after: what Retry-After says; a number of seconds or an HTTP date. Empty: it is not sent.
    """

    seed: int = 0
    error: float = 0.0
    overloaded: float = 0.0
    drop: float = 0.0
    cut: float = 0.0
    garbage: float = 0.0
    shape: float = 0.0
    hang: float = 0.0
    limited_every: int = 0
    retry_after: str = "0.05"
    _next: deque[Fault] = field(default_factory=deque)

    def next(self, *faults: Fault) -> None:
        """Let the next calls fail, one after another, before the schedule goes on."""
        self._next.extend(faults)

    def of(self, number: int) -> Fault | None:
        """The fault of a call, counted from 1; None when it goes well."""
        if self._next:
            return self._next.popleft()
        if self.limited_every and number % self.limited_every == 0:
            return "limited"
        drawn = random.Random(f"{self.seed}/{number}").random()
        shares: tuple[tuple[Fault, float], ...] = (
            ("error", self.error),
            ("overloaded", self.overloaded),
            ("drop", self.drop),
            ("cut", self.cut),
            ("garbage", self.garbage),
            ("shape", self.shape),
            ("hang", self.hang),
        )
        for fault, share in shares:
            if drawn < share:
                return fault
            drawn -= share
        return None

    @property
    def any(self) -> bool:
        """Whether a call may go wrong at all."""
        shares = (self.error, self.overloaded, self.drop, self.cut, self.garbage, self.shape, self.hang)
        return bool(self._next or self.limited_every or any(shares))
