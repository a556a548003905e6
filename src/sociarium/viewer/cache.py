"""What was read of sweeps and feeds, kept for pages that show it again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import inf
from typing import Generic, TypeVar

_REMEMBERED = 500
_FRESH = 2.0
_SHARE = 20
"""A sweep that still changes is not read again for a page for two seconds, and for so many times as reading took."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """What was read of sweeps: a complete one is read once; another one again after a while, which is longer where
    reading takes long.

    Concurrency: any thread may ask; two that ask at once may both read.

    Args:
        most: that all of it may weigh together; what was read last is kept whatever it weighs.
    """

    def __init__(
        self,
        is_complete: Callable[[Value], bool],
        *,
        most: int = _REMEMBERED,
        weight: Callable[[Value], int] = lambda _: 1,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_complete = is_complete
        self._weight = weight
        self._most = most
        self._now = now
        # When it was read, and until when it is as good as read now.
        self._known: OrderedDict[Key, tuple[float, float, Value]] = OrderedDict()

    def value_of(self, key: Key) -> Value | None:
        """What is known under a key; None where it is to be read."""
        entry = self._known.get(key)
        return entry[2] if entry and (self._is_complete(entry[2]) or self._now() < entry[1]) else None

    def former(self, key: Key, *, seconds: float = inf) -> Value | None:
        """What was read last under a key, outdated or not, where that is no longer ago than so many seconds."""
        entry = self._known.get(key)
        return entry[2] if entry and self._now() - entry[0] < seconds else None

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """What is known under a key, or is read now."""
        value = self.value_of(key)
        if value is not None:
            return value
        began = self._now()
        value = read()
        ended = self._now()
        self._known[key] = (ended, ended + max(_FRESH, _SHARE * (ended - began)), value)
        self._known.move_to_end(key)
        entries = list(self._known.items())
        total = sum(self._weight(one) for _, (_, _, one) in entries)
        for earlier, (_, _, one) in entries[:-1]:
            if total <= self._most:
                break
            total -= self._weight(one)
            self._known.pop(earlier, None)
        return value

    def forget(self, is_changed: Callable[[Key], bool]) -> None:
        """Read what stands under some keys again when it is asked for next."""
        for key in [key for key in self._known if is_changed(key)]:
            self._known.pop(key, None)

    def expire(self, is_changed: Callable[[Key], bool], *, seconds: float = 0.0) -> None:
        """Read what stands under some keys again when it is asked for next; it stays known as what was read last.

        Args:
            seconds: what was read less than so many seconds ago stands.
        """
        for key, (read, _, value) in list(self._known.items()):
            if is_changed(key) and self._now() - read >= seconds:
                self._known[key] = (read, read, value)
