"""Until when tests wait for a state: no speed is asserted, a wait only has an end."""

from __future__ import annotations

import time

_PATIENCE = 120.0
"""Seconds; a busy machine with several workers of tests needs a minute for what takes two seconds elsewhere."""


def deadline() -> float:
    """The moment, by `time.monotonic`, at which what is waited for is taken to have gone wrong."""
    return time.monotonic() + _PATIENCE
