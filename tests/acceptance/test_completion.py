"""What Tab does in real shells, with titles that others wrote and stores that are broken."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.warm_process import ROOT

TITLE = 'The east; wing $(touch x) `y` "z" end'
SWEEP = "{factors: {messages: [2, 4], days: [1, 2]}, replicates: 1}"


@pytest.fixture
def stocked(program: Program) -> Program:
    """A store with one sweep, a command of the name that shells complete, and a home of its own."""
    command = program.folder / "bin" / "sociarium"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "main.py"} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    program.environment.update(PATH=f"{command.parent}:{os.environ['PATH']}", HOME=str(program.folder / "home"))
    (program.folder / "home").mkdir()
    title = TITLE.replace('"', '\\"')
    assert program("run", program.file(small(title=f'"{title}"', sweep=SWEEP)), "--json").code == 0
    return program


def complete(program: Program, *words: str, shell: str = "zsh", **environment: str) -> list[str]:
    """The words that the program offers, without what they are."""
    said = program.as_user("tester", _SOCIARIUM_COMPLETE=shell, **environment)(*words)
    assert (said.code, said.err) == (0, "")
    return [line.partition("\t")[0] for line in said.out.splitlines()[1:]]


class Shell:
    """A shell on a terminal, with completion installed as a user does it."""

    def __init__(self, program: Program, name: str) -> None:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not here")
        installed = program("--install-completion", name)
        assert installed.code == 0, installed.err
        assert program("--install-completion", name).out == installed.out, "it is installed twice"
        environment = program.environment | {"TERM": "xterm", "PS1": "> ", "ZDOTDIR": program.environment["HOME"]}
        self._shell = pexpect.spawn(name, ["-i"], cwd=str(program.folder), env=environment, encoding="utf-8",
                                    timeout=20, dimensions=(40, 200))  # fmt: skip
        # What is typed before the shell reads keys is read as lines.
        self._shell.send("echo it re''ads\r")
        self._shell.expect("it reads")
        self._folder = program.folder
        self._count = 0

    def completes(self, line: str) -> list[str]:
        """The words of a line once Tab was pressed, as a command would get them."""
        self._count += 1
        result = self._folder / f"words-{self._count}"
        # What the shell makes of the line says it best: quotes, spaces and all.
        self._shell.send(f"{line}\t")
        self._shell.send(f" @{result.name}\r")
        end = deadline()
        while not result.exists() or not result.read_bytes().endswith(b"\0end\0"):
            assert time.monotonic() < end, self._shell.read_nonblocking(100_000, timeout=1)
            time.sleep(0.05)
        return result.read_text(encoding="utf-8").split("\0")[:-2]

    def close(self) -> None:
        self._shell.close(force=True)


ECHO = """#!{python}
import os, sys
if "_SOCIARIUM_COMPLETE" in os.environ or not sys.argv[-1].startswith("@"):
    os.execv(sys.executable, [sys.executable, {main!r}, *sys.argv[1:]])
with open(sys.argv[-1][1:], "w") as file:
    file.write("\\0".join([*sys.argv[1:-1], "end", ""]))
