"""Stopping in two steps: first the calls under way are finished, then everything ends at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal, TypeVar

T = TypeVar("T")

Why = Literal[
    "interrupted", "budget", "time", "store", "endpoint", "misconfigured", "declared", "silent", "look", "workers"
]


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

    def drop_bound(self) -> None:
        """Nothing was left to do when a bound was reached: it stopped nothing."""
        if self.why in {"budget", "time"}:
            self.why, self.message = None, ""

    def now(self) -> None:
        """End at once; what is answered is still written."""
        self._begin()
        self.at_once.set()

    def check(self) -> None:
        """Raise `Drained` when nothing new may begin."""
        if self.draining.is_set():
            raise WorkStopped

    async def until_end(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine returns; it is cancelled when everything ends at once.

        Raises:
            WorkStopped: it was.
        """
        task, end = asyncio.ensure_future(work), asyncio.ensure_future(self.at_once.wait())
        await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait((task,))
        if task.cancelled():
            raise WorkStopped
        return task.result()

    def _begin(self) -> None:
        if not self.draining.is_set():
            self.draining.set()
            for tell in self._told:
                tell()
