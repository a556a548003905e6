"""Patience with a store that is away for a while: what is to be written waits, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sociarium.errors import StoreUnavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreRetry:
    """How long a store may be away before the sweep stops, resumable.

    Attributes:
        seconds: in all.
        pause, longest_pause: between two tries; each pause is twice the one before.
        sleep: waits; a port of time.
        waiting: told once when the waiting begins. ended: told when it is over.
    """

    seconds: float = 300.0
    pause: float = 0.2
    longest_pause: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    waiting: Callable[[str], None] = lambda _what: None
    ended: Callable[[], None] = lambda: None

    def over(self, call: Callable[[], T]) -> T:
        """Call until the store answers.

        Every call made through here may be repeated: the store's inserts return what stands.

        Raises:
            StoreUnavailable: the store stayed away.
        """
        waited, pause = 0.0, self.pause
        try:
            while True:
                try:
                    return call()
                except StoreUnavailable as error:
                    if waited >= self.seconds:
                        raise
                    if not waited:
                        self.waiting(str(error))
                    self.sleep(pause)
                    waited += pause
                    pause = min(2 * pause, self.longest_pause)
        finally:
            if waited:
                self.ended()

    async def in_thread(self, call: Callable[[], T]) -> T:
        """`over`, off the event loop."""
        return await asyncio.to_thread(self.over, call)
