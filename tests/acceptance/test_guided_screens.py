"""The screens of the guided program, as `docs/screens` shows them; `SCREENS=write` writes them anew."""

from __future__ import annotations

import io
import re

import pytest

from tests.support.documented_screens import SIZES, compare_screen
from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, ESC, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded
from tests.support.terminal_screen import Screen

TIME = re.compile(r"\b\d\d-\d\d \d\d:\d\d\b")
NOON = "11-26 12:00"
"""Stands for the time at which a run ended."""


def shown(guide: Guide, log: io.StringIO, size: tuple[int, int], ending: str) -> str:
    """What stands on the screen once the last line of a question is drawn."""
    guide.reads(ending)
    # What hides or shows the cursor comes last.
    guide.terminal.expect("\x1b\\[\\?7h")
    screen = Screen(*size)
    screen.write(log.getvalue())
    return screen.text() + "\n"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_screens_of_a_first_conversation(program: Program, size: tuple[int, int]) -> None:
    program.environment.update(SOCIARIUM_STORE=embedded(program.folder), SOCIARIUM_USER="ada")
    guide = Guide(program, size=size)
    log = io.StringIO()
    guide.terminal.logfile_read = log

    def see(name: str, ending: str, first: str) -> None:
        text = shown(guide, log, size, ending)
        # What was asked before depends on how much of it there is room for.
        compare_screen(name, size, TIME.sub(NOON, text[text.rindex("\n", 0, text.rindex(first)) + 1 :]))

    see("first", "Esc: back · ?: keys", "What first?")
    guide.terminal.send(DOWN * 2 + ENTER)
    guide.takes("What do you want to study?")
    guide.says("What is the experiment called?", "Plea bargain")
    guide.reads("Which roles take part?")
    see("roles", "Esc: back", "New experiment")
    guide.terminal.send("prosecutor, defender" + ENTER)
    guide.picks("Who speaks for the agents?", 4)
    guide.takes("Its name in your tables:")
    guide.says("The opening:", "The judge has left the room. You have ten minutes.")
    guide.says("Starting prompt of the prosecutor:", "You are <SELF_NAME>. You want a conviction.")
    guide.says("Starting prompt of the defender:", "You are <SELF_NAME>. You want your client home.")
    see("hub", "Esc: leave", "Plea bargain   ")
    guide.terminal.send("sections" + ENTER)
    guide.reads("Sections:")
    see("sections", "Esc: back · ?: keys", "Sections:")
    guide.terminal.send(ESC)
    guide.opens("Perform")
    guide.reads("How many messages")
    see("perform", "Esc: back", "Perform ·")
    guide.terminal.send(ENTER)
    guide.takes(
        "Over how many days?", "How many agents", "How many agents", "Who speaks next?", "How many conversations"
    )
    see("start", "Esc: back · ?: keys", "Start these conversations?")
    guide.terminal.send(ENTER)
    guide.reads("1 of 1 runs done")
    guide.reads("What next?")
    see("after", "Esc: back · ?: keys", "What next?")
    guide.terminal.send(ESC)
    guide.opens("Runs")
    guide.reads("Which one?")
    see("runs", "Esc: back · ?: keys", "Plea bargain · ")
    guide.terminal.send(ENTER)
    guide.reads("Delete it")
    see("run", "Esc: back · ?: keys", "Conversation ")
    guide.terminal.send(CTRL_C)
    assert guide.ends() == 130
