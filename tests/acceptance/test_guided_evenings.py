"""Whole evenings in the guided program: with a mistake at every question, and killed at every question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.guided_evenings import BY_HAND, EVENINGS
from tests.support.guided_terminal import CTRL_C, ENTER, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded


@pytest.fixture
def stored(program: Program) -> Program:
    """The program with a store that is configured."""
    return replace(program, environment=program.environment | {"SOCIARIUM_STORE": embedded(program.folder)})


def assert_same_as_by_hand(guide: Guide, program: Program, kind: str) -> None:
    """What was played is what a file with the same words comes to."""
    guide.reads("run done" if kind == "feed" else "runs done")
    guide.presses("What next?", CTRL_C)
    assert guide.ends() == 130
    assert not list(program.folder.glob("experiments/drafts/*"))
    runs = {run["run"] for run in program("list", "runs", "--json").json}
    again = program("run", program.file(BY_HAND[kind]), "--json")
    assert (again.code, again.json["messages"]) == (0, 0)
    assert {run["run"] for run in program("list", "runs", "--json").json} == runs


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVENINGS)
def test_a_mistake_at_every_question_is_mended_there_and_no_answer_is_lost(stored: Program, kind: str) -> None:
    guide = Guide(stored, "new")
    for asked in EVENINGS[kind]:
        asked.is_mended(guide)
    assert_same_as_by_hand(guide, stored, kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVENINGS)
def test_killed_at_every_question_it_goes_on_there_and_nothing_answered_is_lost(stored: Program, kind: str) -> None:
    guide = Guide(stored, "new")
    for number, asked in enumerate(EVENINGS[kind]):
        asked.is_read(guide)
        guide.dies()
        guide = Guide(stored, "new")
        if number:
            guide.presses("What you began before is kept.", ENTER)
        asked.is_answered(guide)
    assert_same_as_by_hand(guide, stored, kind)
