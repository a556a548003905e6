"""Out of one store and into another, as a user does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.support.definitions import small
from tests.support.legacy_database import object_id, plain_database
from tests.support.played_stores import two_days
from tests.support.program import Program
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database


def runs_of(program: Program, store: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program("list", "runs", "--store", store, "--json").json
    return sorted(found, key=lambda run: str(run["run"]))


@pytest.mark.slow
def test_an_archive_is_exported_imported_shown_and_replayed(program: Program) -> None:
    program("run", program.file(two_days()))
    exported = program("export", "Two days", "--format", "archive", "--out", "out", "--json").json
    assert exported["runs"] == 8
    [path] = exported["files"]
    other = "sqlite:///other.db"
    said = program("import", path, "--store", other)
    assert said.code == 0
    assert "runs 8" in said.out
    assert runs_of(program, other) == runs_of(program, "sqlite:///experiments/sociarium.db")
    again = program("import", path, "--store", other, "--json").json
    assert (again["new"].get("runs", 0), again["standing"], again["conflicts"]) == (0, 8, [])
    run = runs_of(program, other)[0]["run"]
    assert program("show", run, "--store", other, "--json").json == program("show", run, "--json").json
    assert "8 finished and 0 unfinished" in program("replay", "Two days", "--store", other).out


@pytest.mark.slow
def test_an_experiment_comes_back_from_yaml_as_the_same_runs(program: Program) -> None:
    program("run", program.file(two_days()))
    assert program("export", "Two days", "--format", "yaml", "--out", "out").code == 0
    file = "out/Two_days.yaml"
    saved = program("import", file, "--store", "sqlite:///saved.db")
    assert saved.code == 0
    assert [one["title"] for one in program("list", "experiments", "--store", "sqlite:///saved.db", "--json").json] == [
        "Two days"
    ]
    assert program("run", file, "--store", "sqlite:///other.db").code == 0
    ids = [run["run"] for run in runs_of(program, "sqlite:///other.db")]
    assert ids == [run["run"] for run in runs_of(program, "sqlite:///experiments/sociarium.db")]


@pytest.mark.slow
def test_another_store_is_copied_whole_or_one_experiment_of_it(program: Program) -> None:
    program("run", program.file(two_days()))
    program("run", program.file(two_days(title="Another", starting_message="Begin.")))
    source = "sqlite:///experiments/sociarium.db"
    one = program("import", source, "--experiment", "another", "--store", "sqlite:///one.db", "--json").json
    assert (one["new"]["experiments"], one["new"]["runs"]) == (1, 8)
    assert {run["experiment"] for run in runs_of(program, "sqlite:///one.db")} == {
        experiment["experiment"]
        for experiment in program("list", "experiments", "--json").json
        if experiment["title"] == "Another"
    }
    every = program("import", source, "--store", "sqlite:///one.db", "--json").json
    assert (every["new"]["runs"], every["standing"], every["conflicts"]) == (8, 8, [])
    assert runs_of(program, "sqlite:///one.db") == runs_of(program, source)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("import", "missing.zip"), "cannot be read"),
        (("import", "runs.jsonl"), "does not come back"),
        (("import", "out/runs.csv"), "does not come back"),
        (("import", "mine.yaml"), "3 problems"),
        (("import", "noise"), "is not an archive of Sociarium"),
        (("import", "."), "cannot be read"),
        (("import", "sqlite:///missing.db"), "no store at missing.db"),
        (("import", "ftp://host/x"), "no store that is known"),
        (("list", "runs", "--store", "/srv/lab.db"), "write sqlite:/// before it"),
        (("list", "runs", "--store", "lab.db"), "write sqlite:/// before it"),
        (("import", "sqlite:///store.db", "--store", "sqlite:///store.db"), "is the store that is imported into"),
        (("import", "noise", "--experiment", "x"), "chooses from another store"),
        (("export", "x", "--format", "archive", "--where", "days=2"), "leave out --state and --where"),
    ],
)
def test_bad_input_is_told_in_one_message_and_nothing_is_made(
    program: Program, arguments: tuple[str, ...], message: str
) -> None:
    program.file("title: Only a title\nmodels: 3\n")
    (program.folder / "noise").write_bytes(bytes(range(256)) * 40)
    if "sqlite:///store.db" in arguments:
        program("list", "runs", "--store", "sqlite:///store.db")
        program("run", program.file(two_days(sweep="{factors: {messages: 2, days: 2}}"), "x.yaml"),
                "--store", "sqlite:///store.db")  # fmt: skip
    said = program(*arguments)
    assert said.code == 2
    assert message in said.err
    assert not (program.folder / "experiments").exists()


@pytest.mark.slow
def test_conflicts_leave_exit_code_1(program: Program) -> None:
    program("run", program.file(two_days()))
    path = program("export", "Two days", "--format", "archive", "--json").json["files"][0]
    program("run", program.file(two_days(note="mine"), "other.yaml"), "--store", "sqlite:///other.db")
    said = program("import", path, "--store", "sqlite:///other.db", "--json")
    assert said.code == 1
    told = json.loads(said.out)
    assert told["conflict_count"] >= 9
    assert not any("\x1b" in conflict for conflict in told["conflicts"])


def test_exports_are_named_after_what_they_hold(program: Program) -> None:
    program("run", program.file(two_days(title='"../../=evil \\e[31m"')))
    path = Path(program("export", "../../=evil \x1b[31m", "--format", "archive", "--json").json["files"][0])
    assert path.parent == Path("export")
    assert path.name.startswith("evil_31m-")


@pytest.mark.slow
@pytest.mark.skipif(not MONGODB, reason=NO_MONGODB)
def test_an_earlier_simulators_database_comes_in_without_a_model_server(program: Program) -> None:
    store = "sqlite:///new.db"
    with fresh_database() as url:
        with MongoClient(url) as client:
            plain_database(client.get_default_database(), experiments=1)
        assert program("list", "runs", "--store", url).code == 2
        told = program("import", url, "--store", store, "--json").json
        assert (told["new"]["runs"], told["new"]["messages"], told["conflicts"], told["notes"]) == (3, 12, [], [])
        again = program("import", url, "--store", store)
        assert (again.code, again.out) == (0, "New here: nothing. Runs that stood already: 3.\n")
        assert program("import", url, "--experiment", "ffff", "--store", store).code == 2
    runs = program("list", "runs", "--where", "agents.guard=1", "--store", store, "--json").json
    assert [run["run"] for run in runs] == [str(object_id(number)) for number in (1010, 1011, 1012)]
    [experiment] = program("list", "experiments", "--creator", "grace", "--store", store, "--json").json
    assert (experiment["note"], experiment["favourite"]) == ("the first one", True)
    shown = program("show", runs[0]["run"], "--store", store)
    assert "Ünïcödé 囚人 🙂" in shown.out
    replayed = program("replay", runs[0]["sweep"], "--store", store)
    assert (replayed.code, "3 were imported without a journal" in replayed.out) == (0, True)
    prompts = program("show", runs[0]["run"], "--prompts", "--store", store)
    assert (prompts.code, "kept no journal" in prompts.err) == (2, True)
    resumed = program("resume", runs[0]["sweep"], "--store", store)
    assert (resumed.code, "no plan leads to more" in resumed.err) == (2, True)
    for kind in ("txt", "jsonl", "csv", "parquet", "yaml", "archive"):
        assert program("export", experiment["experiment"], "--format", kind, "--out", "out", "--store", store).code == 0
    assert "=1+1" in (program.folder / "out" / "messages.csv").read_text(encoding="utf-8")
    assert program("status", runs[0]["sweep"], "--store", store, "--json").json["counts"]["done"] == 3


@pytest.mark.slow
@pytest.mark.skipif(not MONGODB, reason=NO_MONGODB)
def test_a_store_on_a_server_is_copied_into_a_file_and_back(program: Program) -> None:
    with fresh_database() as url:
        program("run", program.file(two_days()), "--store", url)
        told = program("import", url, "--store", "sqlite:///copy.db", "--json").json
        assert (told["new"]["runs"], told["conflicts"]) == (8, [])
        assert runs_of(program, "sqlite:///copy.db") == runs_of(program, url)
        back = program("import", "sqlite:///copy.db", "--store", url, "--json").json
        assert (back["new"].get("runs", 0), back["standing"], back["conflicts"]) == (0, 8, [])
    with fresh_database() as url:
        assert program("import", "sqlite:///copy.db", "--store", url, "--json").json["new"]["runs"] == 8
        assert runs_of(program, "sqlite:///copy.db") == runs_of(program, url)
        assert "8 finished and 0 unfinished" in program("replay", "Two days", "--store", url).out


def test_begun_runs_of_earlier_versions_are_told(program: Program) -> None:
    sweep = "{factors: {messages: 2}, replicates: 4}"
    file = program.file(small(sweep=sweep))
    assert program("run", file, "--limit", "3").code == 0
    first = program("status", "--json").json["sweep"]
    changed = small(sweep=sweep).replace("Start.", "Now then.")
    assert changed != small(sweep=sweep)
    assert program("run", program.file(changed, "second.yaml")).code == 0
    told = f"left out: 3 runs of earlier versions of the experiment (sweep {first[:8]})"
    said = program("export", "Small", "--format", "csv", "--out", "tables", "--json")
    assert told in said.err
    assert (said.json["runs"], said.json["planned"], said.json["left_out"]) == (4, 4, {})
    assert said.json["earlier"] == {first: 3}
    assert told in program("results", "Small").out
    # What a later sweep has, too, is in.
    raised = changed.replace("replicates: 4", "replicates: 5")
    assert program("run", program.file(raised, "third.yaml")).code == 0
    assert program("export", "Small", "--format", "csv", "--out", "more", "--json").json["earlier"] == {first: 3}
