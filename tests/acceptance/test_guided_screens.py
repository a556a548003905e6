"""The screens of the guided program, as `docs/screens` shows them; `SCREENS=write` writes them anew."""

from __future__ import annotations

import io
import json
import re

import pytest

from tests.support.definitions import small, small_feed
from tests.support.documented_screens import (
    COLOURS,
    DARK,
    LIGHT,
    SIZES,
    compare_screen,
    refuse_colours_of_one_background,
)
from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, ESC, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded
from tests.support.terminal_screen import Screen

TIME = re.compile(r"\b\d\d-\d\d \d\d:\d\d\b")
NOON = "11-26 12:00"
"""Stands for the time at which a run ended."""
VERSION = re.compile(r"Sociarium \d[\w.]*")
_GUARD = """You are <SELF_NAME>, a guard of the east wing. Somebody wants a word.

Rules of the wing:
- The yard is open for an hour a day.
- Letters are read before they are handed out.
- Nobody leaves the cell after nine.
- Who breaks a rule loses a visit.
- What is decided in the corridor is not decided."""
_PRISONER = """You are <SELF_NAME>. You have been in the east wing for two years, and would be home in one.

What you know of the guards:
- They change every eight hours, and the one on duty decides alone.
- Who asks politely is heard; who asks twice is written down.
- One of them has a brother in the west wing.

What you want: an hour more in the yard, and the letter that came on Monday.
What you can offer: quiet on the upper floor."""
CONVERSATION = small(
    title="East wing",
    sections=(
        f"[{{title: Starting prompt, private: {{guard: {json.dumps(_GUARD)}, prisoner: {json.dumps(_PRISONER)}}}}}, "
        "{title: Goal, private: {guard: {variants: {calm: Keep order., harsh: Break them.}}}}]"
    ),
    probes="[{name: trust, at: [start, end], of: [prisoner], ask: Trust?, answer: {from: 0, to: 10}}]",
    events="[{name: bell, after_message: 2, author: Radio, text: Lights out.}]",
    summarizer="[{title: Starting prompt, content: Sum the day up.}]",
    sweep="{factors: {messages: [2, 4], section.Goal.guard: [calm, harsh]}, replicates: 3}",
)
FEED = small_feed(title="Our street")
_LIST, _PAGES = "Esc: back · ?: keys", "q: end"
PARTS = {
    "Title": ("title", "Esc: back", "What is the experiment called?"),
    "Models": ("models", _LIST, "Models:"),
    "Opening": ("opening", _LIST, "The opening"),
    "Day": ("record", _LIST, "Day's record:"),
    "Private": ("questions", _LIST, "Private questions:"),
    "Announcements": ("announcements", _LIST, "Announcements:"),
    "What": ("compared", _LIST, "What is compared:"),
    "Prompts": ("prompts", _PAGES, "This is what will be read"),
    "Note": ("note", "Esc: back", "A note for yourself"),
    "More": ("more", _LIST, "More:"),
}
"""Parts of a page -> the screen of the docs, how it ends, what it begins with."""
FEED_PARTS = {
    "People": ("people", _LIST, "People:"),
    "Prompts": ("prompts-of-a-feed", _PAGES, "This is what will be read"),
    "More": ("more-of-a-feed", _LIST, "More:"),
}


def shown(guide: Guide, log: io.StringIO, size: tuple[int, int], ending: str) -> str:
    """What stands on the screen once the last line of a question is drawn."""
    guide.reads(ending)
    # What hides or shows the cursor comes last.
    guide.terminal.expect("\x1b\\[\\?7h")
    screen = Screen(*size)
    screen.write(log.getvalue())
    return screen.text() + "\n"


class Watched:
    """A guided program whose screens are compared with those of the docs.

    Attributes:
        log: everything that was written to the terminal.
    """

    def __init__(self, program: Program, size: tuple[int, int], **environment: str) -> None:
        self.guide = Guide(program, size=size, **environment)
        self.log = io.StringIO()
        self.guide.terminal.logfile_read = self.log
        self._size = size

    def see(self, name: str, ending: str, first: str) -> None:
        """The screen is as the docs show it, from the line on in which something stands; once its ending is drawn."""
        text = shown(self.guide, self.log, self._size, ending)
        # What was asked before depends on how much of it there is room for.
        start = text.rfind("\n", 0, text.rindex(first)) + 1
        compare_screen(name, self._size, TIME.sub(NOON, VERSION.sub("Sociarium 1.0", text[start:])))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_screens_of_a_first_conversation(program: Program, size: tuple[int, int]) -> None:
    del program.environment["SOCIARIUM_USER"]
    watched = Watched(program, size, USER="ada", LOGNAME="ada")
    guide, see = watched.guide, watched.see
    see("name", "Esc: back", "Sociarium")
    guide.terminal.send(ENTER)
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
    guide.reads("1 of 1 run done")
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
    refuse_colours_of_one_background(watched.log.getvalue())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_screens_of_the_parts_of_a_page(program: Program, size: tuple[int, int]) -> None:
    program.environment.update(SOCIARIUM_STORE=embedded(program.folder), SOCIARIUM_USER="ada")
    for text in (CONVERSATION, FEED):
        assert program("import", program.file(text)).code == 0
    watched = Watched(program, size)
    for title, parts in (("wing", PARTS), ("street", FEED_PARTS)):
        guide = watched.guide
        guide.picks("What do you want to do?", 1)
        guide.presses("Which experiment?", title, ENTER)
        for part, (name, ending, first) in parts.items():
            guide.opens(part)
            watched.see(name, ending, first)
            guide.terminal.send(ESC)
        guide.escapes()
        guide.presses("Which experiment?", ESC)
    guide.presses("What do you want to do?", CTRL_C)
    assert guide.ends() == 130
    refuse_colours_of_one_background(watched.log.getvalue())


def test_colours_of_screens_are_read_on_dark_and_on_light() -> None:
    lines = ["colour   contrast on dark  on light  for"]
    for name, dark, light, use in COLOURS.values():
        ratios = contrast(dark, DARK), contrast(light, LIGHT)
        lines.append(f"{name:<9}{ratios[0]:>16.1f}{ratios[1]:>10.1f}  {use}")
        assert min(ratios) >= 3, name
    lines.append("All else is in the terminal's own colour, bold or dim. Nothing is said by a colour alone.")
    compare_screen("colours", (0, 0), "\n".join(lines) + "\n")


def contrast(rgb: tuple[int, int, int], background: tuple[int, int, int]) -> float:
    """Contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines define it."""
    light, dark = sorted((luminance(rgb), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb: tuple[int, int, int]) -> float:
    shares = [value / 255 for value in rgb]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
