"""Feeds in the guided program on a real terminal: set up, performed, looked back at, changed, deleted."""

from __future__ import annotations

from tests.acceptance.guide import CTRL_C, DOWN, ENTER, ESC, SPACE, Guide
from tests.acceptance.program import Program
from tests.acceptance.sweeps import embedded

CROWD = """\
{"handle": "cleo", "bio": "Runs the kiosk.", "role": "citizen"}
{"handle": "dora", "persona": {"job": "courier", "temper": "short"}, "role": "citizen"}
"""
SAME = """\
title: Two streets
environment: feed
models: {stand-in: {provider: offline}}
people:
  - {handle: ada, name: Ada Brook, bio: Baker., persona: Kind and hard to hurry., role: official, follows: [cleo]}
  - {file: crowd.jsonl}
  - {generate: 2, role: troll, model: stand-in, prompt: They live for quarrels.}
feed: {ranking: popular, replies: 3, following: 4, recent: 5, post: 0.5}
policy: {match: {words: [closed, bridge]}, do: label, label: Ask the town hall.}
events:
  - {name: roadworks, author: town_hall, post: {variants: {none: "", bold: THE BRIDGE IS CLOSED!}}}
probes:
  - {name: mood, of: [official, citizen], at: [end], ask: How do you feel?, answer: {from: 0, to: 10}}
sweep:
  factors:
    days: 1
    feed.ranking: [popular, similar]
    policy: label
    people.troll: [0, 2]
    event.roadworks: [none, bold]
"""


