"""`judge` as a command: what is asked and printed, how it goes on, and what results and tables say of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import sociarium
from sociarium.stores.sqlite import SqliteStore
from tests.servers.answers import Answer
from tests.support.judging import RUBRIC
from tests.support.labelled import labelled
from tests.support.played_stores import two_days
from tests.support.program import Program
from tests.support.server_experiments import entry, server

STORE = "experiments/sociarium.db"


@pytest.fixture
def swept(program: Program) -> Program:
    """Eight conversations in four conditions, and a rubric beside them."""
    assert program("run", program.file(two_days()), "--yes").code == 0
    fields = {"of": "message", "answer": "{choices: [warm, cold]}", "context": "1", "repeats": "1",
              "models": "{judge: {provider: offline, price: {input: 1, output: 1}}}"}  # fmt: skip
    text = RUBRIC
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value)
    (program.folder / "tone.yaml").write_text(text)
    return program


@pytest.mark.slow
def test_every_message_is_judged_once_and_the_numbers_are_marked_wherever_they_show(swept: Program) -> None:
    first = swept("judge", "Two days", "--rubric", "tone.yaml", "--json")
    again = swept("judge", "Two days", "--rubric", "tone.yaml", "--json").json
    messages = sociarium.table("messages", "Two days", store=swept.folder / STORE).to_pylist()
    assert (first.code, first.json["asked"], first.json["validated"]) == (0, len(messages), False)
    assert (again["asked"], again["cached"]) == (0, len(messages))

    answers = sociarium.table("judge_answers", "Two days", store=swept.folder / STORE).to_pylist()
    assert {(one["run"], one["seq"]) for one in answers} == {(one["run"], one["seq"]) for one in messages}
    assert all(one["request"] and one["text"] and one["cost"] == 0 and one["judge"] == "judge" for one in answers)
    measures = sociarium.table("measures", "Two days", store=swept.folder / STORE).to_pylist()
    assert {one["mark"] for one in measures} == {"a judge's, not validated against people"}

    lines = csv.DictReader(io.StringIO(swept("results", "Two days", "--measure", "judge:tone", "--tsv").out),
                           delimiter="\t")  # fmt: skip
    judged = [line for line in lines if line["measure"] == "measure.judge:tone"]
    assert {line["option"] for line in judged} == {"warm"}
    assert {line["note"] for line in judged} == {"a judge's, not validated against people"}
    shown = swept("results", "Two days", "--measure", "judge:tone").out
    assert "! judge:tone is a judge's, not validated against people" in shown
    assert swept("analyze", "Two days", "--measure", "judge:tone", "--out", "out").code == 0
    assert "not validated against people" in (swept.folder / "out" / "report.html").read_text()


@pytest.mark.slow
def test_judges_that_say_nothing_that_can_be_read_are_no_success(swept: Program) -> None:
    with server("openai", answering=lambda _ask: Answer("I would rather not.")) as served:
        rubric = swept.folder / "tone.yaml"
        rubric.write_text(
            rubric.read_text().replace("{provider: offline, price: {input: 1, output: 1}}", entry(served))
        )
        first = swept("judge", "Two days", "--rubric", "tone.yaml", "--yes", "--json")
        again = swept("judge", "Two days", "--rubric", "tone.yaml", "--yes", "--max-empty", "1")
    asked = first.json["asked"]
    assert (first.code, again.code) == (1, 0)
    assert f"to {asked} of {asked} questions there is no valid answer" in " ".join(first.err.split())
    assert "no success" not in again.out + again.err
    log = "".join(path.read_text() for path in (swept.folder / "logs").glob("*.log"))
    assert f": {asked} answers, 0 stood before, {asked} of both not valid, 0 failed" in log


@pytest.mark.slow
def test_a_budget_stops_it_and_the_same_command_goes_on(swept: Program) -> None:
    stopped = swept("judge", "Two days", "--rubric", "tone.yaml", "--max-tokens", "3000", "--json")
    assert stopped.code == 3
    assert "the bound is 3,000" in stopped.json["stopped"]
    rest = swept("judge", "Two days", "--rubric", "tone.yaml", "--json")
    assert rest.code == 0
    assert rest.json["cached"] == stopped.json["asked"] > 0
    assert rest.json["asked"] > 0


@pytest.mark.slow
def test_other_words_under_one_version_are_refused(swept: Program) -> None:
    assert swept("judge", "Two days", "--rubric", "tone.yaml").code == 0
    file = Path(swept.folder / "tone.yaml")
    file.write_text(file.read_text().replace("How friendly", "How kind"))
    refused = swept("judge", "Two days", "--rubric", "tone.yaml")
    assert refused.code == 2
    assert "`version: 2`" in refused.err
    file.write_text(file.read_text() + "version: 2\n")
    assert swept("judge", "Two days", "--rubric", "tone.yaml").code == 0
    notes = swept("results", "Two days", "--measure", "judge:tone", "--json").json["notes"]
    assert any("other versions" in note for note in notes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rubric", "nowhere.yaml"], "the rubric nowhere.yaml cannot be read: No such file"),
        (["--rubric", "tone.yaml", "--model", "jud=offline"], "did you mean judge"),
        (["--rubric", "tone.yaml", "--model", "judge=person:"], "people label by codebooks"),
    ],
)
def test_what_cannot_be_judged_is_refused(swept: Program, arguments: list[str], message: str) -> None:
    done = swept("judge", "Two days", *arguments)
    assert done.code == 2
    assert message in done.err


@pytest.mark.slow
def test_judges_are_validated_against_the_labels_of_people(swept: Program) -> None:
    refused = swept("judge", "validate", "tone.yaml", "--labels", "Tone")
    assert refused.code == 2
    assert "there is no codebook 'Tone'" in refused.err
    assert swept("judge", "Two days", "--rubric", "tone.yaml").code == 0
    store = SqliteStore(swept.folder / STORE)
    try:
        [experiment] = store.experiments()
        runs = [one["run"] for one in swept("list", "runs", "--json").json]
        labelled(store, experiment.id, runs, lambda event: "warm" if event.seq % 3 else "cold")
    finally:
        store.close()
    done = swept("judge", "validate", "tone.yaml", "--labels", "Tone", "--json")
    assert done.code == 0, done.err
    assert done.json["test"]["texts"] + done.json["dev"]["texts"] == sum(
        len(swept("show", run, "--json").json["messages"]) for run in runs
    )
    out = swept("judge", "validate", "tone.yaml", "--labels", "Tone").out
    assert "people (rows) and judges (columns)" in out
    assert "by condition: where agreement differs" in out
    shown = swept("results", "Two days", "--measure", "judge:tone").out
    assert "! judge:tone is a judge's; against people: kappa" in shown
    assert "not validated" not in shown
    for arguments in (
        ["validate", "tone.yaml"],
        ["Two days", "--rubric", "tone.yaml", "--labels", "Tone"],
        ["Two days"],
    ):
        assert swept("judge", *arguments).code == 2


def test_notebooks_judge_by_the_same_functions(swept: Program) -> None:
    result = sociarium.judge("Two days", swept.folder / "tone.yaml", store=swept.folder / STORE)
    assert result.judged.asked > 0
    assert result.offline
    assert "judge:tone" in result._repr_html_()
