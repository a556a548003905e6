"""Time, so that tests need not wait for it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks: one for durations, one for what people read. Neither reaches an environment.

    Concurrency: any thread may ask. Ordering: `monotonic` never goes back; `now` may, when the machine's time is set.
    """

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; compared only within one process."""
        ...

    def now(self) -> str:
        """UTC, ISO 8601 with milliseconds; never compared between machines."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        """Seconds since the machine started, or another fixed moment."""
        return time.monotonic()

    def now(self) -> str:
        """UTC, ISO 8601 with milliseconds."""
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
