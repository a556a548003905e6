"""Servers as they were publicly reported: a small sweep against each row of tests/servers/cases.yaml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.servers.cases import Case, cases, elsewhere, playing
from tests.servers.stand_in import StandIn
from tests.support.definitions import small
from tests.support.program import Program, Said
from tests.support.server_experiments import entry, runs

PROBES = "[{name: trust, of: [guard], at: [end], ask: How far?, answer: %s}]"
ROOT = Path(__file__).parents[2]
SWEEP = "{factors: {messages: 2}, replicates: 3}"


@pytest.mark.slow
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_sweep_behind_a_server_as_reported(program: Program, case: Case) -> None:
    program.environment["LAB_KEY"] = "sk-fictional"
    with playing(case) as server:
        model = entry(server, **{name: json.dumps(value) for name, value in case.entry.items()})
        file = program.file(small(models=f"{{m: {model}}}", probes=PROBES % _answers(case), sweep=SWEEP))
        said = program("run", file, "--yes", "--json")
        assert said.code == case.want.code, said.err
        assert_said(case, said)
        assert_asked(case, server)
        if case.want.runs.get("done"):
            assert_done(case, program)


def test_cases_that_need_more_than_a_row_have_a_test_elsewhere() -> None:
    for name, places in elsewhere().items():
        for place in places:
            path, _, test = place.partition("::")
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name


def _answers(case: Case) -> str:
    return f"{{choices: {json.dumps(list(case.choices))}}}" if case.choices else "{from: 0, to: 10}"


def assert_said(case: Case, said: Said) -> None:
    """Counts, warnings, and why it stopped."""
    want = case.want
    counts = {state: count for state, count in said.json["counts"].items() if count}
    assert counts == want.runs
    warnings = [line for line in said.err.splitlines() if line.startswith("! ")]
    assert len(warnings) == len(want.warned), said.err
    for words in want.warned:
        assert sum(words in line for line in warnings) == 1, said.err
    stopped = said.json["stopped"]
    assert bool(stopped) == bool(want.stopped), stopped
    for words in want.stopped:
        assert words in stopped["message"]
        assert words in said.err


def assert_asked(case: Case, server: StandIn) -> None:
    """How often the server was asked; the first call of all was alone."""
    if (between := case.want.calls_between) is not None:
        least, most = between
        assert least <= len(server.chats) <= most
    assert server.chats[0].open == 1
    answered = next((place for place, call in enumerate(server.chats) if call.status == 200), len(server.chats))
    assert all(call.open == 1 for call in server.chats[:answered])


def assert_done(case: Case, program: Program) -> None:
    """How finished runs ended, how their calls were sent, and that they can be replayed."""
    want = case.want
    done = [run for run in runs(program) if run["state"] == "done"]
    assert len(done) == want.runs["done"]
    assert {run["ended"] for run in done} == {want.ended}
    for run in done:
        last = run["calls"][-1]["options"]
        assert last.get("form") == want.form
        assert want.sent.items() <= last.items()
        if want.answer is not None:
            assert [probe["answer"] for probe in run["probes"]] == [want.answer]
        if want.said is not None:
            assert {message["content"] for message in run["messages"]} == {want.said}
        if want.thought is not None:
            assert {call["thinking"] for call in run["calls"] if call["key"].endswith("/reply")} == {want.thought}
        for what in run["messages"] if want.answer is None else run["probes"]:
            assert set(want.flags) <= set(what["flags"])
    [sweep] = program("list", "sweeps", "--json").json
    assert program("replay", sweep["sweep"]).code == 0
