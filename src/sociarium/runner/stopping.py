"""Stopping in two steps: first the calls under way are finished, then everything ends at once."""

from __future__ import annotations

import asyncio
from typing import Literal

Why = Literal["interrupted", "budget", "time", "store", "endpoint", "misconfigured"]


class Drained(Exception):
    """A run gives itself back: nothing new is asked."""


class StopSwitch:
    """Whether, how fast and why the work stops. Lives on one event loop."""

    def __init__(self) -> None:
        self.why: Why | None = None
        self.message = ""
        self.draining = asyncio.Event()
        self.at_once = asyncio.Event()

    def drain(self, why: Why, message: str) -> None:
        """Begin nothing new; the first reason stays."""
        if self.why is None:
            self.why, self.message = why, message
        self.draining.set()

    def now(self) -> None:
        """End at once; what is answered is still written."""
        self.draining.set()
        self.at_once.set()

    def check(self) -> None:
        """Raise `Drained` when nothing new may begin."""
        if self.draining.is_set():
            raise Drained
