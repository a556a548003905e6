"""The guided program on a real terminal, from its first question to a finished batch."""

from __future__ import annotations

from tests.acceptance.guide import CTRL_C, DOWN, ENTER, SPACE, Guide
from tests.acceptance.program import Program
from tests.acceptance.sweeps import embedded
from tests.examples import small

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


def test_from_an_empty_machine_to_a_finished_batch_of_an_own_experiment(program: Program, url: str) -> None:
    if url.startswith("mongodb"):
        program.environment["SOCIARIUM_STORE"] = url
        guide = Guide(program)
    else:
        guide = Guide(program)
        guide.picks("Where should experiments and conversations be kept?")
        guide.picks("Remember this in the file .env")
    guide.picks("What do you want to do?")
    guide.takes("What do you want to study?")
    guide.says("What is the experiment called?", "Made in the menu")
    guide.says("Which roles take part?", "tenant, landlord")
    guide.takes("Does a role say lines", "Should others call somebody")
    guide.picks("Which pronoun stands for one tenant?", 1)
    guide.takes("Several of them are:", "Which pronoun stands for one landlord?", "Several of them are:")
    for name in ("stand-in", "other"):
        guide.picks("Who speaks for the agents?", 3)
        guide.says("Its name in your tables:", name)
        guide.picks("Models so far:", 1 if name == "stand-in" else 0)
    guide.says("The starting message:", "It is Sunday evening.")
    guide.says("Which sections should", "Goal, House rules")
    guide.presses("Which of them say the same", "\x1b[B \r")
    guide.presses("Of which texts do you want", "\x1b[B\x1b[B \r")
    guide.says("Starting prompt of the tenant:", "You are <SELF_NAME>. You share a flat with the <LANDLORDS_NOUN>.")
    guide.reads("<LANDLORDS_NOUN> is not a placeholder. Did you mean <LANDLORD_NOUN>")
    guide.terminal.send("\x15" + OPENING + "\r")
    guide.says("Starting prompt of the landlord:", "You are <SELF_NAME>. You own the flat.")
    guide.says("Goal of the tenant: Names of its versions:", "rest, talk")
    guide.says("Goal of the tenant: Version 'rest':", "You want to rest.")
    guide.says("Goal of the tenant: Version 'talk':", "You want to talk.")
    guide.takes("Goal of the landlord:")
    guide.says("House rules (all):", "Whoever cooks washes up.")
    guide.takes("Should each day be summed up", "Sections of the instructions for the summaries:")
    guide.says("Starting prompt of the summaries:", "Sum the day up.")
    guide.picks("Do you want a private question?", 1)
    guide.says("Its name in your tables:", "mood")
    guide.presses("Who is asked?", "\x1b[B \r")
    guide.takes("When?")
    guide.says("The question:", "How do you feel?")
    guide.takes("How is it answered?", "The scale begins at:", "and ends at:", "Do you want another private question?")
    guide.picks("Do you want an announcement?", 1)
    guide.says("Its name in your tables:", "bell")
    guide.takes("On which day?")
    guide.says("After how many messages", "2")
    guide.takes("Who says it?", "Do you want to compare several versions")
    guide.says("What is said:", "The bell rings.")
    guide.takes("Do you want another announcement?")
    guide.says("A note for yourself", "from the menu")
    guide.takes("Mark it as a favourite?")
    guide.reads("You share a flat with the landlord.")
    guide.takes("And now?")
    guide.reads("Saved: 'Made in the menu'")
    guide.picks("Made in the menu:")
    guide.takes("Which models?", "Should a role be played by a model of its own?")
    guide.says("How many messages has a conversation?", "4")
    guide.says("Over how many days?", "0")
    guide.reads("Every number has to be 1 or more.")
    guide.terminal.send("\x152\r")
    guide.takes("How many agents of the role tenant?", "How many agents of the role landlord?", "Who speaks next?")
    guide.takes("Which versions of section.Goal.tenant?")
    guide.says("How many conversations for each setting?", "2")
    guide.reads("4 conditions x 2 replicates = 8 runs")
    guide.picks("Start these conversations?", 1)
    guide.takes("Name of the file:", "Start these conversations?")
    guide.reads("run Made_in_the_menu.yaml")
    guide.reads("8 of 8 runs done")
    guide.presses("Made in the menu:", "\x03")
    assert guide.ends() == 130
    assert not list(program.folder.glob("experiments/drafts/*"))
    if not url.startswith("mongodb"):
        assert (program.folder / ".env").read_text() == "SOCIARIUM_STORE=sqlite:///experiments/sociarium.db\n"
    # What was made in the menu and what is written by hand come to the same runs.
    by_menu = {run["run"] for run in program("list", "runs", "--json").json}
    same = SAME.replace("Written by hand", "Made in the menu")
    assert program("run", "Made_in_the_menu.yaml", "--json").json["counts"]["done"] == 8
    assert program("run", program.file(same), "--json").json["messages"] == 0
    assert {run["run"] for run in program("list", "runs", "--json").json} == by_menu


def test_whoever_sits_there_can_play_a_role(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    models = "{dry: {provider: offline}, me: {provider: person}}"
    assert program("import", program.file(small(models=models, sweep=None))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.presses("Which models?", DOWN + SPACE + ENTER)
    guide.presses("Should a role be played by a model of its own?", SPACE + ENTER)
    guide.presses("Who plays the guard?", DOWN + SPACE + ENTER)
    guide.says("How many messages", "2")
    guide.takes("Over how many days?", "How many agents", "How many agents", "Who speaks next?")
    guide.takes("How many conversations for each setting?", "Start these conversations?")
    guide.reads("I am Guard_")
    guide.presses("What do you say?", "Line up.\r")
    guide.reads("1 of 1 runs done")
    guide.presses("What do you want to do?", CTRL_C)
    assert guide.ends() == 130
    [run] = program("list", "runs", "--json").json
    told = program("show", run["run"], "--json").json
    assert told["messages"][0]["content"] == "Line up."
