"""Two people on one database: what each may do, and what the other is told."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.definitions import small
from tests.support.program import Program, Said, ended


def experiments(program: Program) -> list[dict[str, object]]:
    found: list[dict[str, object]] = program("list", "experiments", "--json").json
    return found


def told(said: Said, code: int) -> str:
    assert said.code == code, said.err
    assert said.out == ""
    return said.err


@pytest.mark.slow
def test_each_right_is_the_creators(ada: Program, bob: Program, hers: dict[str, str]) -> None:
    for target in (hers["experiment"], hers["run"]):
        assert "is ada's, and you are bob" in told(bob("edit", target, "--note", "mine"), 2)
        assert "is ada's, and you are bob" in told(bob("delete", target, "--yes"), 2)
        assert ada("edit", target, "--note", "mine").code == 0
    assert bob("resume", hers["sweep"][:8]).code == 0
    assert bob("duplicate", "Small").code == 0
    assert bob("edit", "Small", "--favourite").code == 0
    assert ada("delete", hers["run"], "--yes").code == 0
    assert ada("delete", hers["experiment"], "--yes").code == 0
    [left] = experiments(ada)
    assert (left["creator"], left["favourite"]) == ("bob", True)


@pytest.mark.slow
def test_anyone_may_resume_and_a_deleted_run_is_played_again(ada: Program, bob: Program, hers: dict[str, str]) -> None:
    ada("delete", hers["run"], "--yes")
    assert ada("status", "--json").json["counts"] == {
        "pending": 1,
        "running": 0,
        "done": 2,
        "failed": 0,
        "cancelled": 0,
    }
    again = bob("resume", "--json").json
    assert (again["counts"]["done"], again["messages"]) == (3, 4)
    assert hers["run"] in [run["run"] for run in ada("list", "runs", "--json").json]


@pytest.mark.slow
def test_a_deletion_asks_first_and_needs_a_yes_without_a_terminal(ada: Program, hers: dict[str, str]) -> None:
    said = told(ada("delete", "Small"), 2)
    assert "3 runs, 12 messages" in said
    assert "--yes" in said
    asked = ada.terminal("delete", "Small")
    asked.expect("3 runs, 12 messages")
    asked.expect("Delete.*:")
    asked.sendline("n")
    asked.wait()
    assert len(experiments(ada)) == 1


@pytest.mark.slow
def test_the_later_editor_is_told_who_was_first_and_how_to_go_on(ada: Program, hers: dict[str, str]) -> None:
    assert ada("edit", "Small", "--note", "hers", "--revision", "1").code == 0
    said = told(ada("edit", "Small", "--note", "it's mine", "--revision", "1"), 2)
    assert "ada edited the experiment" in said
    assert "note 'hers'" in said
    assert "--revision 2 --note" in said
    assert "mine" in said
    assert experiments(ada)[0]["note"] == "hers"


@pytest.mark.slow
def test_a_duplicate_is_run_under_its_own_name_and_shows_what_differs(bob: Program, hers: dict[str, str]) -> None:
    made = bob("duplicate", "Small", "--set", "sections[0].private.guard=Stay calm.", "--set", "note=null")
    assert made.code == 0
    assert "- I am <SELF_NAME>." in made.out
    assert "+ Stay calm." in made.out
    [mine] = [found for found in experiments(bob) if found["creator"] == "bob"]
    assert bob("run", str(mine["experiment"])).code == 0
    [mine] = [found for found in experiments(bob) if found["creator"] == "bob"]
    assert (mine["versions"], mine["sweeps"]) == (1, 1)
    assert mine["origin"]


@pytest.mark.slow
def test_faults_of_changes_are_told_at_once(bob: Program, hers: dict[str, str]) -> None:
    said = told(bob("duplicate", "Small", "--set", "sections[3].shared=x", "--set", "first_speaker=gard"), 2)
    assert "sections[3].shared: there is nothing at this path" in said
    assert "first_speaker" in said
    assert "did you mean guard" in said
    assert "not PATH=VALUE" in told(bob("duplicate", "Small", "--set", "title"), 2)
    assert len(experiments(bob)) == 1


def editor(folder: Path, *steps: tuple[str, str]) -> str:
    """An editor that at each call makes the next replacement in the file."""
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        f"steps, count = {list(steps)!r}, pathlib.Path({str(folder / 'count')!r})\n"
        "at = int(count.read_text()) if count.exists() else 0\n"
        "count.write_text(str(at + 1))\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "path.write_text(path.read_text().replace(*steps[at]))\n"
    )
    return f"{sys.executable} {script}"


@pytest.mark.slow
def test_an_experiment_is_duplicated_in_an_editor(shared: Program, hers: dict[str, str], tmp_path: Path) -> None:
    bob = shared.as_user("bob", EDITOR=editor(tmp_path, ("Start.", "Begin.")))
    made = bob("duplicate", "Small", "--edit", "--json").json
    assert made["differences"] == [{"path": "starting_message", "before": "Start.", "after": "Begin."}]


@pytest.mark.slow
def test_what_was_written_with_faults_is_kept(shared: Program, hers: dict[str, str], tmp_path: Path) -> None:
    bob = shared.as_user("bob", EDITOR=editor(tmp_path, ("Start.", "<GARD_NUM>")))
    said = told(bob("duplicate", "Small", "--edit"), 2)
    assert "<GARD_NUM> is not a placeholder" in said
    kept = said.split("What you wrote is in ")[1].split(";")[0]
    assert "<GARD_NUM>" in Path(kept).read_text()
    assert len(experiments(bob)) == 1


@pytest.mark.slow
def test_a_file_with_faults_is_offered_again(shared: Program, hers: dict[str, str], tmp_path: Path) -> None:
    steps = editor(tmp_path, ("Start.", "<GARD_NUM>"), ("<GARD_NUM>", "<GUARD_NUM>"))
    bob = shared.as_user("bob", VISUAL=steps)
    editing = bob.terminal("duplicate", "Small", "--edit")
    editing.expect("is not a placeholder")
    editing.expect("Edit it again")
    editing.sendline("y")
    editing.expect("is yours")
    editing.wait()
    assert len(experiments(bob)) == 2


@pytest.mark.slow
def test_an_editor_that_cannot_be_started_is_said(shared: Program, hers: dict[str, str]) -> None:
    said = told(shared.as_user("bob", EDITOR="no-such-editor")("duplicate", "Small", "--edit"), 2)
    assert "no-such-editor" in said


KILLED = """
import os, signal, sys
from sociarium.cli.app import main
from sociarium.stores.mongo import MongoStore
from sociarium.stores.sqlite import SqliteStore

