"""A loop that other threads wake only while it waits loses no call of theirs."""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import threading
import time
from asyncio.selector_events import BaseSelectorEventLoop

import pytest

from sociarium.runner.run.coalescing_loop import CoalescingLoop
from sociarium.runner.run.event_loop import run_coroutine


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """An entry for each byte that a loop writes to itself."""
    seen: list[None] = []
    real = BaseSelectorEventLoop._write_to_self  # type: ignore[attr-defined]

    def write(loop: BaseSelectorEventLoop) -> None:
        seen.append(None)
        real(loop)

    monkeypatch.setattr(BaseSelectorEventLoop, "_write_to_self", write)
    return seen


def test_runs_are_played_on_it() -> None:
    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    assert isinstance(run_coroutine(loop()), CoalescingLoop)


def test_a_call_of_another_thread_wakes_a_loop_that_waits(writes: list[None]) -> None:
    async def work() -> int:
        loop, answer = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        assert isinstance(loop, CoalescingLoop)

        def call() -> None:
            while not loop._sleeper.is_asleep:
                time.sleep(0)
            loop.call_soon_threadsafe(answer.set_result, 7)

        threading.Thread(target=call).start()
        return await answer

    assert run_coroutine(work()) == 7
    assert writes


def test_a_loop_and_a_thread_that_wait_for_each_other_go_on() -> None:
    async def work() -> int:
        loop, turns = asyncio.get_running_loop(), asyncio.Queue[int]()
        asked: queue.SimpleQueue[int | None] = queue.SimpleQueue()

        def answer() -> None:
            while (turn := asked.get()) is not None:
                loop.call_soon_threadsafe(turns.put_nowait, turn)

        threading.Thread(target=answer).start()
        for turn in range(5_000):
            asked.put(turn)
            assert await turns.get() == turn
        asked.put(None)
        return turn

    assert run_coroutine(work()) == 4_999


def test_calls_that_come_while_the_loop_is_at_work_write_nothing_and_keep_their_order(writes: list[None]) -> None:
    async def work() -> list[int]:
        loop, order = asyncio.get_running_loop(), list[int]()
        thread = threading.Thread(target=lambda: [loop.call_soon_threadsafe(order.append, n) for n in range(1_000)])
        writes.clear()
        thread.start()
        thread.join()  # the loop is at work here
        assert not writes
        await asyncio.sleep(0)
        return order

    assert run_coroutine(work()) == list(range(1_000))


def test_no_call_of_many_threads_is_lost() -> None:
    threads, calls = 8, 2_000

    async def work() -> int:
        loop, all_there = asyncio.get_running_loop(), asyncio.Event()
        count = 0

        def call() -> None:
            nonlocal count
            count += 1
            if count == threads * calls:
                all_there.set()

        def one() -> None:
            for _ in range(calls):
                loop.call_soon_threadsafe(call)

        for _ in range(threads):
            threading.Thread(target=one).start()
        await all_there.wait()
        return count

    assert run_coroutine(work()) == threads * calls


def test_timers_and_sockets_go_on_while_there_is_work() -> None:
    async def work() -> bytes:
        loop = asyncio.get_running_loop()
        reading, writing = os.pipe()
        read = loop.create_future()
        loop.add_reader(reading, lambda: read.done() or read.set_result(os.read(reading, 1)))
        timer = loop.create_future()
        loop.call_later(0.001, timer.set_result, None)
        os.write(writing, b"x")
        while not (read.done() and timer.done()):
            await asyncio.sleep(0)
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)
        return await read

    assert run_coroutine(work()) == b"x"


def test_a_signal_is_heard_while_it_waits() -> None:
    async def work() -> None:
        heard = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, heard.set)
        threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        await heard.wait()
        loop.remove_signal_handler(signal.SIGUSR1)

    run_coroutine(work())
