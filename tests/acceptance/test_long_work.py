"""How far an import or export is, is told on a terminal, and nowhere else."""

from __future__ import annotations

import pexpect
import pytest

from tests.support.definitions import small
from tests.support.program import Program


def shown(program: Program, *arguments: str) -> str:
    terminal = program.terminal(*arguments)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    return str(terminal.before)


@pytest.mark.slow
def test_imports_and_exports_count_on_a_terminal_and_are_quiet_in_a_pipe(program: Program) -> None:
    assert program("run", program.file(small(sweep="{factors: {messages: 2}, replicates: 3}"))).code == 0
    out = ["export", "Small", "--format", "archive", "--out", "packed"]
    assert program(*out).err == ""
    assert "Exporting runs" in shown(program, *out)
    [archive] = (program.folder / "packed").iterdir()
    into = ["import", str(archive), "--store", "sqlite:///other.db"]
    told = shown(program, *into)
    assert "Verifying" in told
    assert "Importing runs" in told
    assert program(*into).err == ""
    assert "Reading" not in shown(program, "list", "runs"), "what is over at once needs no words"
