"""Out of one store and into another, as a user does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.program import Program
from tests.played import two_days


def runs_of(program: Program, store: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program("list", "runs", "--store", store, "--json").json
    return sorted(found, key=lambda run: str(run["run"]))


def test_an_archive_is_exported_imported_shown_and_replayed(program: Program) -> None:
    program("run", program.file(two_days()))
    exported = program("export", "Two days", "--format", "archive", "--out", "out", "--json").json
    assert exported["runs"] == 8
    [path] = exported["files"]
    other = "sqlite:///other.db"
    said = program("import", path, "--store", other)
    assert said.code == 0
    assert "8 runs" in said.out
    assert runs_of(program, other) == runs_of(program, "sqlite:///experiments/sociarium.db")
    again = program("import", path, "--store", other, "--json").json
    assert (again["new"].get("runs", 0), again["standing"], again["conflicts"]) == (0, 8, [])
    run = runs_of(program, other)[0]["run"]
    assert program("show", run, "--store", other, "--json").json == program("show", run, "--json").json
    assert "8 finished and 0 unfinished" in program("replay", "Two days", "--store", other).out


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
        (("import", "ftp://host/x"), "not known"),
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
