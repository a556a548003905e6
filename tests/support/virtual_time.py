"""An event loop in which waiting takes no time: when everybody waits, its clock goes to where the first one wakes."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Waits for nothing; says by how much the clock went on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits for what never comes")
        if not ready and timeout:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop with a clock of its own."""

    def __init__(self) -> None:
        self._passing = _Selector()
        super().__init__(self._passing)

    def time(self) -> float:
        return 1000.0 + self._passing.passed


class VirtualClock:
    """The clock port over the running loop's time."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> str:
        return "2026-01-01T00:00:00.000Z"


VIRTUAL_TIME = ("asyncio", {"loop_factory": VirtualLoop})
"""What the fixture `anyio_backend` returns in a module whose tests are played in virtual time."""


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run to the end in virtual time, where a test is no coroutine itself."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work())
