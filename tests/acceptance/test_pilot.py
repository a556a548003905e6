"""A pilot on the command line: what all will take by it, and who says that the rest is played."""

from __future__ import annotations

import pytest

from tests.servers.openai_server import openai_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import entry

SWEEP = "{factors: {messages: [4, 6], first_speaker: [guard, prisoner]}, replicates: 5}"
PRICE = "{input: 2, output: 10}"


def file_of(program: Program, served: StandIn, price: str = PRICE) -> str:
    return program.file(small(models=f"{{m: {entry(served, price=price)}}}", sweep=SWEEP))


@pytest.mark.slow
def test_without_a_terminal_and_yes_a_pilot_stops_with_what_all_will_take(program: Program) -> None:
    with openai_server() as served:
        file = file_of(program, served)
        stopped = program("run", file, "--pilot", "1", "--json")
        assert stopped.code == 3, stopped.err
        assert stopped.json["counts"]["done"] == 4
        assert stopped.json["stopped"]["why"] == "pilot"
        assert stopped.json["pilot"]["measured"] == {"runs": 4, "assumed": []}
        assert "16 of 20 runs are left" in stopped.err
        low, high = stopped.json["pilot"]["cost_usd"]
        planned = program("plan", file, "--json").json
        assert planned["measured"] == {"runs": 4, "assumed": []}
        assert planned["cost_usd"] == [low, high]
        assert "by 4 finished runs" in program("plan", file).out
        left = program("status", "--json").json["left"]
        assert left["measured_runs"] == 4
        assert "USD to go" in program("status").out
        finished = program("resume", "--yes", "--json")
        assert finished.code == 0
        assert low <= stopped.json["cost_usd"] + finished.json["cost_usd"] <= high
        assert program("status", "--json").json["left"] is None


@pytest.mark.slow
def test_with_yes_the_rest_follows_the_pilot_in_one_document(program: Program) -> None:
    with openai_server() as served:
        done = program("run", file_of(program, served), "--pilot", "1", "--yes", "--json")
        assert done.code == 0, done.err
        assert done.json["counts"]["done"] == 20
        assert done.json["pilot"]["measured"]["runs"] == 4
        assert "16 of 20 runs are left" in done.err


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code", "number"), [("y", 0, 20), ("n", 3, 4)])
def test_on_a_terminal_the_rest_is_asked_for(program: Program, answer: str, code: int, number: int) -> None:
    with openai_server() as served:
        terminal = program.terminal("run", file_of(program, served), "--pilot", "1")
        terminal.expect("Start?")
        terminal.sendline("y")
        terminal.expect("Play the rest?")
        terminal.sendline(answer)
        terminal.expect("The rest waits" if code else "20 of 20 runs done")
        terminal.wait()
        assert terminal.exitstatus == code
        assert program("status", "--json").json["counts"]["done"] == number


@pytest.mark.slow
def test_another_price_changes_nothing_of_what_was_paid(program: Program) -> None:
    with openai_server() as served:
        assert program("run", file_of(program, served), "--yes").code == 0
        before = {run["run"]: run["cost"] for run in program("list", "runs", "--json").json}
        dearer = program("run", file_of(program, served, "{input: 200, output: 1000}"), "--yes", "--json").json
        listed = program("list", "runs", "--sweep", dearer["sweep"], "--json").json
        assert {run["run"]: run["cost"] for run in listed} == before
        assert all(before.values())


@pytest.mark.slow
def test_forks_have_no_pilot(program: Program) -> None:
    program("run", program.file(small()))
    run = program("list", "runs", "--json").json[0]["run"]
    refused = program("extend", run, "--messages", "40", "--pilot", "1")
    assert (refused.code, "leave it out" in refused.err) == (2, True)
