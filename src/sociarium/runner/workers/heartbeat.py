"""The heartbeat of a worker: a counter that it beats, by which others see that it is alive.

It beats from a thread of its own, so that a busy event loop is not taken for death.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from loguru import logger

from sociarium.errors import SociariumError
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.runs import Worker
from sociarium.runner.workers.liveness import BEATS_PER_LEASE, ENDED


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
