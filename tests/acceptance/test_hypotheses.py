"""Hypotheses from file to report: their hash stands with runs, older runs test none of them, departures are listed."""

from __future__ import annotations

import csv
import re

import pytest

from tests.support.definitions import small
from tests.support.program import Program

PROBES = """[{name: known, of: [guard], at: [end], ask: Known?, answer: {choices: ["yes", "no"]}, use: awareness},
  {name: trust, of: [guard], at: [end], ask: Trust?, answer: {from: 0, to: 10}}]""".replace("\n", "")
COMPARE = "compare: {factor: messages, level: 4, baseline: 2}"
FIRST = f"{{name: longer trusts, measure: probe trust of guard at end, {COMPARE}, smallest: 1, spread: 2}}"
SECOND = "{name: longer speaks more, measure: words, formula: messages, term: 'messages[4]'}"
HYPOTHESES = f"[{FIRST}, {SECOND}]"


def file(program: Program, replicates: int, **more: str) -> str:
    sweep = f"{{factors: {{messages: [2, 4]}}, replicates: {replicates}}}"
    return program.file(small(probes=PROBES, sweep=sweep, **more))


def report(program: Program, *more: str) -> str:
    result = program("analyze", "Small", "--out", "report", *more)
    assert result.code == 0, result.err
    page = (program.folder / "report" / "report.html").read_text(encoding="utf-8")
    return re.sub(r"<[^>]+>", " ", page)


