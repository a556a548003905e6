"""Feeds in the guided program on a real terminal: set up, performed, looked back at, changed, deleted."""

from __future__ import annotations

import pytest

from tests.support.guided_terminal import CLEAR, CTRL_C, DOWN, ENTER, ESC, SPACE, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded

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
  - {name: roadworks, author: town_hall, post: {variants: {bold: THE BRIDGE IS CLOSED!, none: ""}}}
probes:
  - {name: mood, of: [official, citizen], at: [end], ask: How do you feel?, answer: {from: 0, to: 10}}
sweep:
  factors:
    days: 1
    feed.ranking: [popular, similar]
    policy: label
    people.troll: [0, 2]
    event.roadworks: [bold, none]
"""


@pytest.mark.slow
def test_a_feed_is_set_up_performed_and_looked_back_at(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    (program.folder / "crowd.jsonl").write_text(CROWD)
    (program.folder / "broken.jsonl").write_text('{"handle": "cleo"\n')
    guide = Guide(program, "new")
    guide.picks("What do you want to study?", 1)
    guide.says("What is the experiment called?", "Two streets")
    guide.picks("Who speaks for the agents?", 3)
    guide.says("Its name in your tables:", "stand-in")
    described(guide)
    people(guide)
    world(guide)
    posted(guide)
    asked(guide)
    guide.opens("Perform")
    guide.says("How many days?", "1")
    guide.presses("Which posts come first?", DOWN, DOWN, SPACE, ENTER)
    guide.takes("What is done with posts that hold closed or bridge?")
    guide.says("How many people of the role troll does a model write?", "0, 2")
    guide.takes("Which versions of the announcement roadworks?", "How many runs for each setting?")
    guide.reads("8 conditions")
    guide.picks("Start these runs?")
    guide.reads("8 of 8 runs done")
    guide.presses("What next?", ESC)
    # Writing the crowd is no run of the feed.
    guide.reads("feed · 8 runs")
    looked_back(guide)
    guide.quits()
    # What was made in the menu and what is written by hand come to the same runs.
    runs = {run["run"] for run in program("list", "runs", "--json").json}
    said = program("run", program.file(SAME), "--json")
    assert (said.code, said.json["messages"], said.json["counts"]["done"]) == (0, 0, 8)
    assert {run["run"] for run in program("list", "runs", "--json").json} == runs


def described(guide: Guide) -> None:
    guide.takes("Who is there?")
    guide.says("Handle:", "two words")
    guide.reads("'two words' is no handle")
    guide.mends("@ada")
    guide.says("Name:", "Ada Brook")
    guide.says("Bio:", "Baker.")
    guide.says("What are they like?", "Kind and hard to hurry.")
    guide.says("Role:", "official")


def people(guide: Guide) -> None:
    guide.opens("People")
    guide.picks("People:", 1)
    guide.picks("Who is there?", 2)
    guide.says("Path of the file:", "broken.jsonl")
    guide.reads("broken.jsonl line 1")
    guide.mends("crowd.jsonl")
    guide.picks("People:", 2)
    guide.picks("Who is there?", 1)
    guide.says("How many people should a model write?", "2")
    # Tab completes a role that there is; this one is new.
    guide.presses("Role:", CLEAR, "off", "\t")
    guide.reads("official")
    guide.presses("", CLEAR, "troll", ENTER)
    guide.says("Who are they?", "They live for quarrels.")
    guide.picks("People:", -3)
    guide.picks("ada:", 4)
    guide.presses("Whom does @ada follow?", SPACE, ENTER)
    guide.presses("ada:", ESC)
    guide.presses("People:", ESC)


def world(guide: Guide) -> None:
    guide.opens("More")
    guide.picks("More:", 2)
    guide.picks("What people are shown, and when they post:")
    guide.picks("Ranking:", 2)
    for setting, value in {"Replies": "3", "Following": "4", "Recent": "5"}.items():
        guide.picks("What people are shown, and when they post:", 1)
        guide.says(f"{setting}:", value)
    guide.picks("What people are shown, and when they post:", 3)
    guide.says("Post:", "5")
    guide.reads("how people post")
    guide.mends("0.5")
    guide.presses("What people are shown, and when they post:", ESC)
    guide.picks("More:", 1)
    guide.picks("Content policy:")
    guide.says("Words by which a content policy finds posts:", "closed, bridge")
    guide.picks("Content policy:", 1)
    guide.picks("Do:", 2)
    guide.picks("Content policy:", 1)
    guide.says("The label:", "Ask the town hall.")
    guide.presses("Content policy:", ESC)
    guide.presses("More:", ESC)


def posted(guide: Guide) -> None:
    guide.opens("Announcements")
    guide.picks("Announcements:")
    guide.says("Its name in your tables:", "roadworks")
    guide.takes("On which day?", "After how many days does it come again?")
    guide.says("Who posts it?", "town_hall")
    guide.says("The post:", "THE BRIDGE IS CLOSED!")
    guide.picks("Announcements:")
    guide.picks("roadworks:")
    guide.picks("The post, and", 1)
    guide.says("A short name for the text that is there:", "bold")
    guide.says("A short name for the new version:", "none")
    guide.takes("What does the new version begin with?")
    guide.takes("The post, version none:")
    guide.presses("The post, and", ESC)
    guide.presses("roadworks:", ESC)
    guide.presses("Announcements:", ESC)


def asked(guide: Guide) -> None:
    guide.opens("Private")
    guide.picks("Private questions:")
    guide.says("Its name in your tables:", "mood")
    guide.presses("Who is asked?", DOWN, DOWN, SPACE, ENTER)
    guide.takes("When?")
    guide.says("The question:", "How do you feel?")
    guide.takes("How is it answered?", "The scale begins at:", "and ends at:")
    guide.presses("Private questions:", ESC)


def looked_back(guide: Guide) -> None:
    guide.opens("Runs")
    guide.takes("Which runs?", "Which one?")
    guide.picks("Run ")
    guide.reads("@ada")
    guide.terminal.send("q")
    guide.picks("Run ", 1)
    guide.reads("day1/")
    guide.terminal.send("q")
    guide.picks("Run ", 8)
    guide.picks("As what?", 5)
    guide.says("Into which folder?", "networks")
    guide.presses("Run ", ESC)
    guide.presses("Which one?", ESC)
    guide.presses("Which runs?", ESC)


@pytest.mark.slow
def test_a_feed_is_duplicated_changed_and_deleted(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    (program.folder / "crowd.jsonl").write_text(CROWD)
    assert program("run", program.file(SAME), "--limit", "1").code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.picks("Which experiment?")
    guide.opens("Duplicate")
    guide.opens("People")
    guide.picks("People:", 3)
    guide.picks("2 of the role troll:")
    guide.says("How many people should a model write?", "3")
    guide.presses("3 of the role troll:", ESC)
    # Somebody whose persona is a tree of values keeps it.
    guide.picks("People:", -1)
    guide.picks("dora:", 2)
    guide.says("Bio:", "Delivers.")
    guide.presses("dora:", ESC)
    guide.presses("People:", ESC)
    guide.opens("Save")
    guide.reads("Saved: ")
    guide.opens("Delete")
    guide.says("Type its title to delete it", "Two streets (copy)")
    guide.presses("Which experiment?", CTRL_C)
    assert guide.ends() == 130
    [kept] = program("list", "experiments", "--json").json
    assert kept["title"] == "Two streets"