"""
"""Completes as the program does, and writes down the words that it is called with."""


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(stocked: Program, request: pytest.FixtureRequest) -> Iterator[Shell]:
    command = stocked.folder / "bin" / "sociarium"
    command.write_text(ECHO.format(python=sys.executable, main=str(ROOT / "main.py")), encoding="utf-8")
    opened = Shell(stocked, request.param)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_shell_completes_commands_options_and_what_is_in_the_store(shell: Shell, stocked: Program) -> None:
    sweep = stocked("list", "sweeps", "--json").json[0]["sweep"]
    assert shell.completes("sociarium dem") == ["demo"]
    assert shell.completes("sociarium run --det") == ["run", "--detach"]
    assert shell.completes("sociarium list runs --state don") == ["list", "runs", "--state", "done"]
    assert shell.completes(f"sociarium status {sweep[:3]}") == ["status", sweep[:8]]
    assert shell.completes("sociarium plan min") == ["plan", "mine.yaml"]
    assert shell.completes("sociarium list runs --where mess")[-1] == "messages="
    assert shell.completes("sociarium list runs --where days=2 --where messages=4")[-1] == "messages=4"


@pytest.mark.slow
def test_titles_of_others_are_one_word_and_never_run(shell: Shell, stocked: Program) -> None:
    assert shell.completes("sociarium duplicate Th") == ["duplicate", TITLE]
    assert shell.completes('sociarium duplicate "Th') == ["duplicate", TITLE]
    assert not (stocked.folder / "x").exists()


def test_factors_then_levels_of_what_is_named(stocked: Program) -> None:
    assert set(complete(stocked, "results", TITLE, "--where", "")) == {"messages=", "days="}
    assert set(complete(stocked, "results", TITLE, "--where", "messages=")) == {"messages=4", "messages=2"}
    assert complete(stocked, "duplicate", TITLE, "--set", "da") == ["days="]
    assert complete(stocked, "results", TITLE, "--by", "days,") == ["days,messages"]
    assert complete(stocked, "list", "runs", "--role", "") == ["guard", "prisoner"]


def test_runs_are_completed_by_their_ids(stocked: Program) -> None:
    runs = [row["run"] for row in stocked("list", "runs", "--json").json]
    sweeps = [row["sweep"] for row in stocked("list", "sweeps", "--json").json]
    assert set(complete(stocked, "show", "")) == {one[:8] for one in (*runs, *sweeps)}
    assert complete(stocked, "show", runs[0][:10]) == [runs[0]]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_completing_writes_nothing(stocked: Program) -> None:
    # Whoever opens this one to write gives it another kind of log.
    with closing(sqlite3.connect(stocked.folder / "experiments" / "sociarium.db")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = files_of(stocked.folder)
    for line in (["show", ""], ["run", ""], ["results", "--where", ""], ["status", ""], ["list", "runs", "--role", ""]):
        assert complete(stocked, *line)
    assert files_of(stocked.folder) == before


@pytest.mark.slow
def test_a_store_that_cannot_be_read_offers_nothing_and_says_nothing(stocked: Program) -> None:
    (stocked.folder / "text.db").write_text("no store")
    for url in (
        "sqlite:///text.db", "sqlite:///absent.db", "sqlite:///", "http://somewhere", "mongodb://127.0.0.1:9/nothing",
    ):  # fmt: skip
        assert complete(stocked, "show", "", SOCIARIUM_STORE=url) == []
        assert complete(stocked, "show", "--store", url, "") == []
    assert not (stocked.folder / "absent.db").exists()
    for words in ([], ["--nothing"], ["show", "a", "b", "c", ""], ["\x00"[:0]], ["--where"]):
        complete(stocked, *words)
    assert complete(stocked, "run x 'unfinished", shell="bash") == []
    assert complete(stocked, "show", "", shell="a shell of tomorrow")


def test_completing_imports_neither_commands_nor_what_they_need(stocked: Program) -> None:
    code = (
        "import sys\n"
        "from sociarium.cli.command_names import COMMANDS\n"
        "from sociarium.cli.completion.reply import answer\n"
        "answer('fish', ['show', ''], COMMANDS)\n"
        "late = ('pydantic', 'asyncio', 'rich', 'prompt_toolkit', 'pymongo', 'ruamel', 'sociarium.runner',"
        " 'sociarium.cli.commands')\n"
        "print(sorted(set(late) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=stocked.folder, env=stocked.environment, text=True,
                          capture_output=True, check=True)  # fmt: skip
    assert done.stdout.count("\n") > 4, "the store was not read"
    assert done.stdout.splitlines()[-1] == "[]"


def test_installing_adds_one_line_to_what_the_shell_starts_with(stocked: Program) -> None:
    start = stocked.folder / "home" / ".bashrc"
    start.write_bytes(b"alias a=b  # \xff, and no line end")
    for _ in range(2):
        assert stocked("--install-completion", "bash").code == 0
    first, second = start.read_bytes().splitlines()
    assert first == b"alias a=b  # \xff, and no line end"
    assert re.fullmatch(rb"\[ -f '(.*)' \] && \. '\1'  # completion of sociarium", second)
    refused = stocked("--show-completion", "tcsh")
    assert (refused.code, "bash, zsh, fish" in refused.err) == (2, True)
    assert stocked("--show-completion", "fish").out.startswith("function __sociarium_complete")