def test_a_feed_is_set_up_performed_and_looked_back_at(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    (program.folder / "crowd.jsonl").write_text(CROWD)
    (program.folder / "broken.jsonl").write_text('{"handle": "cleo"\n')
    guide = Guide(program, "new")
    guide.picks("What do you want to study?", 1)
    guide.says("What is the experiment called?", "Two streets")
    guide.picks("Who speaks for the agents?", 2)
    guide.says("Its name in your tables:", "stand-in")
    guide.takes("Models so far:")
    described(guide)
    guide.picks("People so far: @ada. And now?", 3)
    guide.says("Path of the file:", "broken.jsonl")
    guide.reads("broken.jsonl line 1")
    guide.terminal.send("\x15crowd.jsonl" + ENTER)
    guide.picks("People so far: @ada, @cleo, @dora. And now?", 2)
    guide.says("How many people should a model write?", "2")
    guide.says("Role:", "troll")
    guide.says("Who are they?", "They live for quarrels.")
    guide.takes("People so far: @ada, @cleo, @dora, 2 of the role troll. And now?")
    guide.takes("Should all people, or all of a role, read something more")
    guide.says("How many days does it last?", "2")
    guide.picks("Who follows whom when it begins?", 4)
    guide.presses("Whom does @ada follow?", SPACE, ENTER)
    guide.takes("Whom does @cleo follow?", "Whom does @dora follow?")
    guide.picks("Which posts come first?", 1)
    guide.says("How many replies to their own posts", "3")
    guide.says("How many posts of those whom they follow?", "4")
    # Esc goes back one question, with what was answered as proposal.
    guide.presses("How many recent posts of others?", ESC)
    guide.takes("How many posts of those whom they follow?")
    guide.says("How many recent posts of others?", "5")
    guide.picks("When do people post something of their own?", 2)
    guide.says("With which probability?", "5")
    guide.reads("Write a number, from 0 to 1.")
    guide.terminal.send("\x150.5" + ENTER)
    guide.says("Words by which a content policy finds posts:", "closed, bridge")
    guide.takes("What is done with such posts?")
    guide.says("The label:", "Ask the town hall.")
    posted(guide)
    asked(guide)
    guide.takes("A note for yourself", "Mark it as a favourite?")
    guide.reads("with stand-in words for those that models will write")
    guide.reads("Kind and hard to hurry.")
    guide.takes("And now?")
    guide.reads("Saved: 'Two streets'")
    guide.picks("Two streets:")
    guide.says("How many days?", "1")
    guide.presses("Which posts come first?", DOWN, DOWN, SPACE, ENTER)
    guide.takes("What is done with posts that hold closed or bridge?")
    guide.says("How many people of the role troll does a model write?", "0, 2")
    guide.takes("Which versions of event.roadworks?", "How many runs for each setting?")
    guide.reads("8 conditions")
    guide.picks("Start these conversations?")
    guide.reads("8 of 8 runs done")
    looked_back(guide)
    guide.presses("Two streets:", CTRL_C)
    assert guide.ends() == 130
    # What was made in the menu and what is written by hand come to the same runs.
    runs = {run["run"] for run in program("list", "runs", "--json").json}
    said = program("run", program.file(SAME), "--json")
    assert (said.code, said.json["messages"], said.json["counts"]["done"]) == (0, 0, 8)
    assert {run["run"] for run in program("list", "runs", "--json").json} == runs


def described(guide: Guide) -> None:
    guide.takes("Who is there?")
    guide.says("Handle:", "two words")
    guide.reads("'two words' is no handle")
    guide.terminal.send("\x15@ada" + ENTER)
    guide.says("Name:", "Ada Brook")
    guide.says("Bio:", "Baker.")
    guide.says("What are they like?", "Kind and hard to hurry.")
    guide.says("Role:", "official")


def posted(guide: Guide) -> None:
    guide.picks("Do you want a post of your own making?", 1)
    guide.says("Its name in your tables:", "roadworks")
    guide.takes("On which day?", "After how many days does it come again?")
    guide.says("Who posts it?", "town_hall")
    guide.picks("Do you want to compare several versions of it?", -1)
    guide.says("The post: Names of its versions:", "none, bold")
    guide.says("The post: Version 'none':", "")
    guide.says("The post: Version 'bold':", "THE BRIDGE IS CLOSED!")
    guide.takes("Do you want another post of your own making?")


def asked(guide: Guide) -> None:
    guide.picks("Do you want a private question?", 1)
    guide.says("Its name in your tables:", "mood")
    guide.presses("Who is asked?", DOWN, DOWN, SPACE, ENTER)
    guide.takes("When?")
    guide.says("The question:", "How do you feel?")
    guide.takes("How is it answered?", "The scale begins at:", "and ends at:", "Do you want another private question?")


def looked_back(guide: Guide) -> None:
    guide.picks("Two streets:", 1)
    guide.takes("Which runs?", "Which one?")
    guide.picks("Run ")
    guide.reads("@ada")
    guide.picks("Run ", 1)
    guide.reads("day1/")
    guide.terminal.send("q")
    guide.picks("Run ", 4)
    guide.picks("As what?", 5)
    guide.says("Into which folder?", "networks")
    guide.presses("Run ", ESC)
    guide.presses("Which one?", ESC)
    guide.presses("Which runs?", ESC)


def test_a_feed_is_duplicated_changed_and_deleted(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    (program.folder / "crowd.jsonl").write_text(CROWD)
    assert program("run", program.file(SAME), "--limit", "1").code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 2)
    guide.picks("Which experiment?")
    guide.reads("Two streets:")
    guide.reads("Duplicate it")
    guide.terminal.send(DOWN * 4 + ENTER)
    guide.picks("And now?", 3)
    guide.picks("People so far: @ada, @cleo, @dora, 2 of the role troll. And now?", 10)
    guide.says("How many people should a model write?", "3")
    guide.takes("Role:", "Who are they?")
    # Somebody whose persona is a tree of values keeps it.
    guide.picks("People so far: @ada, @cleo, @dora, 3 of the role troll. And now?", 8)
    guide.takes("Handle:", "Name:")
    guide.says("Bio:", "Delivers.")
    guide.takes("Role:")
    guide.takes("People so far: @ada, @cleo, @dora, 3 of the role troll. And now?")
    guide.reads("It differs from the one that it comes from in:")
    guide.reads("Delivers.")
    guide.takes("And now?")
    guide.reads("Saved: ")
    guide.reads("Perform runs of the feed")
    guide.terminal.send(DOWN * 6 + ENTER)
    guide.says("Type its title to delete it", "Two streets (copy)")
    guide.presses("Which experiment?", CTRL_C)
    assert guide.ends() == 130
