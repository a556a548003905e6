"""Output goes to any terminal and any file, or one line says why not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.definitions import small
from tests.support.program import Program

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(program: Program) -> str:
    """A run whose words no old encoding has."""
    text = small(sweep="{factors: {messages: 2}}", starting_message='"Bonjour \U0001f44b \u56da"')
    assert program("run", program.file(text), "--yes").code == 0
    [row] = program("list", "runs", "--json").json
    return str(row["run"])


def begin(program: Program, redirection: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    command = f'"{sys.executable}" "{ROOT / "main.py"}" {" ".join(arguments)} {redirection}'
    environment = program.environment | more
    return subprocess.run(["bash", "-c", command], cwd=program.folder, env=environment, capture_output=True, timeout=60)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["show", "show --json", "list runs", "export --out out"])
def test_a_full_disk_is_one_line(program: Program, run: str, command: str) -> None:
    words = command.split()
    if words[0] in {"show", "export"}:
        words.insert(1, run)
    result = begin(program, "> /dev/full", *words)
    assert result.returncode == 1
    assert result.stderr.decode() == "Error: the output cannot be written: No space left on device\n"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_what_an_encoding_lacks_is_replaced(program: Program, run: str, encoding: str) -> None:
    result = begin(program, "", "show", run, PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stderr) == (0, b"")
    expected = "Bonjour \U0001f44b \u56da" if encoding == "utf-8" else "Bonjour ? ?"
    assert expected in result.stdout.decode(encoding)


@pytest.mark.slow
def test_an_encoding_that_replaces_nothing_is_left(program: Program, run: str) -> None:
    result = begin(program, "", "show", run, PYTHONIOENCODING="idna")
    assert (result.returncode, result.stderr) == (0, b"")
    assert "Bonjour \U0001f44b \u56da" in result.stdout.decode()
    refused = begin(program, "", "show", "'\u56da'", PYTHONIOENCODING="idna")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert "\u56da" in refused.stderr.decode()


@pytest.mark.slow
def test_a_reader_that_has_enough_is_no_error(program: Program, run: str) -> None:
    result = begin(program, "| head -1; exit ${PIPESTATUS[0]}", "show", run, "--json")
    assert (result.returncode, result.stderr, result.stdout) == (0, b"", b"{\n")


@pytest.mark.slow
def test_a_closed_output_is_no_error(program: Program, run: str) -> None:
    result = begin(program, ">&-", "show", run)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.slow
def test_names_of_files_and_people_hold_where_the_system_has_ascii_alone(program: Program) -> None:
    old = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "SOCIARIUM_USER": "Zoë 囚"}
    file = program.file(small(title="Über 囚 Tür", sweep="{factors: {messages: 2}}"))
    assert begin(program, "", "run", file, "--yes", **old).returncode == 0
    [row] = program("list", "runs", "--json").json
    assert program("show", row["run"], "--json").json["creator"] == "Zoë 囚"
    for kind, file in {"yaml": "ber_T_r.yaml", "parquet": "runs.parquet", "archive": "*.zip"}.items():
        result = begin(program, "", "export", row["run"], "--format", kind, "--out", f"é/{kind}", **old)
        assert (result.returncode, result.stderr) == (0, b""), kind
        assert len([*(program.folder / "é" / kind).glob(file)]) == 1
    pages = begin(program, "", "view", "--export", "é/pages", row["run"], **old)
    assert (pages.returncode, pages.stderr) == (0, b"")
    assert "Zoë 囚" in (program.folder / "é" / "pages" / "index.html").read_text("utf-8")
    [log] = (program.folder / "logs").glob("*-view-*.log")
    assert f"Zoë 囚 exported runs/{row['run']} as pages into " in log.read_text("utf-8")


@pytest.mark.slow
def test_bytes_that_are_no_text_are_refused_or_replaced(program: Program, run: str) -> None:
    note = begin(program, "", "edit", run, "--note", "$'caf\\xe9'")
    assert note.returncode == 1
    assert re.fullmatch(rb"Error: the store \S+ cannot keep this: .*surrogates not allowed\n", note.stderr)
    named = begin(program, "", "run", "mine.yaml", "--yes", SOCIARIUM_USER=os.fsdecode(b"Zo\xeb"))
    assert named.returncode == 0
    creators = {one["creator"] for one in program("list", "experiments", "--json").json}
    assert creators == {"tester", "Zo\N{REPLACEMENT CHARACTER}"}


@pytest.mark.slow
def test_pages_that_the_disk_does_not_take_are_one_line(program: Program, run: str) -> None:
    command = f'ulimit -f 33; "{sys.executable}" "{ROOT / "main.py"}" view --export new/pages {run}'
    result = subprocess.run(["bash", "-c", command], cwd=program.folder, env=program.environment, capture_output=True,
                            text=True, timeout=60)  # fmt: skip
    assert result.returncode == 2
    assert result.stderr == "Error: new/pages cannot be written: File too large; nothing of it is left\n"
    assert [*(program.folder / "new").iterdir()] == []
