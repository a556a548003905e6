"""Output goes to any terminal and any file, or one line says why not."""

from __future__ import annotations

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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["show", "show --json", "list runs", "export --out out"])
def test_a_full_disk_is_one_line(program: Program, run: str, command: str) -> None:
    words = command.split()
    if words[0] in {"show", "export"}:
        words.insert(1, run)
    result = begin(program, "> /dev/full", *words)
    assert result.returncode == 1
    assert result.stderr.decode() == "Error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_what_an_encoding_lacks_is_replaced(program: Program, run: str, encoding: str) -> None:
    result = begin(program, "", "show", run, PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stderr) == (0, b"")
    expected = "Bonjour \U0001f44b \u56da" if encoding == "utf-8" else "Bonjour ? ?"
    assert expected in result.stdout.decode(encoding)


def test_a_reader_that_has_enough_is_no_error(program: Program, run: str) -> None:
    result = begin(program, "| head -1; exit ${PIPESTATUS[0]}", "show", run, "--json")
    assert (result.returncode, result.stderr, result.stdout) == (0, b"", b"{\n")


def test_a_closed_output_is_no_error(program: Program, run: str) -> None:
    result = begin(program, ">&-", "show", run)
    assert (result.returncode, result.stderr) == (0, b"")
