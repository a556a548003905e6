"""The fault matrix of docs/reliability.md: what happens to models on the way, and that it costs no word."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.servers.faults import Fault, Faults
from tests.support.definitions import small
from tests.support.program import Program, ended
from tests.support.server_experiments import PROTOCOLS, entry, server, started
from tests.support.weather import Speaking, assert_kept_once, assert_nothing_lost

RUNS, MESSAGES = 6, 4
SWEEP = f"{{factors: {{messages: {MESSAGES}}}, replicates: {RUNS}}}"


def weather(program: Program, protocol: str, faults: Faults, **options: object) -> list[Fault | None]:
    """Play a sweep through faults; returns what each call met."""
    speaking = Speaking()
    with server(protocol, answering=speaking, faults=faults) as served:
        file = program.file(small(models=f"{{m: {entry(served, **options)}}}", sweep=SWEEP))
        said = program("run", file, "--yes", "--json")
        assert said.code == 0, said.err
        assert_nothing_lost(program, served, speaking, sweep=said.json["sweep"], number=RUNS)
        return [call.fault for call in served.chats]


def a_moment_ago() -> str:
    return format_datetime(datetime.now(UTC) - timedelta(seconds=1), usegmt=True)


PATIENCE = {
    "none": "",
    "seconds": "0.05",
    "date": "date",
    "past": "Wed, 21 Oct 2015 07:28:00 GMT",
    "negative": "-5",
    "words": "soon",
    "nan": "nan",
    "infinite": "inf",
}


FAULTS = ("error", "gateway", "overloaded", "busy", "drop", "cut", "half", "garbage", "shape", "empty", "stopped")
# Each waits in earnest before it is asked again: some of a kind are tried every time, the others with what takes long.
QUICK = ("none", "seconds", "error", "half")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "patience", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in PATIENCE]
)
def test_429_with_any_retry_after_costs_no_word(program: Program, protocol: str, patience: str) -> None:
    asked = a_moment_ago() if patience == "date" else PATIENCE[patience]
    faults = Faults(retry_after=asked)
    faults.next("limited", "limited")
    met = weather(program, protocol, faults)
    assert met.count("limited") == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "fault",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in FAULTS],
)
def test_a_fault_of_a_moment_costs_no_word(program: Program, protocol: str, fault: Fault) -> None:
    faults = Faults()
    faults.next(fault, fault)
    met = weather(program, protocol, faults)
    assert met.count(fault) == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("fault", [pytest.param("hang", marks=pytest.mark.slow), "stall"])
def test_silence_within_a_call_costs_its_time_and_no_word(program: Program, protocol: str, fault: Fault) -> None:
    faults = Faults()
    faults.next(fault)
    met = weather(program, protocol, faults, timeout=0.4)
    assert met.count(fault) == 1


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_refused_connections_cost_their_time_and_no_word(program: Program, protocol: str) -> None:
    speaking = Speaking()
    with server(protocol, answering=speaking, latency=0.005) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        with started(program, "run", file, "--yes", "--json", "--concurrency", "2") as process:
            while len(served.chats) < 6:
                assert process.poll() is None
                time.sleep(0.005)
            served.away()
            while not any("waiting for" in log.read_text() for log in (program.folder / "logs").glob("*.log")):
                assert process.poll() is None
                time.sleep(0.01)
            served.back()
            said = ended(process)
        assert said.code == 0, said.err
        # Calls that were under way when it left may have been answered and not heard.
        assert_kept_once(program, speaking, sweep=said.json["sweep"], number=RUNS, messages=MESSAGES)
