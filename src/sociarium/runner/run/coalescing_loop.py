"""An event loop that other threads seldom interrupt."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Sized

_SECONDS_TO_GATHER = 0.001
"""How long calls of other threads are gathered where there are many."""
_SECONDS_AT_WORK = 0.003
"""How long a loop that has work looks at no socket."""


class _Selector(selectors.DefaultSelector):
    """Waits for sockets, and knows of other threads' calls.

    Attributes:
        is_asleep: whether the loop waits, and must be woken.
        due: what the loop calls next.
        calls: of other threads since the loop last waited.
    """

    is_asleep = False
    due: Sized = ()
    calls = 0
    _next_look = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            now = time.perf_counter()
            if self.due and now < self._next_look:
                return []
            self._next_look = now + _SECONDS_AT_WORK
            return super().select(timeout)
        come_in_crowds, self.calls = self.calls > 1, 0
        self.is_asleep = True
        try:
            # Looked at after the line above: what was due just before came from somebody who woke nobody.
            ready = super().select(0 if self.due else timeout)
        finally:
            self.is_asleep = False
        if come_in_crowds:
            time.sleep(_SECONDS_TO_GATHER)
        self._next_look = time.perf_counter() + _SECONDS_AT_WORK
        return ready


class CoalescingLoop(asyncio.SelectorEventLoop):
    """asyncio's own loop, which other threads wake only while it waits, and once.

    Answers come from the HTTP client's thread and commits from the writer's. asyncio writes a byte to itself for each,
    also where the loop is at work and looks at its calls anyway; each write, and each look at sockets, hands the
    interpreter from thread to thread and back. Seven writes of eight are for nothing with 64 calls under way.
    docs/decisions/0023 has the figures.
    """

    def __init__(self) -> None:
        self._sleeper = _Selector()
        super().__init__(self._sleeper)
        self._sleeper.due = vars(self)["_ready"]

    def _write_to_self(self) -> None:
        # asyncio calls it after each `call_soon_threadsafe`, whose call is due by then.
        self._sleeper.calls += 1
        if self._sleeper.is_asleep:
            self._sleeper.is_asleep = False
            super()._write_to_self()  # type: ignore[misc]
