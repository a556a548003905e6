"""Whether other workers are alive, by a counter that each of them beats and nobody's clock but our own.

A worker beats from a thread of its own, so that a busy event loop is not taken for death. An observer takes over from
one whose counter stood still for a lease on the observer's monotonic clock, or at once from one that it sees gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from loguru import logger

from sociarium.errors import SociariumError
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.runs import Worker
from sociarium.runner.workers.process import is_gone, is_here

BEATS_PER_LEASE = 4
HALTED, ENDED = "halted", "ended"
"""What a worker says of itself while it waits for somebody's word, and when it leaves."""

Verdict = Literal["alive", "gone", "unknown"]


@dataclass(slots=True)
class _Beat:
    beat: int
    at: float


class Liveness:
    """What one observer knows of other workers.

    Attributes:
        me: the observer's own process.
        lease: seconds after which a worker whose counter stands still is taken for dead.
    """

    def __init__(self, store: Store, me: Worker, clock: Clock, *, lease: float) -> None:
        self._store = store
        self.me = me
        self.clock = clock
        self.lease = lease
        self._last: dict[str, _Beat] = {}

    def verdicts(self, ids: Iterable[str]) -> Mapping[str, Verdict]:
        """Look at workers: alive while their counter moves, gone when it stood still for a lease or they are seen
        to be gone, unknown until one of these is clear. A worker that never beat is gone after a lease too.
        """
        different = sorted(set(ids))
        workers = self._store.workers(different)
        return {id_: self._verdict(id_, workers.get(id_)) for id_ in different}

    def _verdict(self, id_: str, worker: Worker | None) -> Verdict:
        if id_ == self.me.id:
            return "alive"
        if worker is not None and has_left(worker, self.me):
            return "gone"
        beat = -1 if worker is None else worker.beat
        now = self.clock.monotonic()
        last = self._last.get(id_)
        if last is None:
            self._last[id_] = _Beat(beat, now)
            return "unknown"
        if last.beat != beat:
            self._last[id_] = _Beat(beat, now)
            return "alive"
        return "gone" if now - last.at >= self.lease else "unknown"


def has_left(worker: Worker, me: Worker) -> bool:
    """Whether a worker said that it leaves, or its process is one of this machine and not there any more.

    The process of one that left may be at work still: on another start, as of the guided program or a notebook.
    """
    return bool(worker.doing.get(ENDED)) or (is_here(worker, me) and is_gone(worker))


class Heart:
    """Beats for this process from a thread of its own.

    Args:
        doing: what the worker says of itself with each beat.
        overslept: called from the thread when the process itself stood still for a lease (a suspended laptop, a
            stopped process), so that others may have taken over.
    """

    def __init__(
        self,
        store: Store,
        me: Worker,
        clock: Clock,
        *,
        lease: float,
        doing: Callable[[], Mapping[str, object]],
        overslept: Callable[[], None],
    ) -> None:
        self._store = store
        self._worker = me
        self._clock = clock
        self._lease = lease
        self._doing = doing
        self._overslept = overslept
        self._end = threading.Event()
        self._early = threading.Event()
        self._has_failed = False
        self._thread = threading.Thread(target=self._work, name="heart", daemon=True)

    def start(self) -> None:
        """Beat once, so that others know the worker before it claims anything, then go on in the thread.

        Raises:
            StoreError: the store does not take the first beat.
        """
        self._store.record_heartbeat(self._worker)
        self._early.set()  # what it does is said at once, too
        self._thread.start()

    def beat_soon(self) -> None:
        """Beat before it is time, because what the worker says of itself has changed."""
        self._early.set()

    def stop(self) -> None:
        """End the thread, and say so, for those who cannot see this process."""
        self._end.set()
        self._early.set()
        self._thread.join()
        if not self._has_failed:
            self._beat({ENDED: True})

    def _work(self) -> None:
        last = self._clock.monotonic()
        while True:
            self._early.wait(self._lease / BEATS_PER_LEASE)
            self._early.clear()
            if self._end.is_set():
                return
            now = self._clock.monotonic()
            if now - last >= self._lease:
                self._overslept()
            last = now
            self._beat(self._doing())

    def _beat(self, doing: Mapping[str, object]) -> None:
        self._worker = replace(self._worker, beat=self._worker.beat + 1, doing=doing)
        try:
            self._store.record_heartbeat(self._worker)
            self._has_failed = False
        except SociariumError as error:  # a file that became read-only is told as a fault of the setup
            self._has_failed = True
            # The next beat tries again; a lease without one lets others take over, which is right.
            logger.warning("a beat was not stored: {}", error)
