"""Experiments changed in the guided program: one's own as a new version, a colleague's as a duplicate."""

from __future__ import annotations

import pytest

from tests.support.definitions import small
from tests.support.guided_terminal import CLEAR, CTRL_C, DOWN, ENTER, ESC, SPACE, Guide
from tests.support.program import Program

SWEEP = "{factors: {messages: [2, 3], agents.guard: 1}}"


def opened(program: Program) -> Guide:
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    return guide


@pytest.mark.slow
def test_an_own_experiment_is_changed_and_its_runs_stay(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("run", program.file(small(sweep=SWEEP))).code == 0
    before = {run["run"] for run in program("list", "runs", "--json").json}
    guide = opened(program)
    guide.reads("Its 2 runs stay as they are")
    guide.opens("Opening")
    guide.picks("The opening, and")
    guide.says("The opening:", "Begin at once.")
    guide.presses("The opening, and", ESC)
    guide.opens("What")
    guide.picks("What is compared:")
    guide.says("Messages:", "2")
    guide.presses("What is compared:", ESC)
    guide.opens("Save")
    guide.reads("version 2")
    guide.reads("Its 2 runs stay as they are")
    guide.opens("Perform")
    guide.presses("Start these conversations?", ESC)  # to the page, not into one of its parts
    guide.opens("Perform")
    guide.takes("Start these conversations?")
    guide.reads("1 of 1 run done")
    guide.picks("What next?", 1)
    guide.takes("Which one?")
    guide.presses("What next?", ESC)
    guide.quits()
    [kept] = program("list", "experiments", "--json").json
    assert kept["title"] == "Small"
    runs = {run["run"] for run in program("list", "runs", "--json").json}
    assert before < runs
    assert len(runs) == 3


@pytest.mark.slow
def test_another_title_makes_a_copy(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("run", program.file(small(sweep=SWEEP))).code == 0
    guide = opened(program)
    guide.opens("Title")
    # Tab completes titles that there are.
    guide.presses("What is the experiment called?", CLEAR, "sma", "\t", "er", ENTER)
    guide.opens("Save")
    guide.reads("Saved: 'Smaller'")
    guide.quits()
    assert {one["title"] for one in program("list", "experiments", "--json").json} == {"Small", "Smaller"}


@pytest.mark.slow
def test_a_colleagues_experiment_is_duplicated_its_role_renamed_and_played(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    theirs = Program(program.folder, program.environment | {"SOCIARIUM_USER": "colleague"})
    assert theirs("run", program.file(small(sweep=SWEEP))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.reads("Which experiment?")
    guide.reads("colleague")
    guide.terminal.send(ENTER)
    guide.picks("Small by colleague:")
    guide.opens("Roles")
    guide.picks("Roles:")
    guide.picks("guard:", 3)
    guide.says("What do others call the guard?", "...")
    guide.reads("Write a name with a letter")
    guide.mends("Keeper")
    guide.picks("guard:", 1)
    guide.says("Its new name:", "warden")
    guide.reads("the comparison follows")
    guide.takes("All of this together?")
    guide.presses("warden:", ESC)
    guide.presses("Roles:", ESC)
    guide.opens("Perform")
    guide.takes("Start these conversations?")
    guide.reads("Saved: 'Small'")
    guide.reads("2 of 2 runs done")
    guide.presses("What next?", CTRL_C)
    assert guide.ends() == 130
    own, origin = sorted(program("list", "experiments", "--json").json, key=lambda one: one["creator"] == "colleague")
    assert (own["creator"], own["roles"]) == ("tester", ["warden", "prisoner"])
    assert own["origin"]["experiment"] == origin["experiment"]
    assert program("export", own["experiment"], "--format", "yaml", "--out", "out").code == 0
    assert "name: Keeper" in (program.folder / "out" / "Small.yaml").read_text()


@pytest.mark.slow
def test_a_colleagues_experiment_is_performed_as_it_is(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    theirs = Program(program.folder, program.environment | {"SOCIARIUM_USER": "colleague"})
    assert theirs("import", program.file(small(sweep=SWEEP))).code == 0
    guide = opened(program)
    guide.picks("Small by colleague:", 1)
    guide.reads("colleague")
    guide.takes("Start these conversations?")
    guide.reads("2 of 2 runs done")
    guide.presses("What next?", ESC)
    guide.presses("Small by colleague:", CTRL_C)
    assert guide.ends() == 130
    [kept] = program("list", "experiments", "--json").json
    assert kept["creator"] == "colleague"


@pytest.mark.slow
def test_what_is_taken_away_is_said_and_what_is_missing_stands_at_its_part(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("import", program.file(small(sweep=SWEEP))).code == 0
    guide = opened(program)
    guide.opens("Roles")
    guide.picks("Roles:")
    guide.picks("guard:", -1)
    guide.reads("is no longer compared")
    guide.picks("Take out guard?", 1)
    guide.presses("guard:", ESC)
    guide.picks("Roles:", 1)
    guide.picks("prisoner:", 2)
    guide.says("The lines of the prisoner:", "I say nothing.")
    guide.presses("prisoner:", ESC)
    guide.presses("Roles:", ESC)
    guide.opens("Models")
    guide.picks("Models:")
    guide.picks("dry:", -1)
    guide.takes("Take out dry?")
    guide.presses("Models:", ESC)
    guide.reads("! Models")
    guide.opens("Save")
    guide.reads("Models: No model is there yet to speak.")
    guide.escapes()
    guide.picks("'Small' is not saved as it stands:", 1)
    guide.presses("Which experiment?", CTRL_C)
    assert guide.ends() == 130


@pytest.mark.slow
def test_levels_that_change_together_and_combinations_that_are_left_out(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    models = "{dry: {provider: offline}, wet: {provider: offline}}"
    assert program(
        "import", program.file(small(models=models, sweep="{factors: {messages: [2, 3], model: [dry, wet]}}"))
    )
    guide = opened(program)
    guide.opens("What")
    guide.picks("What is compared:", 4)
    guide.picks("Combinations that are left out:")
    guide.presses("Which comparisons does it name?", SPACE + DOWN + SPACE + ENTER)
    guide.presses("Which of messages?", SPACE + ENTER)
    guide.presses("Which of model?", SPACE + ENTER)
    guide.reads("messages: 2 and model: dry")
    guide.terminal.send(ESC)
    guide.presses("What is compared:", ESC)
    guide.opens("Save")
    guide.reads("version 2")
    guide.quits()
    said = program("export", "Small", "--format", "yaml", "--out", "out")
    assert said.code == 0
    [file] = (program.folder / "out").rglob("*.yaml")
    assert "exclude" in file.read_text()


@pytest.mark.slow
def test_a_version_that_is_left_before_its_text_is_not_there(program: Program, url: str) -> None:
    program.environment["SOCIARIUM_STORE"] = url
    assert program("import", program.file(small())).code == 0
    guide = opened(program)
    guide.opens("Opening")
    guide.reads("The opening")
    guide.picks("", 1)
    guide.says("A short name for the text that is there:", "short")
    guide.says("A short name for the new version:", "You are <SELF_NAME>")
    guide.reads("A name for tables, of at most 40 letters")
    guide.mends("long")
    guide.presses("What does the new version begin with?", ESC)
    # One question back, with the answer that was given.
    guide.takes("A short name for the new version:")
    guide.presses("What does the new version begin with?", ESC)
    guide.presses("A short name for the new version:", ESC)
    guide.presses("A short name for the text that is there:", ESC)
    guide.presses("The opening", ESC)
    guide.reads("Small")
    guide.quits()
    assert "2 versions" not in guide.shown
