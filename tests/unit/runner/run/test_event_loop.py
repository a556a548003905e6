"""Coroutines that are waited for by code which is none."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from sociarium.runner.run.event_loop import finish


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Ctrl-C as a notebook's kernel has it: raised where the main thread stands."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


async def _seven() -> int:
    return 7


async def test_what_a_coroutine_returns_is_given_in_a_running_loop_too() -> None:
    assert finish(_seven()) == await asyncio.to_thread(lambda: finish(_seven())) == 7


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_in_a_running_loop_ends_the_work_before_it_is_raised() -> None:
    ends: list[str] = []

    async def work() -> None:
        main = threading.main_thread().ident
        assert main is not None
        while sys._current_frames()[main].f_code.co_name != "wait":
            await asyncio.sleep(0)
        signal.pthread_kill(main, signal.SIGINT)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async def cell() -> None:
        finish(work())

    loop = asyncio.new_event_loop()
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(cell())
    loop.close()
    assert ends == ["cancelled"]