def mortal(discard):
    def once(store, deletion, *, most):
        if discard(store, deletion, most=2):
            os.kill(os.getpid(), signal.SIGKILL)
    return once

for kind in (SqliteStore, MongoStore):
    kind.delete_part = mortal(kind.delete_part)
main(sys.argv[1:])
"""


@pytest.mark.slow
def test_a_deletion_that_was_killed_is_told_and_completed(ada: Program, bob: Program, hers: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, "delete", "Small", "--yes"],
        cwd=ada.folder,
        env=ada.environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    complete = f" delete {hers['experiment'][:12]}` completes it"
    assert complete in ada("list", "experiments").err
    assert experiments(ada) == []
    looked = ada("doctor", "--json")
    assert looked.code == 2
    assert any(complete in one["problem"] for one in looked.json)
    for arguments in (
        ("run", "mine.yaml"),
        ("resume", hers["sweep"][:8]),
        ("status", hers["sweep"][:8]),
        ("duplicate", "Small"),
        ("edit", "Small", "--note", "x"),
        ("export", "Small"),
    ):
        assert complete in told(ada(*arguments), 2), arguments
    assert "is ada's" in told(bob("delete", hers["experiment"], "--yes"), 2)
    assert ada("delete", "Small", "--yes", "--json").json == {"experiment": hers["experiment"], "runs": 1}
    assert not any(one["what"] == "deletion" for one in ada("doctor", "--json").json)
    assert ada("run", "mine.yaml", "--json").json["counts"]["done"] == 3


@pytest.mark.slow
def test_of_two_who_edit_at_the_same_moment_one_is_told_of_the_other(ada: Program, hers: dict[str, str]) -> None:
    for revision in (1, 2, 3):
        arguments = ("edit", "Small", "--revision", str(revision), "--json", "--note")
        both = [ada.begin(*arguments, note) for note in ("at home", "in the lab")]
        said = [ended(one) for one in both]
        assert sorted(one.code for one in said) == [0, 2]
        first, second = sorted(said, key=lambda one: one.code)
        stands = experiments(ada)[0]
        assert (stands["note"], stands["revision"]) == (first.json["note"], revision + 1)
        assert f"ada edited the experiment {hers['experiment'][:8]} first" in second.err
        assert repr(first.json["note"]) in second.err
        assert f"--revision {revision + 1} --note" in second.err


def test_the_doctor_looks_at_the_store_and_migrates_only_when_asked(program: Program) -> None:
    ada = program.as_user("ada")
    ada("run", ada.file(small()))
    path = ada.folder / "experiments" / "sociarium.db"
    looked = ada("doctor", "--json").json
    assert {"store", "store write", "store journal", "store indexes", "store file"} <= {one["what"] for one in looked}
    assert not any(one["problem"] for one in looked if one["what"].startswith("store"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA user_version={version + 1}")
    said = told(ada("list", "runs"), 2)
    assert "made by a newer version" in said
    assert "update Sociarium" in ada("doctor", "--migrate", "--yes", "--json").json[1]["problem"]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version={version}")
    assert "say --yes" in told(ada("doctor", "--migrate"), 2)
    assert ada("doctor", "--migrate", "--yes", "--json").json[1]["problem"] == ""
