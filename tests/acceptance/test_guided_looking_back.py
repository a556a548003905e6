"""The guided program over experiments that are there: look back, change a colleague's, export, delete."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.guide import CTRL_C, DOWN, ENTER, ESC, Guide
from tests.acceptance.program import Program
from tests.examples import small

SWEEP = "{factors: {messages: [2, 3]}}"


def test_old_conversations_are_found_read_marked_exported_and_deleted(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("run", program.file(small(sweep=SWEEP))).code == 0
    guide = Guide(program, "menu")
    guide.picks("What do you want to do?", 2)
    guide.picks("Which experiment?")
    guide.picks("Small:", 1)
    guide.reads("Which conversations?")
    guide.reads("messages: 3")
    guide.terminal.send(DOWN + DOWN + ENTER)
    guide.reads("Which one?")
    guide.reads("3 messages")
    guide.terminal.send(ENTER)
    guide.picks("Conversation")
    guide.reads("Start.")
    guide.reads("Guard_")
    guide.picks("Conversation", 2)
    guide.reads("a favourite, note")
    guide.reads("Which one?")
    guide.reads("* ")
    guide.terminal.send(ENTER)
    guide.picks("Conversation", 3)
    guide.says("The note:", "the short one")
    guide.picks("Which one?")
    guide.picks("Conversation", 5)
    guide.picks("Delete this conversation for ever?", 1)
    guide.reads("Deleted: the run")
    guide.presses("Which one?", ESC)
    guide.reads("Small:")
    guide.reads("Go on with unfinished conversations")
    guide.terminal.send(DOWN * 6 + ENTER)
    guide.picks("As what?", 2)
    guide.says("Into which folder?", "out")
    guide.reads("export")
    guide.picks("Small:", 5)
    guide.says("The note:", "looked at")
    guide.picks("Is it a favourite?", -1)
    guide.reads("looked at")
    guide.picks("Small:", 7)
    guide.says("Type its title to delete it", "small")
    guide.reads("That is not its title")
    guide.terminal.send(ESC)
    guide.presses("Small:", CTRL_C)
    assert guide.ends() == 130
    [experiment] = program("list", "experiments", "--json").json
    assert (experiment["note"], experiment["favourite"]) == ("looked at", True)
    assert list((program.folder / "out").iterdir())


def test_a_colleagues_experiment_is_changed_into_an_own_one(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    theirs = Program(program.folder, program.environment | {"SOCIARIUM_USER": "colleague"})
    assert theirs("run", program.file(small(sweep=SWEEP))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 2)
    guide.reads("Which experiment?")
    guide.reads("Small · colleague")
    guide.terminal.send(ENTER)
    guide.picks("Small by colleague:", 3)
    guide.picks("And now?", 4)
    guide.says("The starting message:", "Begin.")
    guide.reads("It differs from the one that it comes from in:")
    guide.reads("+ Begin.")
    guide.picks("And now?", 2)
    guide.says("Which roles take part?", "guard, prisoner, visitor")
    guide.presses("Does a role say lines", DOWN + DOWN + " " + ENTER)
    guide.presses("Should others call somebody", DOWN + DOWN + " " + ENTER)
    for _ in range(3):
        guide.takes("Which pronoun stands for one", "Several of them are:")
    guide.says("What do others call the visitor?", "...")
    guide.reads("Write a name with a letter")
    guide.terminal.send("\x15Guest" + ENTER)
    guide.presses("The lines of the visitor:", "Time is up.\x0eI am leaving.", ENTER)
    guide.takes("And now?")
    guide.reads("Saved: 'Small'")
    guide.reads("Small:")
    guide.terminal.send(CTRL_C)
    assert guide.ends() == 130
    own, origin = sorted(program("list", "experiments", "--json").json, key=lambda one: one["creator"] == "colleague")
    assert (own["creator"], own["roles"]) == ("tester", ["guard", "prisoner", "visitor"])
    assert program("export", own["experiment"], "--format", "yaml", "--out", "out").code == 0
    assert "name: Guest" in (program.folder / "out" / "Small.yaml").read_text()
    assert own["origin"]["experiment"] == origin["experiment"]


def test_what_was_exported_is_imported_again(program: Program, url: str, tmp_path: Path) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("run", program.file(small(sweep=SWEEP))).code == 0
    assert program("export", "Small", "--format", "archive", "--out", "out").code == 0
    runs = {run["run"] for run in program("list", "runs", "--json").json}
    assert program("delete", "Small", "--yes").code == 0
    [archive] = (tmp_path / "out").iterdir()
    guide = Guide(program, "menu")
    guide.picks("What do you want to do?", 3)
    guide.says("What should be imported?", "nowhere.zip")
    guide.reads("nowhere.zip")
    guide.picks("What do you want to do?", 3)
    guide.says("What should be imported?", str(archive.relative_to(tmp_path)))
    guide.presses("What do you want to do?", CTRL_C)
    assert guide.ends() == 130
    assert {run["run"] for run in program("list", "runs", "--state", "done", "--json").json} == runs
