"""Leaving the guided program: by Ctrl-C, Ctrl-D and SIGKILL, going back, and where there is no terminal."""

from __future__ import annotations

import signal

import pytest

from tests.acceptance.guide import CLEAR, CTRL_C, CTRL_D, CTRL_O, ENTER, ESC, Guide
from tests.acceptance.program import Program
from tests.acceptance.sweeps import embedded


def begun(program: Program) -> Guide:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    guide = Guide(program, "new")
    guide.takes("What do you want to study?")
    guide.says("What is the experiment called?", "Half done")
    return guide


@pytest.mark.parametrize("arguments", [(), ("new",)])
def test_without_a_terminal_a_line_says_which_command_to_use(program: Program, arguments: tuple[str, ...]) -> None:
    said = program(*arguments)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert "run FILE" in said.err
    assert not said.out


def test_a_draft_survives_a_kill_and_is_gone_on_with(program: Program) -> None:
    guide = begun(program)
    guide.says("Which roles take part?", "tenant")
    guide.reads("Does a role say lines")
    guide.terminal.kill(signal.SIGKILL)
    guide.terminal.close(force=True)
    guide = Guide(program, "new")
    guide.reads("What you began before is kept.")
    guide.reads("Go on with the draft 'Half done'")
    guide.terminal.send("\r")
    guide.takes("Does a role say lines")
    # Esc goes back question by question, with what was answered as proposal.
    guide.presses("Which pronoun", ESC)
    guide.presses("Does a role say lines", ESC)
    guide.reads("Which roles take part?")
    guide.reads("tenant")
    guide.terminal.send(ESC)
    guide.reads("What is the experiment called?")
    guide.reads("Half done")
    guide.terminal.send(CLEAR + "Otherwise\r")
    guide.takes("Which roles take part?")
    guide.presses("Does a role say lines", CTRL_C)
    guide.reads("'Otherwise' as a draft?")
    guide.terminal.send("\r")
    assert guide.ends() == 130
    assert len(list(program.folder.glob("experiments/drafts/*.json"))) == 1
    assert program("list", "experiments", "--json").json == []


def test_leaving_in_the_middle_keeps_no_half_experiment(program: Program) -> None:
    editor = program.folder / "editor"
    editor.write_text("#!/bin/sh\nprintf 'Written\\nelsewhere' > \"$1\"\n")
    editor.chmod(0o700)
    program.environment["EDITOR"] = str(editor)
    guide = begun(program)
    guide.says("Which roles take part?", "one")
    guide.takes("Does a role say lines", "Which pronoun", "Several of them")
    guide.picks("Who speaks for the agents?", 3)
    guide.takes("Its name in your tables:", "Models so far")
    guide.presses("The starting message:", CTRL_O)
    guide.reads("elsewhere")
    guide.terminal.send("\r")
    guide.reads("Which sections should")
    [draft] = program.folder.glob("experiments/drafts/*.json")
    assert "Written\\nelsewhere" in draft.read_text()
    guide.terminal.send(CTRL_D)
    guide.picks("Keep what you wrote", 1)
    assert guide.ends() == 130
    assert not draft.exists()
    assert program("list", "experiments", "--json").json == []


def test_a_name_is_asked_for_once_and_the_rest_of_the_settings_stays(program: Program) -> None:
    settings = "# the lab's\nexport OPENAI_BASE_URL='http://gpu:1'\n"
    (program.folder / ".env").write_text(settings)
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    del program.environment["SOCIARIUM_USER"]
    guide = Guide(program, USER="grace", LOGNAME="grace")
    guide.reads("Your name, as colleagues will see it:")
    guide.reads("grace")
    guide.terminal.send("\x7f" + ENTER)
    guide.reads("Write a name")
    guide.terminal.send("Ada Löwe" + ENTER)
    guide.reads("SOCIARIUM_USER in .env")
    guide.reads("You are Ada Löwe.")
    guide.presses("What do you want to do?", CTRL_C)
    assert guide.ends() == 130
    assert (program.folder / ".env").read_text() == settings + "SOCIARIUM_USER='Ada Löwe'\n"
    guide = Guide(program)
    guide.reads("You are Ada Löwe.")
    guide.presses("What do you want to do?", CTRL_C)
    assert guide.ends() == 130
    assert "Your name" not in guide.shown


def test_a_name_that_nobody_gives_is_the_systems_and_is_asked_for_again(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    del program.environment["SOCIARIUM_USER"]
    for _ in range(2):
        guide = Guide(program, USER="grace", LOGNAME="grace")
        guide.presses("Your name, as colleagues will see it:", ESC)
        guide.reads("You are grace.")
        guide.presses("What do you want to do?", CTRL_C)
        assert guide.ends() == 130
    assert not (program.folder / ".env").exists()


def test_esc_in_the_menu_does_not_end_the_program(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    guide = Guide(program)
    guide.presses("What do you want to do?", ESC)
    guide.presses("What do you want to do?", "leave", ENTER)
    assert guide.ends() == 0
