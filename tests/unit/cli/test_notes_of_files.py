"""A text that a comment cuts is told wherever a file is read, in the same words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sociarium import load, loads, plan
from tests.support.definitions import small
from tests.support.older_stores import Call, program

CUT = small(starting_message="We meet by the harbour #together now")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    (tmp_path / "cut.yaml").write_text(CUT, encoding="utf-8")
    return program(f"sqlite:///{tmp_path / 's.db'}", tmp_path, monkeypatch, capsys)


def test_python_and_the_command_give_the_same_warnings(call: Call) -> None:
    of_command = call("plan", "cut.yaml", "--json").json["warnings"]
    assert any("'#together now' is a comment" in warning for warning in of_command)
    assert plan(load("cut.yaml")).warnings == of_command
    assert plan(loads(CUT)).warnings == of_command
    [note] = load("cut.yaml").notes
    assert of_command[0] == str(note)


def test_an_experiment_is_the_same_whatever_is_noted_of_its_file() -> None:
    quoted = CUT.replace("We meet by the harbour #together now", "We meet by the harbour")
    assert loads(CUT) == loads(quoted)


@pytest.mark.parametrize("arguments", [("run", "cut.yaml"), ("import", "cut.yaml"), ("doctor", "cut.yaml")])
def test_every_command_that_reads_a_file_says_it(call: Call, arguments: tuple[str, ...]) -> None:
    said = call(*arguments)
    assert "'#together now' is a comment" in said.out + said.err


def test_it_is_said_of_what_somebody_wrote_in_an_editor(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("import", "cut.yaml").code == 0
    editor = tmp_path / "editor.py"
    editor.write_text(f"import sys\nopen(sys.argv[1], 'w').write({CUT!r}.replace('Small', 'Other'))\n")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    said = call("duplicate", "Small", "--edit")
    assert said.code == 0, said.err
    assert "'#together now' is a comment" in said.err
