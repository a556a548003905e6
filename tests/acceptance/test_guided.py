"""The guided program on a real terminal, from its first question to a finished batch."""

from __future__ import annotations

import pytest

from tests.support.definitions import small
from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, ESC, HUB, SPACE, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded

OPENING = "You are <SELF_NAME>. You share a flat with the <LANDLORD_NOUN>."
SAME = """\
title: Written by hand
starting_message: It is Sunday evening.
models:
  stand-in: {provider: offline}
  other: {provider: offline}
roles: {tenant: {pronouns: she}, landlord: {}}
sections:
  - title: Starting prompt
    private:
      tenant: You are <SELF_NAME>. You share a flat with the <LANDLORD_NOUN>.
      landlord: You are <SELF_NAME>. You own the flat.
  - {title: Goal, private: {tenant: {variants: {rest: You want to rest., talk: You want to talk.}}}}
  - {title: House rules, shared: Whoever cooks washes up.}
summarizer: [{title: Starting prompt, content: Sum the day up.}]
probes: [{name: mood, of: [tenant], at: [end], ask: How do you feel?, answer: {from: 0, to: 10}}]
events: [{name: bell, after_message: 2, text: The bell rings.}]
sweep:
  factors: {model: [stand-in, other], messages: 4, days: 2, section.Goal.tenant: [rest, talk]}
  replicates: 2
"""


def first_questions(guide: Guide) -> None:
    """Whatever cannot be left out, with a mistake where one is likely."""
    guide.takes("What do you want to study?")
    guide.says("What is the experiment called?")
    guide.reads("Write something.")
    guide.mends("Made in the menu")
    guide.says("Which roles take part?", "tenant, tenant")
    guide.reads("stands there twice")
    guide.mends("tenant; landlord")
    guide.reads("Separa")
    guide.mends("tenant, landlord")
    guide.picks("Who speaks for the agents?", 4)
    guide.says("Its name in your tables:", "stand-in")
    guide.says("The opening:", "It is Sunday evening.")
    guide.says("Starting prompt of the tenant:", "You are <SELF_NAME>. You share a flat with the <LANDLORDS_NOUN>.")
    guide.reads("Did you mean <LANDLORD_NOUN>")
    guide.mends(OPENING)
    guide.says("Starting prompt of the landlord:", "You are <SELF_NAME>. You own the flat.")


def parts(guide: Guide) -> None:
    """Everything else, in no order."""
    guide.opens("Announcements")
    guide.picks("Announcements:")
    guide.says("Its name in your tables:", "bell")
    guide.takes("On which day?")
    guide.says("After how many messages", "-1")
    guide.reads("Write a whole number, 0 or more.")
    guide.mends("2")
    guide.takes("Who says it?")
    guide.says("What is said:", "The bell rings.")
    guide.presses("Announcements:", ESC)
    guide.opens("Roles")
    guide.picks("Roles:")
    guide.picks("tenant:")
    guide.picks("Which pronoun stands for one tenant?", 1)
    guide.presses("tenant:", ESC)
    guide.presses("Roles:", ESC)
    guide.opens("Models")
    guide.picks("Models:", 1)
    guide.picks("Who speaks for the agents?", 4)
    guide.says("Its name in your tables:", "stand-in")
    guide.reads("is taken; choose another")
    guide.mends("other")
    guide.presses("Models:", ESC)
    guide.opens("Sections")
    guide.picks("Sections:", 1)
    guide.says("Title of the section:", "Goal")
    guide.picks("Who reads it?")
    guide.says("Goal of the tenant:", "You want to rest.")
    guide.takes("Goal of the landlord:")
    guide.picks("Sections:", 1)
    guide.says("Title of the section:", "House rules")
    guide.picks("Who reads it?", -1)
    guide.says("House rules, for all:", "Whoever cooks washes up.")
    guide.picks("Sections:", -1)
    guide.picks("Goal:")
    guide.picks("Goal of the tenant, and", 1)
    guide.says("A short name for the text that is there:", "rest")
    guide.says("A short name for the new version:", "rest")
    guide.reads("is taken")
    guide.mends("talk")
    guide.takes("What does the new version begin with?")
    guide.says("Goal of the tenant, version talk:", "You want to talk.")
    guide.presses("Goal of the tenant, and", ESC)
    guide.presses("Goal:", ESC)
    guide.presses("Sections:", ESC)
    guide.opens("Day")
    guide.takes("Should each day be summed up")
    guide.picks("Day's record:")
    guide.picks("Starting prompt:")
    guide.says("Text of Starting prompt:", "Sum the day up.")
    guide.presses("Starting prompt:", ESC)
    guide.presses("Day's record:", ESC)
    guide.opens("Private")
    guide.picks("Private questions:")
    guide.says("Its name in your tables:", "mood")
    guide.presses("Who is asked?", DOWN, SPACE, ENTER)
    guide.takes("When?")
    guide.says("The question:", "How do you feel?")
    guide.takes("How is it answered?")
    guide.says("The scale begins at:", "ten")
    guide.reads("Write a whole number")
    guide.mends("0")
    guide.says("and ends at:", "0")
    guide.reads("Write a whole number, from 1")
    guide.mends("10")
    guide.presses("Private questions:", ESC)
    guide.opens("Note")
    guide.says("A note for yourself", "from the menu")
    guide.takes("Is it a favourite?")


