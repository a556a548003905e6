"""A clock that is set by hand, and a worker of another machine, for what waits for a lease."""

from __future__ import annotations

from sociarium.records.runs import Worker


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> str:
        return "2026-03-01T08:00:00.000Z"


ELSEWHERE = Worker("far", "another-host", "another-boot", 1, "1")
