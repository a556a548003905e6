"""A declared end on the command line: what is said of it, with which exit code, in status and report."""

from __future__ import annotations

import pytest

from sociarium.records.minute_text import minute_text
from tests.servers.answers import Answer
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import entry

PROBES = '[{name: trust, at: [end], ask: "Trust?", answer: {from: 0, to: 10}}]'
RULE = '{measure: "probe trust at end", width: 20}'


@pytest.mark.slow
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
    [log] = (program.folder / "logs").glob("*-analyze-*.log")
    assert f"tester wrote the report of the sweep {done.json['sweep']} of the experiment " in log.read_text()
    assert "is over as declared: after 10 replicates" in (program.folder / "report" / "report.html").read_text()


@pytest.mark.slow
def test_silence_that_was_declared_as_the_end_stops_resumably(program: Program) -> None:
    with openai_server(OpenAIDialect(answering=lambda _: Answer(""))) as served:
        sweep = "{factors: {messages: 2}, replicates: 8, stop_when: {silent_runs: 2}}"
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=sweep))
        stopped = program("run", file, "--yes", "--json", "--concurrency", "1")
        assert (stopped.code, stopped.json["stopped"]["why"]) == (3, "silent")
        assert "--allow-empty" in program("resume", "--yes").out
        assert program("resume", "--yes", "--allow-empty", "--json").json["counts"]["done"] == 8


@pytest.mark.slow
def test_a_report_lists_what_was_steered_with_who_when_and_why(program: Program) -> None:
    sweep = "{factors: {first_speaker: [guard, prisoner], messages: 2}, replicates: 4}"
    assert program("run", program.file(small(sweep=sweep)), "--limit", "4", "--yes").code == 0
    reason = "too slow <b>for\x1b[31m us</b>"
    orders = [
        *program("cancel", "--where", "first_speaker=guard", "--reason", reason, "--json").json["orders"],
        *program("steer", "--concurrency", "3", "--max-tokens", "90000", "--json").json["orders"],
    ]
    assert program("analyze", "Small", "--out", "report").code == 0
    page = (program.folder / "report" / "report.html").read_text(encoding="utf-8")
    ran = page[page.index('id="ran"') : page.index('id="checks"')]
    by, at = (orders[0][name] for name in ("by", "at"))
    assert f"{minute_text(at)} {by}: condition first_speaker=guard cancelled (too slow &lt;b&gt;for" in ran
    assert "concurrency" in ran
    assert "--max-tokens" in ran
    assert "<b>for" not in page
    assert "\x1b" not in page


@pytest.mark.slow
def test_a_report_folds_many_orders_and_says_nothing_where_there_were_none(program: Program) -> None:
    assert program("run", program.file(small(sweep="{factors: {messages: 2}, replicates: 2}")), "--yes").code == 0
    assert program("analyze", "Small", "--out", "before").code == 0
    assert "teered" not in (program.folder / "before" / "report.html").read_text(encoding="utf-8")
    for number in range(13):
        assert program("steer", "--concurrency", str(2 + number)).code == 0
    assert program("analyze", "Small", "--out", "after").code == 0
    page = (program.folder / "after" / "report.html").read_text(encoding="utf-8")
    assert "<summary>13 orders steered it while it was played (UTC)</summary>" in page
