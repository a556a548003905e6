"""A sweep that is played elsewhere, as `status` shows it from another process."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pexpect
import pytest

from tests.servers.stand_in import StandIn
from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import entry, server, started
from tests.support.terminal_screen import Screen

RUNS = 12
SWEEP = f"{{factors: {{messages: [6, 8]}}, replicates: {RUNS // 2}}}"


@pytest.fixture
def quick(program: Program) -> Program:
    """The program, whose workers say how they are four times a second."""
    return program.as_user("tester", SOCIARIUM_LEASE="1")


@pytest.fixture
def served() -> Iterator[StandIn]:
    with server("openai", latency=0.2, slots=3) as one:
        yield one


def file_of(program: Program, served: StandIn) -> str:
    return program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))


def wait_until(is_so: Callable[[], object]) -> None:
    end = deadline()
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def screen_of(terminal: pexpect.spawn) -> str:
    """What stands on a terminal whose program ended."""
    terminal.expect(pexpect.EOF)
    screen = Screen(100, 40)
    screen.write(str(terminal.before))
    return screen.text()


def worker(program: Program) -> dict[str, object]:
    workers = program("status", "--json").json.get("workers")
    return dict(workers[0]) if workers else {}


@pytest.mark.slow
def test_another_terminal_shows_what_the_live_display_shows(quick: Program, served: StandIn) -> None:
    with started(quick, "run", file_of(quick, served), "--yes", "--concurrency", "6"):
        wait_until(lambda: worker(quick).get("messages") and worker(quick).get("seconds"))
        shown = screen_of(quick.terminal("status"))
        assert worker(quick)["paused"] == []
        for what in ("messages, ", " %", "6 at work", "6 to come", "messages/s", "to go"):
            assert what in shown, shown
        assert "messages 8 · " in shown or "messages 6 · " in shown
        assert "Guard_" in shown or "Prisoner_" in shown
        watch = quick.terminal("status", "--watch")
        watch.expect("Ctrl-C ends the watching")
        watch.expect("12 done")
        assert "at work" not in screen_of(watch)
        watch.close()
        assert watch.exitstatus == 0


@pytest.mark.slow
def test_runs_that_were_begun_and_left_are_waiting(quick: Program, served: StandIn) -> None:
    with started(quick, "run", file_of(quick, served), "--yes", "--concurrency", "6") as process:
        wait_until(lambda: len(served.chats) > 6)
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
    shown = quick("status").out
    assert "6 waiting" in shown
    assert "6 to come" in shown
    assert "nobody works on it here" in shown


@pytest.mark.slow
def test_what_a_sweep_waits_for_is_told_elsewhere(quick: Program) -> None:
    with server("openai", latency=0.2, slots=3) as served:
        file = file_of(quick, served)
        begun = quick("run", file, "--yes", "--detach", "--json").json
        wait_until(lambda: len(served.chats) > 6)
    try:
        wait_until(lambda: worker(quick).get("waiting"))
        shown = quick("status").out
        assert "! waiting for http://127.0.0.1" in shown
    finally:
        os.kill(begun["pid"], signal.SIGKILL)
