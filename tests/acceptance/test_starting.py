"""The program from a Python of its own: each way to start it, each command, and a night that is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.cli.command_names import COMMANDS
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import assert_verified, entry, server
from tests.support.warm_process import ROOT


@pytest.fixture
def own(program: Program) -> Program:
    """The program from a Python of its own."""
    return replace(program, fresh=True)


@pytest.mark.slow
def test_each_way_to_start_it_starts_the_same(own: Program) -> None:
    ways = [
        [sys.executable, str(ROOT / "main.py")],
        [sys.executable, "-m", "sociarium"],
        [str(Path(sys.executable).with_name("sociarium"))],
    ]
    told = [
        subprocess.run([*way, "--help"], cwd=own.folder, env=own.environment, capture_output=True, text=True)
        for way in ways
    ]
    assert {(one.returncode, one.stdout, one.stderr) for one in told} == {(0, own("--help").out, "")}


@pytest.mark.slow
def test_a_reader_that_has_gone_is_no_fault(own: Program) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {name: value for name, value in own.environment.items() if name != "PYTHONUNBUFFERED"}
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "plan", own.file(small()), "--json"],
            cwd=own.folder, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow  # a Python of its own for each
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_imports_what_it_needs(own: Program, command: str) -> None:
    said = own(command, "--help")
    assert said.code == 0, said.err
    assert COMMANDS[command].split(":")[0].split(";")[0].split(".")[0] in " ".join(said.out.split())


@pytest.mark.slow
def test_a_run_that_is_interrupted_is_resumed_and_verified(own: Program, program: Program) -> None:
    with server("openai", latency=0.02, slots=4) as served:
        sweep = "{factors: {messages: 6}, replicates: 20}"
        file = own.file(small(models=f"{{m: {entry(served)}}}", sweep=sweep))
        process = own.begin("run", file, "--yes", "--json")
        while len(served.chats) < 20:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        counts = json.loads(out)["counts"]
        assert (counts["running"], counts["pending"] > 0) == (0, True)
        resumed = own("resume", "--yes", "--json")
    assert resumed.json["counts"] == {"pending": 0, "running": 0, "done": 20, "failed": 0, "cancelled": 0}
    assert len(served.chats) == 120, "an answer was thrown away"
    # A set is in another order in each Python; a replay is not.
    assert_verified(own, resumed.json["sweep"], 20)


@pytest.mark.slow
def test_a_run_that_is_interrupted_before_any_answer_says_what_is_left_and_how_to_go_on(program: Program) -> None:
    with server("openai", latency=3600) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 6}, replicates: 3}"))
        process = program.begin("run", file, "--yes")
        while not served.chats:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "0 of 3 runs done; no model has answered." in out
    assert "3 runs are left: " in out
    assert f"resume {program('list', 'sweeps', '--json').json[0]['sweep'][:8]}" in out
    counts = program("status", "--json").json["counts"]
    assert (counts["pending"], counts["running"], counts["done"]) == (3, 0, 0)
