"""The guided program over experiments that are there: look back, export, delete."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.definitions import small
from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, ESC, Guide
from tests.support.program import Program

SWEEP = "{factors: {messages: [2, 3]}}"


@pytest.mark.slow
def test_old_conversations_are_found_read_marked_exported_and_deleted(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("run", program.file(small(sweep=SWEEP))).code == 0
    guide = Guide(program, "menu")
    guide.picks("What do you want to do?", 1)
    guide.picks("Which experiment?")
    guide.opens("Runs")
    guide.reads("Which conversations?")
    guide.reads("messages: 3")
    guide.terminal.send(DOWN + DOWN + ENTER)
    guide.reads("Which one?")
    guide.reads("done")
    guide.terminal.send(ENTER)
    guide.picks("Conversation")
    guide.reads("Start.")
    guide.reads("Guard_")
    guide.picks("Conversation", 2)
    guide.picks("beside which one?")
    guide.reads("they part at")
    guide.reads("any key: next")
    guide.terminal.send("q")
    guide.picks("Conversation", 6)
    guide.reads("a favourite, note")
    guide.reads("Which one?")
    guide.reads("★")
    guide.terminal.send(ENTER)
    guide.picks("Conversation", 7)
    guide.says("The note:", "the short one")
    guide.picks("Which one?")
    guide.picks("Conversation", 9)
    guide.picks("Delete this conversation for ever?", 1)
    guide.reads("Deleted: the run")
    guide.presses("Which one?", ESC)
    guide.reads("Go on")
    guide.opens("Export")
    guide.picks("As what?", 2)
    guide.says("Into which folder?", "out")
    guide.opens("Note")
    guide.says("A note for yourself", "looked at")
    guide.picks("Is it a favourite?", -1)
    guide.opens("Save")
    guide.opens("Delete")
    guide.says("Type its title to delete it", "small")
    guide.reads("That is not its title")
    guide.terminal.send(ESC)
    guide.quits()
    [experiment] = program("list", "experiments", "--json").json
    assert (experiment["note"], experiment["favourite"]) == ("looked at", True)
    assert list((program.folder / "out").iterdir())


@pytest.mark.slow
def test_what_was_exported_is_imported_again(program: Program, url: str, tmp_path: Path) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("run", program.file(small(sweep=SWEEP))).code == 0
    assert program("export", "Small", "--format", "archive", "--out", "out").code == 0
    runs = {run["run"] for run in program("list", "runs", "--json").json}
    assert program("delete", "Small", "--yes").code == 0
    [archive] = (tmp_path / "out").iterdir()
    guide = Guide(program, "menu")
    # A server is not asked what it holds before the first question.
    guide.picks(*(("What first?", 4) if url.startswith("sqlite:") else ("What do you want to do?", 2)))
    guide.says("What should be imported?", "nowhere.zip")
    guide.reads("There is no file 'nowhere.zip'")
    guide.mends(str(archive.relative_to(tmp_path)))
    guide.presses("What do you want to do?", CTRL_C)
    assert guide.ends() == 130
    assert {run["run"] for run in program("list", "runs", "--state", "done", "--json").json} == runs
