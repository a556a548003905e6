"""`measure` as a command: what is computed, kept, refused, and what results, tables and reports make of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from statistics import mean

import pytest
from loguru import logger

import sociarium
from sociarium.errors import BadInput, SetupError
from tests.support.definitions import small_feed
from tests.support.played_stores import two_days
from tests.support.program import Program

STORE = "experiments/sociarium.db"
OWN = """
def first_letter(message):
    "The letter it begins with."
    return message.text[:1].lower() or None

def turns(run):
    return len(run.messages)
turns.level, turns.unit = "run", "messages"

def broken(message):
    raise KeyError("no")
"""


@pytest.fixture
def swept(program: Program) -> Program:
    """Eight conversations in four conditions."""
    assert program("run", program.file(two_days()), "--yes").code == 0
    return program


def _lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.slow
def test_measures_are_computed_once_and_results_are_means_over_runs(swept: Program) -> None:
    first = swept("measure", "Two days", "--measure", "words", "--measure", "diversity", "--json").json
    again = swept("measure", "Two days", "--measure", "words", "--json").json
    assert (first["runs"], first["left_out"]) == (8, {})
    assert first["measures"][0]["computed"] == again["measures"][0]["cached"] == first["measures"][0]["units"] > 0
    assert again["measures"][0]["computed"] == 0
    assert set(first["measures"][1]["missing"]) == {"fewer than 50 words"}
    logs = "".join(path.read_text() for path in sorted((swept.folder / "logs").glob("*-measure-*.log")))
    assert f", named 'Two days': 0 computed, {again['measures'][0]['cached']} stood before" in logs

    lines: list[str] = []
    measure = sociarium.measure  # what offers it has its logging off until somebody wants it
    logger.enable("sociarium")
    sink = logger.add(lines.append, format="{message}")
    measure("Two days", "words", store=swept.folder / STORE)
    logger.remove(sink)
    logger.disable("sociarium")
    assert any(", named 'Two days': 0 computed" in line for line in lines)

    rows = sociarium.table("measures", "Two days", store=swept.folder / STORE).to_pylist()
    messages = sociarium.table("messages", "Two days", store=swept.folder / STORE).to_pylist()
    words = {(row["run"], row["seq"]): row["number"] for row in rows if row["name"] == "words"}
    assert words == {(one["run"], one["seq"]): float(len(one["content"].split())) for one in messages}
    assert {row["missing"] for row in rows if row["name"] == "diversity"} <= {"fewer than 50 words", None}

    lines = [row for row in _lines(swept("results", "Two days", "--measure", "words", "--tsv").out)
             if row["measure"] == "measure.words"]  # fmt: skip
    runs = {row["run"]: row for row in sociarium.table("runs", "Two days", store=swept.folder / STORE).to_pylist()}
    assert len(lines) == 4 * 2
    for line in lines:
        in_runs: dict[str, list[float]] = {}
        for one in messages:
            run = runs[one["run"]]
            place = (str(run["factor.messages"]), run["factor.first_speaker"], one["role"])
            if place == (line["messages"], line["first_speaker"], line["role"]):
                in_runs.setdefault(one["run"], []).append(len(one["content"].split()))
        assert (int(line["runs"]), float(line["mean"])) == (2, pytest.approx(mean(map(mean, in_runs.values()))))


@pytest.mark.slow
def test_the_screen_says_what_was_computed_what_was_not_and_how_to_go_on(swept: Program) -> None:
    out = swept("measure", "Two days", "--measure", "words", "--measure", "diversity").out
    assert "Two days · 8 finished runs" in out
    assert "fewer than 50 words" in out
    assert "results 'Two days' --measure words --measure diversity" in out
    shown = swept("results", "Two days", "--measure", "words").out
    assert "measure.words, messages · mean over runs" in shown
    assert "values of 8 runs (version 1)" in shown
    assert "trust" not in shown


def test_runs_that_are_not_finished_are_counted_and_not_measured(program: Program) -> None:
    assert program("run", program.file(two_days()), "--yes", "--limit", "3").code in {0, 3}
    result = program("measure", "Two days", "--measure", "words", "--json").json
    assert (result["planned"], result["runs"]) == (8, 3)
    assert sum(result["left_out"].values()) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no measure is named"),
        (["--measure", "wordz"], "did you mean words"),
        (["--measure", "mine:turns"], "loaded only with --allow-code"),
        (["--measure", "judge:tone"], "judge TARGET --rubric FILE"),
        (["--measure", "nowhere:turns", "--allow-code"], "there is no module nowhere"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_its_mend(swept: Program, arguments: list[str], message: str) -> None:
    done = swept("measure", "Two days", *arguments)
    assert done.code == 2
    assert message in done.err
    asked = swept("results", "Two days", "--measure", "sentiment")
    assert asked.code == 2
    assert "--measure sentiment` makes them" in asked.err


@pytest.mark.slow
@pytest.mark.parametrize("command", ["results", "analyze"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wordz", "there is no measure 'wordz'; did you mean words?"),
        ("nope", "known here: characters, words"),
        ("nope", "docs/reference/measures.md lists them"),
        ("mine:turns", "--measure mine:turns` makes them"),
        ("judge:tone", "judge TARGET --rubric FILE` makes them"),
    ],
)
def test_no_command_is_advised_for_a_measure_that_does_not_exist(
    swept: Program, command: str, name: str, message: str
) -> None:
    asked = swept(command, "Two days", "--measure", name)
    assert asked.code == 2
    assert message in " ".join(asked.err.split())
    assert "--measure wordz` makes them" not in asked.err


@pytest.mark.slow
def test_a_measure_of_ones_own_has_its_source_as_version(swept: Program) -> None:
    (swept.folder / "mine.py").write_text(OWN)
    names = ["mine:first_letter", "mine:turns", "mine:broken"]
    options = [part for name in names for part in ("--measure", name)]
    done = swept("measure", "Two days", *options, "--allow-code", "--json")
    assert done.code == 1
    letter, turns, broken = done.json["measures"]
    assert letter["version"] == turns["version"]
    assert letter["version"].startswith("sha256:")
    assert (turns["computed"], turns["unit"]) == (8, "messages")
    assert broken["failed"] == {"KeyError": broken["units"]}

    shares = [row for row in _lines(swept("results", "Two days", "--measure", "mine:first_letter", "--tsv").out)
              if row["measure"] == "measure.mine:first_letter"]  # fmt: skip
    assert {row["option"] for row in shares}
    assert all(0 <= float(row["mean"]) <= 1 for row in shares)

    (swept.folder / "mine.py").write_text(OWN + "\n# changed\n")
    changed = swept("measure", "Two days", "--measure", "mine:turns", "--allow-code", "--json").json["measures"][0]
    assert changed["computed"] == 8
    notes = swept("results", "Two days", "--measure", "mine:turns", "--json").json["notes"]
    assert any("other versions" in note and turns["version"] in note for note in notes)


@pytest.mark.slow
def test_a_course_over_days_stands_at_its_days(program: Program) -> None:
    assert program("run", program.file(small_feed()), "--yes").code == 0
    title = program("list", "experiments", "--json").json[0]["title"]
    module = "def course(run):\n    return {'1': 0.25, '2': 0.75}\ncourse.level = 'run'\n"
    (program.folder / "days.py").write_text(module)
    assert program("measure", title, "--measure", "days:course", "--allow-code").code == 0
    rows = program("results", title, "--measure", "days:course", "--json").json["probes"]
    assert {row["moment"]: row["estimate"]["mean"] for row in rows} == {"day 1": 0.25, "day 2": 0.75}
    [change] = program("results", title, "--measure", "days:course", "--change", "day1:day2", "--json").json["probes"]
    assert change["estimate"]["mean"] == 0.5


@pytest.mark.slow
def test_a_report_has_measures_as_outcomes(swept: Program) -> None:
    pytest.importorskip("vl_convert")
    swept("measure", "Two days", "--measure", "words")
    done = swept("analyze", "Two days", "--measure", "words", "--out", "out", "--json")
    assert done.code == 0, done.err
    page = Path(swept.folder / "out" / "report.html").read_text()
    assert "measure words, version 1" in page
    assert "measure.words" in page


def test_notebooks_measure_by_the_same_functions(swept: Program) -> None:
    store = swept.folder / STORE
    result = sociarium.measure("Two days", "words", store=store)
    assert result.measures[0].computed == result.measures[0].units
    assert "words" in result._repr_html_()
    with pytest.raises(BadInput, match="there is no measure"):
        sociarium.measure("Two days", "nothing", store=store)
    with pytest.raises(SetupError, match="allow_code=True"):
        sociarium.measure("Two days", "mine:turns", store=store)


@pytest.mark.slow
def test_measures_do_not_touch_runs_and_go_with_archives(swept: Program, tmp_path: Path) -> None:
    run = swept("list", "runs", "--json").json[0]["run"]
    before = swept("show", run, "--json").json
    swept("measure", "Two days", "--measure", "words")
    assert swept("show", run, "--json").json == before
    assert swept("replay", run).code == 0
    assert swept("export", "Two days", "--format", "archive", "--out", "out").code == 0
    [archive] = (swept.folder / "out").rglob("*.zip")
    other = f"sqlite:///{tmp_path}/other.db"
    assert swept("import", str(archive), "--store", other).code == 0
    result = swept("measure", "Two days", "--measure", "words", "--store", other, "--json").json["measures"][0]
    assert (result["computed"], result["cached"]) == (0, result["units"])