def performed(guide: Guide) -> None:
    """The settings of a first comparison, and its runs."""
    guide.opens("Perform")
    guide.reads("Perform · 1 of")
    guide.takes("Which models?", "Should a role be played by a model of its own?")
    guide.says("How many messages has a conversation?", "4")
    guide.says("Over how many days?", "0")
    guide.reads("Every number has to be 1 or more.")
    guide.mends("5")
    guide.reads("messages cannot fill")
    guide.mends("2")
    guide.takes("How many agents of the role tenant?", "How many agents of the role landlord?", "Who speaks next?")
    guide.takes("Which versions of Goal, of tenant?")
    guide.says("How many conversations for each setting?", "2")
    guide.reads("4 conditions x 2 replicates = 8 runs")
    guide.picks("Start these conversations?", 2)
    guide.takes("Name of the file:", "Start these conversations?")
    guide.reads("Saved: 'Made in the menu'")
    guide.reads("run Made_in_the_menu.yaml")
    guide.reads("8 of 8 runs done")
    guide.reads("What next?")
    guide.reads("Read one")


@pytest.mark.slow
def test_from_an_empty_machine_to_a_finished_batch_of_an_own_experiment(program: Program, url: str) -> None:
    if url.startswith("mongodb"):
        program.environment["SOCIARIUM_STORE"] = url
        guide = Guide(program)
        guide.picks("What do you want to do?")
    else:
        guide = Guide(program)
        guide.picks("What first?", 2)
    first_questions(guide)
    parts(guide)
    performed(guide)
    guide.terminal.send(ESC)
    guide.quits()
    assert not list(program.folder.glob("experiments/drafts/*"))
    assert not (program.folder / ".env").exists()
    # What was made in the menu and what is written by hand come to the same runs.
    by_menu = {run["run"] for run in program("list", "runs", "--json").json}
    same = SAME.replace("Written by hand", "Made in the menu")
    assert program("run", "Made_in_the_menu.yaml", "--json").json["counts"]["done"] == 8
    assert program("run", program.file(same), "--json").json["messages"] == 0
    assert {run["run"] for run in program("list", "runs", "--json").json} == by_menu


@pytest.mark.slow
def test_whoever_sits_there_can_play_a_role(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    models = "{dry: {provider: offline}, me: {provider: person}}"
    assert program("import", program.file(small(models=models, sweep=None))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("Perform")
    guide.presses("Which models?", DOWN + SPACE + ENTER)
    guide.presses("Should a role be played by a model of its own?", SPACE + ENTER)
    guide.presses("Who plays the guard?", DOWN + SPACE + ENTER)
    guide.says("How many messages", "2")
    guide.takes("Over how many days?", "How many agents", "How many agents", "Who speaks next?")
    guide.takes("How many conversations for each setting?", "Start these conversations?")
    guide.reads("I am Guard_")
    guide.presses("What do you say?", "Line up.\r")
    guide.reads("1 of 1 run done")
    guide.presses("What next?", CTRL_C)
    assert guide.ends() == 130
    [run] = program("list", "runs", "--json").json
    told = program("show", run["run"], "--json").json
    assert told["messages"][0]["content"] == "Line up."


@pytest.mark.slow
def test_an_empty_store_begins_with_what_can_be_seen_and_copied(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    guide = Guide(program)
    guide.reads("What first?")
    guide.reads("See how it works")
    guide.terminal.send(DOWN + ENTER)
    guide.reads("Which example?")
    guide.reads(" runs")
    guide.terminal.send(ENTER)
    guide.says("What is the experiment called?", "My wing")
    guide.opens("Save")
    guide.reads("Saved: 'My wing'")
    guide.quits()
    [kept] = program("list", "experiments", "--json").json
    assert kept["title"] == "My wing"


@pytest.mark.slow
def test_see_how_it_works_plays_shows_a_transcript_and_opens_the_study(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    guide = Guide(program)
    guide.takes("What first?", "Read one of its conversations?")
    guide.reads("The morning bell has rung.")
    guide.reads("q: end")
    guide.terminal.send("q")
    guide.reads("This is the study that you saw.")
    guide.reads("16 runs")
    guide.reads(HUB)
    guide.terminal.send("?")
    guide.reads("Runs: read, compare, mark, ask, fork, delete one")
    guide.quits()
