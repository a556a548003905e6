"""How often the garbage collector looks while runs are played."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECTED = (50_000, 20, 50)
"""Objects made and kept until the collector looks at the young ones, and rounds until it looks at older ones."""
_OF_PYTHON = 1_000
"""Objects that Python itself may freeze when it starts; 3.12 does some hundreds."""


_lock = threading.Lock()
_users = 0
_before: tuple[tuple[int, int, int], bool] | None = None


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Let the garbage collector look for cycles less often: what runs hold lives for long and has few of them.

    With thousands of people under way, a fifth of the program's time went into looking. Holds for the whole process,
    from the first who plays there to the last. What a program that forks had frozen before stays so: thawed, all of it
    would be looked at in each child, and copied by that.
    """
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _before, _users  # the collector is the process's, and so is who wants it so
    with _lock:
        _users += 1
        if _users == 1:
            _before = gc.get_threshold(), gc.get_freeze_count() > _OF_PYTHON
            gc.collect()
            gc.freeze()
            gc.set_threshold(*_COLLECTED)


def _end() -> None:
    global _before, _users  # see `_begin`
    with _lock:
        _users -= 1
        if _users == 0 and _before is not None:
            threshold, was_frozen = _before
            gc.set_threshold(*threshold)
            if not was_frozen:
                gc.unfreeze()
            _before = None
