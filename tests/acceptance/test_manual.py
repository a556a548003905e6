"""A person chooses who speaks next."""

from __future__ import annotations

import pexpect
import pytest

from tests.support.definitions import small
from tests.support.program import Program

DOWN = "\x1b[B"
FILE = small(sweep="{factors: {messages: 4, speaker_selection: manual}}")


def choose(terminal: pexpect.spawn, *keys: str) -> None:
    terminal.expect("Who speaks next.*Use arrow keys")
    terminal.expect("Prisoner_[0-9]{3}")
    terminal.send("".join(keys) + "\r")


def leave(terminal: pexpect.spawn) -> None:
    """Press Ctrl-C at a question."""
    terminal.sendintr()
    terminal.expect("left")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


@pytest.mark.slow
def test_a_person_chooses_speakers_and_the_choice_can_be_replayed(program: Program) -> None:
    terminal = program.terminal("run", program.file(FILE))
    choose(terminal, DOWN)
    choose(terminal, DOWN)
    choose(terminal)
    choose(terminal, DOWN)
    terminal.expect("1 of 1 run done")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    [run] = program("list", "runs", "--json").json
    told = program("show", run["run"], "--json").json
    assert [message["role"] for message in told["messages"]] == ["prisoner", "prisoner", "guard", "prisoner"]
    assert program("replay", run["run"]).code == 0


@pytest.mark.slow
def test_a_person_may_leave_and_come_back_to_the_same_question(program: Program) -> None:
    terminal = program.terminal("run", program.file(FILE))
    choose(terminal, DOWN)
    terminal.expect("Who speaks next")
    terminal.expect("Prisoner_[0-9]{3}")
    leave(terminal)
    again = program.terminal("resume")
    for _ in range(3):
        choose(again)
    again.expect("1 of 1 run done")
    again.expect(pexpect.EOF)
    again.close()
    [run] = program("list", "runs", "--json").json
    told = program("show", run["run"], "--json").json
    assert [message["role"] for message in told["messages"]] == ["prisoner", "guard", "guard", "guard"]


def test_without_a_terminal_it_is_refused(program: Program) -> None:
    said = program("run", program.file(FILE))
    assert said.code == 2
    assert "a person at a terminal" in said.err


@pytest.mark.slow
def test_a_person_plays_an_agent_and_answers_its_questions(program: Program) -> None:
    file = small(
        models="{dry: {provider: offline}, me: {provider: person}}",
        probes="[{name: mood, of: [guard], at: [end], ask: How do you feel?, answer: {from: 0, to: 3}}]",
        sweep="{factors: {messages: 4, model.guard: me}}",
    )
    terminal = program.terminal("run", program.file(file))
    terminal.expect("I am Guard_")
    terminal.expect("What do you say")
    terminal.send("Line up.\r")
    terminal.expect("Prisoner_[0-9]{3}: ")
    terminal.expect("What do you say")
    leave(terminal)
    again = program.terminal("resume")
    again.expect("What do you say")
    again.send("Again.\r")
    again.expect("How do you feel")
    again.expect("Your answer")
    again.send(DOWN + DOWN + "\r")
    again.expect("1 of 1 run done")
    again.expect(pexpect.EOF)
    [run] = program("list", "runs", "--json").json
    told = program("show", run["run"], "--json").json
    assert [message["content"] for message in told["messages"]][::2] == ["Line up.", "Again."]
    assert [probe["answer"] for probe in told["probes"]] == [2]
    assert program("replay", run["run"]).code == 0
    refused = program("run", "mine.yaml")
    assert refused.code == 2
    assert "provider: person" in refused.err
