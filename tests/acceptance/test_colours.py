"""NO_COLOR, FORCE_COLOR and terminals that know no colours, on every kind of screen."""

from __future__ import annotations

import re

import pexpect
import pytest

from tests.support.definitions import small
from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, Guide
from tests.support.program import Program

COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")
ESCAPE = re.compile(r"\x1b")
DRAWN = re.compile(r"\x1b\[(?:\?25[lh]|\d*[AKJ])")
"""Sequences that hide the cursor, move it up, or erase."""
PROBES = "[{name: trust, at: [start, end], ask: Trust?, answer: {from: 0, to: 10}}]"
SWEEP = "{factors: {messages: [2, 4]}, replicates: 4}"


@pytest.fixture
def played(program: Program) -> Program:
    """A sweep with something to show, and one run of it left."""
    assert program("run", program.file(small(probes=PROBES, sweep=SWEEP)), "--limit", "7").code == 0
    return program


def screens(program: Program) -> dict[str, list[str]]:
    run = program("list", "runs", "--json").json[0]["run"]
    return {
        "list": ["list", "runs"],
        "show": ["show", run],
        "status": ["status"],
        "results": ["results", "Small"],
        "run": ["run", "mine.yaml", "--limit", "1"],
    }


def on_terminal(program: Program, arguments: list[str], **environment: str) -> str:
    terminal = program.terminal(*arguments, **environment)
    terminal.expect(pexpect.EOF)
    return str(terminal.before)


@pytest.mark.slow
def test_no_color_leaves_no_colour_on_any_screen(played: Program) -> None:
    for name, arguments in screens(played).items():
        shown = on_terminal(played, arguments, NO_COLOR="1", FORCE_COLOR="1", COLORTERM="truecolor")
        assert not COLOUR.findall(shown), name
        assert len(shown) > 40, name


@pytest.mark.slow
def test_without_no_color_there_are_colours(played: Program) -> None:
    shown = {name: on_terminal(played, arguments) for name, arguments in screens(played).items()}
    assert {name for name, text in shown.items() if COLOUR.search(text)} >= {"show", "status", "run"}


@pytest.mark.slow
def test_no_color_leaves_no_colour_in_the_guided_questions(program: Program) -> None:
    plain = program.as_user("ada", SOCIARIUM_STORE="sqlite:///mine.db")
    for environment, has_colours in (({"NO_COLOR": "1"}, False), ({}, True)):
        guide = Guide(plain, **environment)
        guide.reads("What first?")
        for key in (DOWN, DOWN, ENTER):
            guide.terminal.send(key)
        guide.presses("What do you want to study?", ENTER)
        guide.says("What is the experiment called?", "Mine")
        guide.reads("Which roles take part?")
        guide.terminal.send(CTRL_C)
        guide.reads("as a draft?")
        for key in (DOWN, ENTER):
            guide.terminal.send(key)
        guide.ends()
        assert bool(COLOUR.search(guide.shown)) is has_colours


@pytest.mark.slow
def test_a_terminal_that_only_writes_lines_gets_lines(played: Program) -> None:
    for name, arguments in screens(played).items():
        shown = on_terminal(played, arguments, TERM="dumb", FORCE_COLOR="")
        assert not ESCAPE.search(shown), name
        assert len(shown) > 40, name
        if name == "run":
            assert "0/1 done" in shown, "its progress is not told"


@pytest.mark.slow
def test_force_color_colours_what_is_piped_and_draws_nothing_there(played: Program) -> None:
    coloured = played.as_user("tester", FORCE_COLOR="1")
    for name, arguments in screens(played).items():
        said = coloured(*arguments)
        assert not DRAWN.search(said.out + said.err), name
        if name in {"show", "status"}:
            assert COLOUR.search(said.out), name
    machine = coloured("list", "runs", "--json")
    assert not ESCAPE.search(machine.out)
    assert not ESCAPE.search(coloured("list", "runs", "--tsv").out)


@pytest.mark.slow
def test_what_is_piped_has_no_escapes(played: Program) -> None:
    for name, arguments in screens(played).items():
        said = played(*arguments)
        assert not ESCAPE.search(said.out + said.err), name
