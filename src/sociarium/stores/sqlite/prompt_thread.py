"""A thread that holds a file's lock gets the interpreter back at once.

SQLite gives the interpreter away with every statement. A busy event loop gives it back after `sys.getswitchinterval()`,
5 ms, while every other process that writes to the file waits: as long as the statements themselves take, and longer.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AT_ONCE = 0.0005
"""Seconds; with fewer, changing threads begins to cost."""


class PromptThreads:
    """Those of a process that hold such a lock: while there is one, threads change sooner. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._usual = 0.0

    @contextmanager
    def hold(self) -> Iterator[None]:
        """For as long as the lock is held; the interval that stood before comes back with the last holder."""
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(self._usual, _AT_ONCE))
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if not self._holders:
                    sys.setswitchinterval(self._usual)


PROMPT_THREADS = PromptThreads()
