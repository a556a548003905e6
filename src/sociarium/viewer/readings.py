"""What takes long to read: read once, beside the pages, which say meanwhile that it is being read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Generic, TypeVar

from sociarium.viewer.cache import Cache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Progress = Callable[[int], None]

_WORKERS = 2


class StillReading(Exception):
    """What a page shows is being read, and the page comes when it is there.

    Attributes:
        what: goes on, in a few words, such as `runs are being read`.
        done: how many of them were read so far; None where nobody counts.
        total: how many there are.
        seconds: since it began.
    """

    def __init__(self, what: str, done: int | None, total: int, seconds: float) -> None:
        super().__init__(what)
        self.what = what
        self.done = done
        self.total = total
        self.seconds = seconds


@dataclass(slots=True)
class Reading(Generic[Value]):
    """One reading; whoever reads tells `done` how far it is.

    Attributes:
        what, total: as of `StillReading`.
    """

    what: str
    total: int
    done: int | None = None
    began: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)
    result: Value | None = None
    fault: Exception | None = None

    def tell(self, done: int) -> None:
        """So many are read."""
        self.done = done


class Readings(Generic[Key, Value]):
    """Readings by key, and what they came to.

    Concurrency: any thread may ask; of several that ask for one key at once one reading serves all. At most `_WORKERS`
    are read at once, the others wait. A reading goes on when nobody waits for it any more; what it came to is there for
    whoever asks next, and so is its fault, once.

    Args:
        recent: what was read less than so many seconds ago is shown while it is read again, to who is to wait no longer
            than some patience.
    """

    def __init__(self, known: Cache[Key, Value], *, recent: float = 0.0) -> None:
        self._known = known
        self._recent = recent
        self._lock = threading.Lock()
        self._under_way: dict[Key, Reading[Value]] = {}
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._workers = 0

    def get(
        self, key: Key, read: Callable[[Progress], Value], *, patience: float | None, what: str, total: int
    ) -> Value:
        """What is known under a key, or is read now.

        Args:
            read: is given what to tell how many are read.
            patience: seconds to wait for it; None: until it is there.
            what, total: as of `StillReading`.

        Raises:
            StillReading: it takes longer.
        """
        with self._lock:
            value = self._known.value_of(key)
            if value is not None:
                return value
            reading = self._under_way.get(key) or self._begin(key, Reading(what, total), read)
        former = self._known.former(key, seconds=self._recent)
        if former is not None and patience is not None and not reading.ended.is_set():
            return former
        if not reading.ended.wait(patience):
            raise StillReading(reading.what, reading.done, reading.total, time.monotonic() - reading.began)
        if reading.fault is not None:
            self._forget(key, reading)
            raise reading.fault
        assert reading.result is not None
        return reading.result

    def former(self, key: Key) -> Value | None:
        """What was read last under a key, outdated or not."""
        return self._known.former(key)

    def forget(self, is_changed: Callable[[Key], bool]) -> None:
        """As `Cache.forget`."""
        self._known.forget(is_changed)

    def expire(self, is_changed: Callable[[Key], bool], *, seconds: float = 0.0) -> None:
        """As `Cache.expire`."""
        self._known.expire(is_changed, seconds=seconds)

    def _begin(self, key: Key, reading: Reading[Value], read: Callable[[Progress], Value]) -> Reading[Value]:
        self._under_way[key] = reading
        self._waiting.put(partial(self._read, key, reading, read))
        if self._workers < _WORKERS:
            self._workers += 1
            # Daemons: the end of the server waits for no reading, which changes nothing.
            threading.Thread(target=self._work, daemon=True).start()
        return reading

    def _work(self) -> None:
        while True:
            self._waiting.get()()

    def _read(self, key: Key, reading: Reading[Value], read: Callable[[Progress], Value]) -> None:
        try:
            reading.result = self._known.get(key, lambda: read(reading.tell))
        except Exception as fault:  # noqa: BLE001  # raised where somebody asks for it
            reading.fault = fault
        else:
            self._forget(key, reading)
        finally:
            reading.ended.set()

    def _forget(self, key: Key, reading: Reading[Value]) -> None:
        with self._lock:
            if self._under_way.get(key) is reading:
                del self._under_way[key]
