"""A declared end on the command line: what is said of it, with which exit code, in status and report."""

from __future__ import annotations

from tests.servers.answers import Answer
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import entry

PROBES = '[{name: trust, at: [end], ask: "Trust?", answer: {from: 0, to: 10}}]'
RULE = '{measure: "probe trust at end", width: 20}'


def test_a_sweep_that_came_to_its_declared_end_is_done(program: Program) -> None:
    sweep = f"{{factors: {{first_speaker: [guard, prisoner], messages: 2}}, replicates: 15, stop_when: {RULE}}}"
    file = program.file(small(probes=PROBES, sweep=sweep))
    done = program("run", file, "--json")
    assert done.code == 0, done.err
    assert done.json["stopped"]["why"] == "declared"
    assert done.json["counts"] == {"pending": 10, "running": 0, "done": 20, "failed": 0, "cancelled": 0}
    told = program("status", "--json").json
    assert "after 10 replicates" in told["stopped"]
    assert told["left"] is None
    shown = program("status")
    assert "over as declared: after 10 replicates" in shown.out
    assert "go on with" not in shown.out
    again = program("resume")
    assert again.code == 0
    assert "the sweep is over as declared" in again.out
    assert program("status", "--watch").code == 0, "watching ends, too"
    report = program("analyze", done.json["sweep"], "--out", "report", "--json")
    assert report.code == 0, report.err
    assert "is over as declared: after 10 replicates" in (program.folder / "report" / "report.html").read_text()


def test_silence_that_was_declared_as_the_end_stops_resumably(program: Program) -> None:
    with openai_server(OpenAIDialect(answering=lambda _: Answer(""))) as served:
        sweep = "{factors: {messages: 2}, replicates: 8, stop_when: {silent_runs: 2}}"
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=sweep))
        stopped = program("run", file, "--yes", "--json", "--concurrency", "1")
        assert (stopped.code, stopped.json["stopped"]["why"]) == (3, "silent")
        assert "--allow-empty" in program("resume", "--yes").out
        assert program("resume", "--yes", "--allow-empty", "--json").json["counts"]["done"] == 8
