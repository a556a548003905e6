"""What logs say of acts: which thing was meant, whole, what was left out, and why."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import entry, server

ON = "logger.enable('sociarium')"
ORDERS = {
    "before the library": (ON, "import sociarium", "play = sociarium.run"),
    "before anything of it is used": ("import sociarium", ON, "play = sociarium.run"),
    "after that": ("import sociarium", "play = sociarium.run", ON),
    "for a part": ("logger.enable('sociarium.runner')", "import sociarium", "play = sociarium.run"),
}
"""When the log is switched on."""


def logged(program: Program, command: str) -> str:
    """The log of the latest such command."""
    *_, log = sorted((program.folder / "logs").glob(f"*-{command}-*.log"), key=lambda path: path.stat().st_mtime_ns)
    return log.read_text(encoding="utf-8")


@pytest.fixture
def wing(program: Program) -> dict[str, str]:
    """Ids of an experiment, its sweep and its run, in the store and in `kept/`, as an archive."""
    program("run", program.file(small(title="Wing", sweep="{factors: {messages: 2}}")), "--yes")
    [row] = program("list", "runs", "--json").json
    sweep = program("status", "--json").json["sweep"]
    program("export", "Wing", "--format", "archive", "--out", "kept")
    return {"experiment": row["experiment"], "sweep": sweep, "run": row["run"]}


def archive(program: Program) -> str:
    [path] = (program.folder / "kept").glob("*.zip")
    return str(path.relative_to(program.folder))


@pytest.mark.slow
def test_exports_and_measures_log_what_was_meant_by_what_was_typed(program: Program, wing: dict[str, str]) -> None:
    experiment = f"the experiment {wing['experiment']} 'Wing'"
    meant = {
        "Wing": f"{experiment} (the sweep {wing['sweep']}), named 'Wing'",
        wing["sweep"][:9]: f"the sweep {wing['sweep']} of {experiment}, named '{wing['sweep'][:9]}'",
        wing["run"][:9]: f"the run {wing['run']} of {experiment}, named '{wing['run'][:9]}'",
    }
    for typed, words in meant.items():
        program("export", typed, "--format", "jsonl", "--out", "out")
        assert f"tester exported {words}, as jsonl into out: 1 run\n" in logged(program, "export")
        program("measure", typed, "--measure", "words")
        assert f"tester measured words of {words}: " in logged(program, "measure")


@pytest.mark.slow
def test_an_import_logs_what_came_and_what_stood_already(program: Program, wing: dict[str, str]) -> None:
    for said in ("1 run, 2 messages; 0 runs stood already; left out: 0", "nothing; 1 run stood already; left out: 0"):
        assert program("import", archive(program), "--store", "sqlite:///other.db").code == 0
        assert said in logged(program, "import")


@pytest.mark.slow
def test_an_import_logs_what_it_left_out_and_why(program: Program, wing: dict[str, str]) -> None:
    program("edit", wing["run"], "--note", "mine")
    program("export", "Wing", "--format", "archive", "--out", "kept")
    program("edit", wing["run"], "--note", "else", "--store", "sqlite:///other.db")
    program("import", archive(program), "--store", "sqlite:///other.db")
    program("edit", wing["run"], "--note", "here")
    program("edit", wing["run"], "--note", "there", "--store", "sqlite:///other.db")
    program("export", "Wing", "--format", "archive", "--out", "kept")

    said = program("import", archive(program), "--store", "sqlite:///other.db")

    assert said.code == 1
    log = logged(program, "import")
    assert "1 run stood already; left out: 1\n" in log
    assert f"WARNING | left out: run {wing['run']} has another note or mark here; it stays as it is here\n" in log


def test_an_import_that_is_refused_logs_why(program: Program, wing: dict[str, str]) -> None:
    broken = program.folder / archive(program)
    broken.write_bytes(broken.read_bytes()[:-200])
    assert program("import", archive(program)).code != 0
    log = logged(program, "import")
    assert f"INFO    | tester imports {archive(program)} into sqlite:///" in log
    assert f"WARNING | it ended: {archive(program)}" in log
    assert "tester imported" not in log


@pytest.mark.slow
def test_acts_that_are_refused_are_logged(program: Program, wing: dict[str, str]) -> None:
    somebody = replace(program, environment=program.environment | {"SOCIARIUM_USER": "mallory"})
    for command in ("edit", "delete"):
        words = {"edit": ("--note", "mine"), "delete": ("--yes",)}[command]
        refused = somebody(command, wing["experiment"], *words)
        assert refused.code == 2
        assert f"WARNING | it ended: {refused.err.removeprefix('Error: ').strip()}\n" in logged(program, command)
        assert "you are mallory" in refused.err


def test_an_imported_file_is_logged_by_its_experiment_also_where_it_stood(program: Program) -> None:
    file = program.file(small(title="Wing"))
    for _ in range(2):
        id_ = program("import", file, "--json").json["experiment"]
        assert f"it is the experiment {id_} 'Wing', version 1\n" in logged(program, "import")


@pytest.mark.slow
def test_deletions_are_logged_by_whole_ids_and_titles(program: Program, wing: dict[str, str]) -> None:
    experiment = f"the experiment {wing['experiment']} 'Wing'"
    for kind in ("run", "sweep"):
        program("delete", wing[kind], "--yes")
        assert f"tester deleted the {kind} {wing[kind]} of {experiment}: " in logged(program, "delete")
    program("delete", "Wing", "--yes")
    assert f"tester deleted {experiment}: 0 runs\n" in logged(program, "delete")


def test_what_is_steered_is_logged_with_the_reason_and_the_whole_id(program: Program) -> None:
    program("run", program.file(small(sweep="{factors: {messages: 2}, replicates: 3}")), "--yes", "--limit", "1")
    sweep = program("status", "--json").json["sweep"]
    left = next(row["run"] for row in program("list", "runs", "--json").json if row["state"] == "pending")
    assert program("cancel", "--run", left[:10], "--reason", "the fan is loud").code == 0
    words = f"tester steers the sweep {sweep}: run {left} cancelled (the fan is loud) (order 1)\n"
    assert words in logged(program, "cancel")


def test_folders_of_exports_are_looked_into_for_a_person_however_many_runs_they_have(program: Program) -> None:
    program("run", program.file(small(title="Wing")), "--yes")
    program("export", "Wing", "--format", "archive", "--out", "one")
    told = program("forget", "tester", "--yes", "--json").json
    assert [Path(one["path"]).parent.name for one in told["archives"]] == ["one"]


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_a_log_that_somebody_switched_on_stays_on(program: Program, order: str) -> None:
    file = program.file(small(sweep="{factors: {messages: 2}}"))
    script = "\n".join(("from loguru import logger", *ORDERS[order], f"play(sociarium.load({file!r}), store='s.db')"))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=program.folder, env=program.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "tester began the sweep" in done.stderr


@pytest.mark.slow
def test_a_log_that_nobody_switched_on_is_silent(program: Program) -> None:
    file = program.file(small(sweep="{factors: {messages: 2}}"))
    done = subprocess.run(
        [sys.executable, "-c", f"import sociarium as s; s.run(s.load({file!r}), store='s.db')"], cwd=program.folder,
        env=program.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_python_logs_who_plays_what_and_how_it_ended(program: Program) -> None:
    file = program.file(small(title="Wing", sweep="{factors: {messages: 2}, replicates: 3}"))
    script = "\n".join((
        "import sociarium as s", "from loguru import logger", ON,
        f"begun = s.run(s.load({file!r}), store='s.db', limit=1)", "s.resume(begun, store='s.db')",
        "print(begun.sweep)",
    ))  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=program.folder, env=program.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sweep = done.stdout.strip()
    assert done.stderr.count(f"tester plays the sweep {sweep} (main), begun by tester, of the experiment ") == 2
    assert f"sweep {sweep} ends: {{'pending': 2" in done.stderr
    assert f"sweep {sweep} ends: {{'pending': 0" in done.stderr


def test_who_has_models_fetched_is_logged(program: Program) -> None:
    with server("ollama") as served:
        file = program.file(small(title="Wing", models=f"{{m: {entry(served)}}}"))
        assert program("models", "pull", file).code == 0
    log = logged(program, "models")
    assert "tester has Ollama fetch what it lacks of m (stand-in), for 'Wing'\n" in log
    assert "all of them are there\n" in log
