"""Stopping in two steps: first the calls under way are finished, then everything ends at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

Why = Literal["interrupted", "budget", "time", "store", "endpoint", "misconfigured", "workers"]


class WorkStopped(Exception):
    """A run gives itself back: nothing new is asked."""


class StopSwitch:
    """Whether, how fast and why the work stops. Lives on one event loop."""

    def __init__(self) -> None:
        self.why: Why | None = None
        self.message = ""
        self.draining = asyncio.Event()
        self.at_once = asyncio.Event()
        self._told: list[Callable[[], None]] = []

    def when_draining(self, tell: Callable[[], None]) -> None:
        """Call somebody in the moment in which nothing new may begin any more."""
        self._told.append(tell)

    def drain(self, why: Why, message: str) -> None:
        """Begin nothing new; the first reason stays."""
        if self.why is None:
            self.why, self.message = why, message
        self._begin()

    def now(self) -> None:
        """End at once; what is answered is still written."""
        self._begin()
        self.at_once.set()

    def check(self) -> None:
        """Raise `Drained` when nothing new may begin."""
        if self.draining.is_set():
            raise WorkStopped

    def _begin(self) -> None:
        if not self.draining.is_set():
            self.draining.set()
            for tell in self._told:
                tell()