def results(program: Program, name: str) -> list[dict[str, str]]:
    with (program.folder / "report" / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.slow
def test_runs_of_a_pilot_are_named_and_in_no_test(program: Program) -> None:
    assert program("run", file(program, 2), "--yes").code == 0
    declared = file(program, 8, hypotheses=HYPOTHESES, exclusions="[{messages_below: 2}]")
    planned = program("plan", declared)
    assert "4 runs that stand already were begun before these hypotheses" in planned.out
    assert "seed" in planned.out
    assert program("run", declared, "--yes").code == 0
    text = report(program)
    assert "Confirmatory are the 12 of 16 finished runs" in text
    assert "4 runs were begun before these hypotheses stood" in text
    assert "not externally registered" in text
    assert "2 hypotheses : 2 not shown" in text
    assert "it has fewer than 2 messages" in text
    tests = results(program, "hypotheses")
    assert [row["runs"] for row in tests] == ["12", "12"]
    # The factor is called like an outcome that every run has.
    assert all(row["estimate"] and row["p_holm"] for row in tests), [row["note"] for row in tests]


@pytest.mark.slow
def test_another_price_or_address_passes_no_older_run_off_as_confirmatory(program: Program) -> None:
    assert program("run", file(program, 3), "--yes").code == 0
    priced = "{dry: {provider: offline, price: {input: 1, output: 1}}}"
    declared = file(program, 3, hypotheses=HYPOTHESES, models=priced, registered="https://osf.io/abcde")
    assert program("run", declared, "--yes").code == 0
    text = report(program)
    assert "Confirmatory are the 0 of 6 finished runs" in text
    assert "no confirmatory run is finished" in text
    assert "https://osf.io/abcde" in text


@pytest.mark.slow
def test_a_look_before_the_end_is_a_departure(program: Program) -> None:
    declared = file(program, 6, hypotheses=HYPOTHESES)
    assert program("run", declared, "--yes", "--max-tokens", "400", "--concurrency", "1").code != 0
    assert program("results", "Small").code == 0
    assert program("run", declared, "--yes").code == 0
    assert program("results", "Small").code == 0
    text = report(program)
    assert text.count("outcomes were looked at when") == 1
    assert "of 12 runs were finished" in text


@pytest.mark.slow
def test_a_declared_analysis_changes_no_test_of_a_hypothesis_and_its_rules_add_to_the_files(program: Program) -> None:
    rules = "[{messages_below: 3}, {probe: trust, above: 10}]"
    assert program("run", file(program, 6, hypotheses=HYPOTHESES, exclusions=rules), "--yes").code == 0
    report(program)
    before = results(program, "hypotheses")
    assert "difference_without_excluded" in results(program, "contrasts")[0]
    (program.folder / "spec.yaml").write_text(
        "outcomes: {words: {}, flagged: {}}\nexclusions: [{column: messages, above: 3, why: long}]\ncorrection: holm\n"
    )
    text = report(program, "--spec", "spec.yaml")
    assert results(program, "hypotheses") == before
    assert {(one["hypothesis"], one["runs"]) for one in before} == {("longer trusts", "6"), ("longer speaks more", "6")}
    assert "Rules leave out 12 of 12 finished runs" in text
    assert "it has fewer than 3 messages: 6 runs, by the experiment's file" in text.replace("&#x27;", "'")
    assert "long: 6 runs, by spec.yaml" in text
    assert "the family that spec.yaml declares" in text
    assert "Those that a hypothesis of the experiment is about are tested above" in text
    assert {row["outcome"] for row in results(program, "contrasts")} <= {"words", "flagged"}


@pytest.mark.slow
def test_a_contrast_of_a_hypothesis_is_not_among_those_that_a_declared_analysis_corrects(program: Program) -> None:
    compare = "compare: {factor: first_speaker, level: prisoner, baseline: guard}"
    hypotheses = f"[{{name: prisoners calm, measure: probe trust of guard at end, {compare}}}]"
    sweep = "{factors: {first_speaker: [guard, prisoner]}, replicates: 6}"
    assert program("run", program.file(small(probes=PROBES, hypotheses=hypotheses, sweep=sweep)), "--yes").code == 0
    outcomes = 'outcomes: {"trust · guard · end": {}, words: {}}'
    (program.folder / "spec.yaml").write_text(f"{outcomes}\ncorrection: holm\n", encoding="utf-8")
    text = report(program, "--spec", "spec.yaml")
    [trust, words] = results(program, "contrasts")
    assert (trust["outcome"], trust["p_corrected"]) == ("trust · guard · end", "")
    assert words["p_corrected"] == words["p"]
    assert "p is corrected over 1 comparisons (Holm)" in text


@pytest.mark.slow
def test_a_hypothesis_counts_the_runs_of_the_two_levels_that_it_compares(program: Program) -> None:
    sweep = "{factors: {messages: [2, 4, 6]}, replicates: 3}"
    declared = program.file(small(probes=PROBES, sweep=sweep, hypotheses=f"[{FIRST}]"))
    assert program("run", declared, "--yes").code == 0
    assert "9 of 9 finished runs" in report(program)
    [test] = results(program, "hypotheses")
    assert (test["runs"], bool(test["estimate"])) == ("6", True)


@pytest.mark.slow
def test_a_hypothesis_may_be_about_either_of_two_choices_and_the_same_fact_is_explored_no_second_time(
    program: Program,
) -> None:
    probes = '[{name: vote, of: [guard], at: [end], ask: Vote?, answer: {choices: ["stay", "leave"]}}]'
    measure = "measure: probe vote of guard at end = leave"
    sweep = "{factors: {messages: [2, 4]}, replicates: 8}"
    declared = small(probes=probes, sweep=sweep, hypotheses=f"[{{name: more leave, {measure}, {COMPARE}}}]")
    assert program("run", program.file(declared), "--yes").code == 0
    report(program)
    [test] = results(program, "hypotheses")
    assert test["estimate"]
    contrasts = {row["outcome"]: row for row in results(program, "contrasts")}
    assert "vote · guard · end = leave" not in contrasts
    vote = contrasts["vote · guard · end = stay"]
    assert (float(vote["difference"]), vote["p_corrected"]) == (-float(test["estimate"]), "")


def test_hypotheses_are_shown_and_written_for_deposit(program: Program) -> None:
    declared = file(program, 6, hypotheses=HYPOTHESES)
    shown = program("hypotheses", "show", declared, "--json")
    assert len(shown.json["hash"]) == 64
    assert shown.json["hash"] in program("hypotheses", "show", declared).out
    assert program("hypotheses", "export", declared, "--out", "deposit").code == 0
    [log] = (program.folder / "logs").glob("*-hypotheses-*.log")
    assert "tester exported the hypotheses of" in log.read_text()
    assert shown.json["hash"] in (program.folder / "deposit" / "registration.md").read_text()
    nothing = program("hypotheses", "export", file(program, 6))
    assert (nothing.code, "declares no hypothesis" in nothing.err) == (2, True)


def test_a_plan_simulates_the_power_of_a_hypothesis(program: Program) -> None:
    planned = program("plan", file(program, 6, hypotheses=HYPOTHESES), "--json").json["hypotheses"]
    assert planned["hash"]
    [first, second] = planned["power"]
    assert 0 < first["power"] < 0.5
    assert first["replicates_for_80"] > 6
    assert second["power"] is None
    assert "smallest" in second["note"]
