"""Ctrl-C: once finishes the calls under way, twice stops at once; nothing is lost either way."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import replace

from tests.support.sweep_processes import Played, wait_for_calls

OPEN = 16


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
