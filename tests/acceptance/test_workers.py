"""`--workers N`: several processes play one sweep, and are to everybody else as one would be."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sociarium.bootstrap import open_store
from tests.servers.memory import ModelMemory
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import Received, StandIn
from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.played_sweep import claimants, contents, pids_of_players, store_of, wait_for
from tests.support.program import Program
from tests.support.server_experiments import entry

RUNS, MESSAGES = 12, 4
SWEEP = f"{{factors: {{messages: {MESSAGES}}}, replicates: {RUNS}}}"


def file_of(program: Program, served: StandIn, more: str = "", **parts: str) -> str:
    """A sweep of 12 conversations of 4 messages on a server."""
    model = entry(served).rstrip("}") + (f", {more}" if more else "") + "}"
    return program.file(small(**{"models": f"{{m: {model}}}", "sweep": SWEEP, **parts}))


@contextmanager
def fast_server(**settings: Any) -> Iterator[StandIn]:
    with openai_server(OpenAIDialect(), **{"slots": 64, "latency": 0.03, **settings}) as served:
        yield served


def wait_until_gone(pids: list[int]) -> None:
    end = deadline()
    for pid in pids:
        while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]:
            assert time.monotonic() < end, f"{pid} goes on"
            time.sleep(0.02)


def most_open(calls: list[Received]) -> int:
    return max(call.open for call in calls)


@pytest.mark.slow
def test_two_workers_share_a_sweep_and_leave_what_one_would(program: Program) -> None:
    file = program.file(small(sweep=SWEEP))
    alone = replace(program, folder=program.folder / "alone")
    alone.folder.mkdir()
    alone.file(small(sweep=SWEEP))
    by_one = alone("run", file, "--json")
    assert by_one.code == 0
    said = program("run", file, "--workers", "2", "--json")
    assert said.code == 0, said.err
    assert said.json["counts"]["done"] == RUNS
    assert said.json["messages"] == RUNS * MESSAGES
    assert said.json["tokens"] == by_one.json["tokens"]
    assert contents(program) == contents(alone)
    assert claimants(program).total() == RUNS, "a run was taken up twice"


@pytest.mark.slow
def test_nothing_is_left_to_do_for_workers_of_a_finished_sweep(program: Program) -> None:
    file = program.file(small(sweep=SWEEP))
    assert program("run", file, "--workers", "2").code == 0
    again = program("resume", "--workers", "2", "--json")
    assert again.code == 0
    assert again.json["messages"] == 0


@pytest.mark.slow
def test_limits_of_a_server_hold_for_all_workers_together(program: Program) -> None:
    with fast_server(latency=0.5) as served:  # so that the second worker finds something to do, however late it begins
        file = file_of(program, served, "limits: {open: 3}")
        said = program("run", file, "--workers", "2", "--concurrency", "8", "--yes", "--json")
        assert said.code == 0, said.err
        assert most_open(served.chats) == 3
        assert len(served.chats) == RUNS * MESSAGES
    assert len(claimants(program)) == 2


@pytest.mark.slow
def test_the_first_call_to_a_model_is_made_alone(program: Program) -> None:
    with fast_server(latency=0.4) as served:
        said = program("run", file_of(program, served, sweep="{factors: {messages: 1}, replicates: 8}"),
                       "--workers", "2", "--yes", "--json")  # fmt: skip
        assert said.code == 0, said.err
        first, *others = sorted(served.chats, key=lambda call: call.arrived)
        assert first.ended is not None
        assert all(call.arrived >= first.ended for call in others)
        assert most_open(served.chats) == 7


@pytest.mark.slow
def test_a_model_that_is_refused_at_once_stops_all_workers_after_one_call(program: Program) -> None:
    with fast_server(latency=0.2) as served:
        file = file_of(program, served)
        served.dialect.key = "another"  # type: ignore[attr-defined]
        said = program("run", file, "--workers", "2", "--yes")
        assert said.code == 2, said.out + said.err
        assert "was refused" in said.out + said.err
        assert len(served.chats) == 1


@pytest.mark.slow
def test_a_budget_is_overshot_by_no_more_than_the_calls_that_were_open(program: Program) -> None:
    with fast_server() as served:
        file = file_of(program, served, sweep="{factors: {messages: 10}, replicates: 16}")
        said = program("run", file, "--workers", "2", "--concurrency", "6", "--max-tokens", "2000", "--yes", "--json")
        assert said.code == 3, said.err
        assert said.json["stopped"]["why"] == "budget"
        used = sum(said.json["tokens"].values())
        largest = 400
        assert 2000 <= used <= 2000 + 6 * largest
        assert said.json["counts"]["running"] == 0
        assert len(served.chats) < 160
        store = open_store(store_of(program), create=False)
        try:
            [sweep] = store.sweeps()
            kept = sum(len(store.journal(slot.status.run)) for slot in store.slots(sweep.id))
        finally:
            store.close()
        assert kept == len(served.chats), "an answer was thrown away"


@pytest.mark.slow
def test_a_limit_of_runs_holds_for_all_workers_together(program: Program) -> None:
    said = program("run", program.file(small(sweep=SWEEP)), "--workers", "2", "--limit", "5", "--json")
    assert said.code == 0, said.err
    assert said.json["counts"]["done"] == 5


@pytest.mark.slow
def test_models_that_do_not_fit_together_take_turns_across_workers(program: Program) -> None:
    names = ("one", "two")
    memory = ModelMemory()
    dialect = OllamaDialect(models={f"{name}:latest": digest_of(name) for name in names}, memory=memory)
    with ollama_server(dialect, latency=0.02) as served:
        one, two = (
            f'{{provider: ollama, model: {name}, context: 4096, hosts: ["{served.url}"], limits: {{loaded: 1}}}}'
            for name in names
        )
        sweep = "{factors: {model: [a, b], messages: 4}, replicates: 4}"
        file = program.file(small(models=f"{{a: {one}, b: {two}}}", sweep=sweep))
        said = program("run", file, "--workers", "2", "--yes", "--json")
        assert said.code == 0, said.out + said.err
        assert len(served.chats) == 32
        spans = [(call.began or 0.0, call.ended or 0.0, call.json["model"]) for call in served.chats]
        assert not any(a[2] != b[2] and a[0] < b[1] and b[0] < a[1] for a in spans for b in spans)
        assert len(memory.loads) <= 8


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(program: Program) -> None:
    with fast_server(latency=0.1, slots=4) as served:
        process = program.begin("run", file_of(program, served), "--workers", "2", "--yes", "--json")
        wait_for(10, served, process)
        victim = min(pids_of_players(program))
        os.kill(victim, signal.SIGKILL)
        output, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors
        assert json.loads(output)["counts"]["done"] == RUNS
        assert f"the process {victim} was ended by SIGKILL; the others take up its runs" in errors
        # Only what the dead one had under way is asked again.
        assert RUNS * MESSAGES <= len(served.chats) <= RUNS * MESSAGES + 8
    assert len(contents(program)) == RUNS


@pytest.mark.slow
def test_when_every_worker_is_killed_the_sweep_stops_and_can_go_on(program: Program) -> None:
    with fast_server(latency=0.1, slots=4) as served:
        process = program.begin("run", file_of(program, served), "--workers", "2", "--yes", "--json")
        wait_for(10, served, process)
        for pid in pids_of_players(program):
            os.kill(pid, signal.SIGKILL)
        output, errors = process.communicate(timeout=100)
        assert process.returncode == 3, errors
        assert json.loads(output)["stopped"]["why"] == "workers"
        assert program("resume", "--workers", "2", "--yes").code == 0
    assert len(contents(program)) == RUNS


@pytest.mark.slow
def test_workers_end_with_the_process_that_began_them(program: Program) -> None:
    fresh = replace(program, fresh=True)
    with fast_server(latency=0.1, slots=4) as served:
        process = fresh.begin("run", file_of(program, served), "--workers", "2", "--yes", "--json")
        wait_for(10, served, process)
        pids = list(pids_of_players(program))
        assert pids
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        wait_until_gone(pids)
        assert program("resume", "--yes").code == 0
    assert len(contents(program)) == RUNS


@pytest.mark.slow
def test_the_first_interrupt_finishes_the_calls_of_all_workers(program: Program) -> None:
    with fast_server(latency=0.2, slots=8) as served:
        process = replace(program, fresh=True).begin(
            "run", file_of(program, served), "--workers", "2", "--concurrency", "8", "--yes", "--json"
        )
        wait_for(12, served, process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        result = json.loads(output)
        assert result["counts"]["running"] == 0
        assert result["counts"]["pending"] > 0
        asked = len(served.chats)
        assert {call.status for call in served.chats} == {200}, "a call was broken off"
        assert program("resume", "--workers", "2", "--yes").code == 0
        assert len(served.chats) == RUNS * MESSAGES, f"an answer was thrown away, of {asked}"


@pytest.mark.slow
def test_the_second_interrupt_ends_all_workers_at_once(program: Program) -> None:
    with fast_server(latency=20) as served:
        process = replace(program, fresh=True).begin(
            "run", file_of(program, served), "--workers", "2", "--concurrency", "8", "--yes", "--json"
        )
        wait_for(1, served, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=15)
        assert process.returncode == 130, errors
        assert "Traceback" not in errors


def test_more_workers_than_runs_open_at_once_are_refused(program: Program) -> None:
    said = program("run", program.file(small()), "--workers", "4", "--concurrency", "2")
    assert said.code == 2
    assert "each worker needs a run of its own" in said.err
