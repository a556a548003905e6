"""People who are written by a model are written and looked at before the sweep spends anything on runs."""

from __future__ import annotations

import pytest

from tests.support.program import Program

FEED = """\
title: Written
environment: feed
models: {dry: {provider: offline}}
people:
  - {handle: ada}
  - generate: 12
    role: citizen
    model: dry
    prompt: They live by the weir.
    quotas: {age: {young: 0.25, old: 0.75}}
    schema: {type: object, properties: {job: {type: string}, temper: {enum: [calm, loud]}}, required: [job]}
newcomers: {per_day: 1, model: dry, prompt: New here.}
days: 3
sweep: {factors: {people.citizen: [0, 8]}, replicates: 2}
"""


@pytest.fixture
def written(program: Program) -> Program:
    program.file(FEED)
    return program


@pytest.mark.slow
def test_people_of_every_replicate_are_written_and_no_run_is_played(written: Program) -> None:
    answer = written("run", "mine.yaml", "--population-only", "--json")
    assert answer.code == 0, answer.err
    citizens, newcomers = answer.json["populations"]
    assert (citizens["name"], citizens["asked"], citizens["people"]) == ("citizen", 8, 16)
    assert (newcomers["name"], newcomers["asked"], newcomers["people"]) == ("newcomers", 2, 4)
    assert (citizens["begun"], citizens["replicates"], citizens["failed"]) == (2, 2, 0)
    status = written("status", "--json").json
    assert status["counts"]["done"] == 0
    assert status["counts"]["pending"] == 4


def test_what_was_asked_stands_beside_what_came(written: Program) -> None:
    citizens = written("run", "mine.yaml", "--population-only", "--json").json["populations"][0]
    rows = {(row["attribute"], row["value"]): row for row in citizens["shares"]}
    assert [rows["age", value]["asked"] for value in ("young", "old")] == [0.25, 0.75]
    assert rows["age", "young"]["came"] + rows["age", "old"]["came"] == 16
    assert rows["age", "young"]["share"] == rows["age", "young"]["came"] / 16
    assert rows["persona.temper", "calm"]["asked"] is None
    assert rows["persona.temper", "calm"]["came"] + rows["persona.temper", "loud"]["came"] == 16
    fields = {row["field"]: row for row in citizens["fields"]}
    assert fields["persona.job"]["required"]
    assert fields["persona.job"]["missing"] == 0
    assert citizens["likeness"]["compared"] == 16
    assert citizens["likeness"]["threshold"] == 0.5


@pytest.mark.slow
def test_the_runs_that_follow_take_the_same_people(written: Program) -> None:
    before = written("run", "mine.yaml", "--population-only", "--json").json
    assert written("resume").code == 0
    assert written("show", before["sweep"], "--population", "--json").json == before
    runs = written("list", "runs", "--json").json
    [most, *_] = [row["run"] for row in runs if row["condition"]["people.citizen"] == 8]
    people = written("show", most, "--json").json["people"]
    assert sum(person["role"] == "citizen" for person in people) == 8


def test_a_terminal_gets_tables_and_the_next_command(written: Program) -> None:
    answer = written("run", "mine.yaml", "--population-only")
    assert answer.code == 0
    for words in ("People citizen", "asked", "came", "75.0%", "Much alike:", "No run was played", "--population"):
        assert words in answer.out


@pytest.mark.slow
def test_before_anybody_is_written_the_report_says_so(written: Program) -> None:
    assert written("run", "mine.yaml", "--limit", "1", "--json").code in {0, 3}
    sweep = written("list", "sweeps", "--json").json[0]["sweep"]
    report = written("show", sweep, "--population", "--json").json["populations"]
    assert {one["begun"] for one in report} <= {0, 1}


@pytest.mark.slow
def test_where_nobody_is_written_it_is_refused(program: Program) -> None:
    file = program.file("title: T\nenvironment: feed\nmodels: {dry: {provider: offline}}\npeople: [{handle: a}]\n")
    answer = program("run", file, "--population-only")
    assert answer.code == 2
    assert "nobody of this sweep is written by a model" in answer.err
    assert program("list", "experiments", "--json").json == []
    assert program("run", file).code == 0
    [sweep] = program("list", "sweeps", "--json").json
    assert program("show", sweep["sweep"], "--population").code == 2


def test_it_is_said_of_hostile_handles_without_their_controls(written: Program) -> None:
    answer = written("run", "mine.yaml", "--population-only")
    assert "\x1b" not in answer.out
