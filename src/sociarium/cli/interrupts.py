"""Ctrl-C while a sweep is played."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sociarium.ports.observer import Observer, Stopping
from sociarium.runner.workers.shutdown import StopSwitch


@contextmanager
def interrupts(stop: StopSwitch, observer: Observer) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) finishes the calls under way, the second ends at once."""
    loop = asyncio.get_running_loop()

    def stop_or_drain() -> None:
        if stop.draining.is_set():
            stop.now()
        else:
            stop.drain("interrupted", "interrupted")
            observer.notice(Stopping("finishing the calls under way; Ctrl-C again stops at once"))

    with _handlers(loop, (signal.SIGINT, signal.SIGTERM), stop_or_drain):
        yield


@contextmanager
def _handlers(
    loop: asyncio.AbstractEventLoop, signals: tuple[signal.Signals, ...], call: Callable[[], None]
) -> Iterator[None]:
    if sys.platform == "win32":
        before = {one: signal.signal(one, lambda *_: loop.call_soon_threadsafe(call)) for one in signals}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
    else:
        for one in signals:
            loop.add_signal_handler(one, call)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)
