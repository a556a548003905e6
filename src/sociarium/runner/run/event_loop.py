"""Coroutines that are waited for by code which is none: notebooks, plans, commands."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sociarium.runner.run.coalescing_loop import CoalescingLoop

T = TypeVar("T")

_BEGIN = 1.0
"""Seconds in which a thread begins."""

_LOOP = None if sys.platform == "win32" else CoalescingLoop
"""Windows has a loop of another kind."""


def run_coroutine(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns; as `asyncio.run`, on a loop that is quick where many calls are under way."""
    with asyncio.Runner(loop_factory=_LOOP) as runner:
        return runner.run(work)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns, played to its end on an event loop of its own.

    Where a loop runs already, as in a notebook, that is the loop of another thread; the running one stands still.
    Ctrl-C, or a notebook's "interrupt", cancels the coroutine in either case, and is raised when that has ended.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return run_coroutine(work)
    canceller: Future[Callable[[], object]] = Future()
    ending: Future[None] = Future()

    async def play() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        canceller.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        try:
            return await work
        finally:
            ending.set_result(None)

    with ThreadPoolExecutor(1) as pool:
        try:
            return pool.submit(run_coroutine, play()).result()
        except KeyboardInterrupt:
            # The other thread hears no signals, and would be waited for until the last run is done.
            with suppress(RuntimeError, TimeoutError):  # its loop has ended, or never began
                canceller.result(_BEGIN)()
                # A thread whose beginning was interrupted is not among those that the pool waits for.
                ending.result()
            raise
