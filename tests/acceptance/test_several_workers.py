"""Several processes on one sweep and one store."""

from __future__ import annotations

import signal
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import pytest

from tests.servers.forwarder import Forwarder
from tests.support.program_process import Begun
from tests.support.sweep_processes import Played, wait_for_calls


def assert_shared(played: Played, runs: int, pace: str) -> None:
    """Two processes play a sweep at once: it is complete, both had a part in it, and no call was made twice."""
    first = played.start("--pace", pace, "--concurrency", "6", calls="first")
    second = played.start("--pace", pace, "--concurrency", "6", calls="second")
    for process in (first, second):
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    played.assert_complete(runs)
    assert min(played.calls("first"), played.calls("second")) > 0
    assert played.calls("first") + played.calls("second") == played.answers(), "a call was made twice"


@pytest.mark.slow
def test_two_processes_finish_a_sweep_together(played: Played) -> None:
    assert_shared(played, runs=64, pace="0.02")


@pytest.mark.slow
def test_two_processes_finish_a_sweep_on_a_server_together(served_sweep: Played) -> None:
    assert_shared(served_sweep, runs=24, pace="0.02")


@pytest.mark.slow
def test_a_server_that_is_away_for_a_while_costs_the_while(served_sweep: Played) -> None:
    server = urlsplit(served_sweep.store)
    assert server.hostname is not None
    with Forwarder(server.hostname, server.port or 27017) as way:
        through = replace(served_sweep, store=f"mongodb://127.0.0.1:{way.port}{server.path}?directConnection=true")
        process = through.start("--pace", "0.02")
        wait_for_calls(through, process, 60)
        way.cut()
        before = through.calls()
        time.sleep(2)
        # The calls that were under way are the last ones until the store is back.
        assert through.calls() - before <= 16
        way.mend()
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    served_sweep.assert_complete(24)
    assert through.calls() == served_sweep.answers(), "an answer was lost"


def wait_until_stopped(pid: int) -> None:
    """Wait until each thread of a process stands still; on a busy machine that is a while after the signal."""
    tasks = Path(f"/proc/{pid}/task")
    while tasks.exists() and any(
        task.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "T" for task in tasks.iterdir()
    ):
        time.sleep(0.01)


def stop_outside_of_a_commit(process: Begun | Popen[str], played: Played) -> None:
    """Stop a process; one that is stopped while it holds the file's lock would hold up everybody until it wakes."""
    while True:
        process.send_signal(signal.SIGSTOP)
        wait_until_stopped(process.pid)
        connection = sqlite3.connect(played.store.removeprefix("sqlite:///"), timeout=0.2, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.02)
        else:
            return
        finally:
            connection.close()


@pytest.mark.slow
def test_a_stopped_worker_is_taken_over_and_changes_nothing_when_it_wakes(small_sweep: Played) -> None:
    small_sweep.environment["SOCIARIUM_LEASE"] = "0.6"
    sleeper = small_sweep.start("--pace", "0.1", "--concurrency", "8", calls="sleeper")
    wait_for_calls(small_sweep, sleeper, 20, "sleeper")
    stop_outside_of_a_commit(sleeper, small_sweep)
    try:
        time.sleep(0.7)
        assert small_sweep.play("--concurrency", "24", calls="heir") == 0
        small_sweep.assert_complete(24)
        before = small_sweep.left_behind()
    finally:
        sleeper.send_signal(signal.SIGCONT)
    _, errors = sleeper.communicate(timeout=60)
    assert sleeper.returncode == 0, errors
    assert small_sweep.left_behind() == before
