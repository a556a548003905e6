"""Going through the lines and the actions of an experiment's page."""

from __future__ import annotations

from sociarium.cli.hub.actions import ActionList, action_line

NAMES = ["Title", "Private questions", "Prompts", "Perform", "Save"]


def page() -> ActionList:
    return ActionList(NAMES, lines=3, place=3)


def test_all_actions_are_one_line_that_remembers_which_was_chosen() -> None:
    here = page()
    here.turn(1)
    assert NAMES[here.place] == "Save"
    here.move(-1)
    assert NAMES[here.place] == "Prompts"
    here.move(1)
    assert NAMES[here.place] == "Save"
    here.move(1)
    assert NAMES[here.place] == "Title"
    here.move(-1)
    here.turn(1)
    assert NAMES[here.place] == "Perform"


def test_the_beginning_of_a_name_leads_to_it() -> None:
    here = page()
    for letter in "PRO":
        here.jump(letter)
    assert NAMES[here.place] == "Prompts"
    here.jump("s")
    assert NAMES[here.place] == "Save"
    here.jump("x")
    assert NAMES[here.place] == "Save"


def test_the_chosen_action_is_seen_on_a_narrow_terminal() -> None:
    names = ["Title", "Perform", "Save", "Results", "Runs", "Duplicate", "File", "Export", "Delete"]
    here = ActionList(names, lines=1, place=1)
    for width in (24, 40, 60, 120):
        for _ in names[1:]:
            line = "".join(text for _, text in action_line(here, width))
            assert f"[{names[here.place]}]" in line
            assert len(line) <= width
            assert ("…" in line) == (width < 70), "what is left out is said"
            here.turn(1)
