"""How often the garbage collector looks while runs are played."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECTED = (50_000, 20, 50)
"""Objects made and kept until the collector looks at the young ones, and rounds until it looks at older ones."""
_OF_PYTHON = 1_000
"""Objects that Python itself may freeze when it starts; 3.12 does some hundreds."""


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Let the garbage collector look for cycles less often: what runs hold lives for long and has few of them.

    With thousands of people under way, a fifth of the program's time went into looking. What a program that forks had
    frozen before stays so: thawed, all of it would be looked at in each child, and copied by that.
    """
    before, is_frozen = gc.get_threshold(), gc.get_freeze_count() > _OF_PYTHON
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not is_frozen:
            gc.unfreeze()
