"""Ctrl-C: once finishes the calls under way, twice stops at once; nothing is lost either way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tests.support.program import Program
from tests.support.sweep_processes import Played, wait_for_calls

OPEN = 16


@pytest.mark.slow
def test_the_first_interrupt_finishes_the_calls_under_way(played: Played) -> None:
    process = replace(played, fresh=True).start("--pace", "0.02")
    wait_for_calls(played, process, 100)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert json.loads(output)["counts"]["pending"] > 0
    assert json.loads(output)["counts"]["running"] == 0
    assert "Traceback" not in errors
    assert played.calls() == played.answers(), "an answer was thrown away"
    assert played.play() == 0
    played.assert_complete(64)
    assert played.calls() == played.answers(), "a call was made twice"


@pytest.mark.slow
def test_the_second_interrupt_stops_at_once_and_keeps_what_was_answered(played: Played) -> None:
    process = played.start("--pace", "0.5")
    wait_for_calls(played, process, OPEN + 4)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert 0 <= played.calls() - played.answers() <= OPEN
    assert played.play() == 0
    played.assert_complete(64)
    assert played.calls() - played.answers() <= OPEN


def test_the_end_of_the_program_waits_for_no_thread_of_another_runtime_and_keeps_its_code(program: Program) -> None:
    script = (
        "import atexit, sys, pyreqwest\nfrom sociarium.cli import app\n"
        "atexit.register(lambda: print('ran at the end'))\n"
        "class Late:\n    def __del__(self): print('taken apart')\n"
        "late = Late()\n"
        "app.main = lambda: sys.exit(3)\napp.run_program()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], env=program.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (3, "ran at the end\n"), ended.stderr
