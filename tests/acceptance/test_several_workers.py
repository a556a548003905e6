"""Several processes on one sweep and one store."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time

from tests.acceptance.sweeps import Played
from tests.acceptance.test_interrupts import wait_for_calls


def test_two_processes_finish_a_sweep_together(played: Played) -> None:
    first = played.start("--pace", "0.05", calls="first")
    second = played.start("--pace", "0.05", calls="second")
    for process in (first, second):
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    played.assert_complete(64)
    assert min(played.calls("first"), played.calls("second")) > 0
    assert played.calls("first") + played.calls("second") == played.count("journal"), "a call was made twice"


def stop_outside_of_a_commit(process: subprocess.Popen[str], played: Played) -> None:
    """Stop a process; one that is stopped while it holds the file's lock would hold up everybody until it wakes."""
    while True:
        process.send_signal(signal.SIGSTOP)
        connection = sqlite3.connect(played.database, timeout=0.2, isolation_level=None)
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
