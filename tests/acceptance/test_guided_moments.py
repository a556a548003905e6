"""In the guided program runs are stood in again: somebody is asked, a run forks or goes on, and a feed is acted in."""

from __future__ import annotations

import pytest

from tests.support.definitions import small, small_feed
from tests.support.guided_terminal import ENTER, ESC, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded

SWEEP = "{factors: {messages: 4, model: [dry, wet]}}"
MODELS = "{dry: {provider: offline}, wet: {provider: offline}}"
TOWN = """\
title: Town
environment: feed
models: {stand-in: {provider: offline}}
people:
  - {handle: ada, persona: Kind.}
  - {handle: bob, persona: Short of time.}
sweep: {factors: {days: 1}}
"""
LONG = small_feed(events="[{name: news, author: newswire, post: Rain again.}]", days="6")


def chooses(guide: Guide, question: str, words: str) -> None:
    """Choose an entry of a list by its words."""
    guide.reads(f" {question}")
    guide.terminal.send(words)
    guide.reads(f"search: {words}")
    guide.terminal.send(ENTER)


def looks_at_a_run(program: Program, definition: str) -> Guide:
    """The list of what can be done with one run of an experiment that was played."""
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    assert program("run", program.file(definition)).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("Runs")
    return guide


@pytest.mark.slow
def test_an_agent_of_a_conversation_is_asked_and_the_run_stays_as_it_is(program: Program) -> None:
    guide = looks_at_a_run(program, small(models=MODELS, sweep=SWEEP))
    guide.takes("Which conversations?", "Which one?")
    chooses(guide, "Conversation", "ask somebody")
    guide.says("At which moment?", "9")
    guide.reads("There is no message 9; this conversation has 4.")
    guide.mends("day1/turn3")
    chooses(guide, "Who is asked?", "prisoner")
    guide.reads("is no evidence of why")
    guide.says("To Prisoner_", "Why did you say so?")
    guide.reads("Prisoner_")
    guide.presses("To Prisoner_", ESC)
    guide.presses("Conversation", ESC)
    guide.presses("Which one?", ESC)
    guide.presses("Which conversations?", ESC)
    guide.quits()
    [run] = [
        run
        for run in program("list", "runs", "--json").json
        if program("show", run["run"], "--json").json["interviews"]
    ]
    [interview] = program("show", run["run"], "--json").json["interviews"]
    assert (interview["question"], interview["at"]) == ("Why did you say so?", "day1/turn3")
    assert len(program("list", "runs", "--json").json) == 2


@pytest.mark.slow
def test_a_run_forks_with_something_changed_and_a_late_fault_goes_back_to_its_question(program: Program) -> None:
    guide = looks_at_a_run(program, small(models=MODELS, sweep=SWEEP))
    guide.takes("Which conversations?", "Which one?")
    chooses(guide, "Conversation", "fork")
    guide.says("From which moment?", "end")
    guide.reads("At its end a run does not fork")
    guide.mends("2")
    guide.picks("What is changed from then on?")
    guide.takes("Model, from then on:")
    guide.takes("What else is changed?")
    guide.says("How many forks?", "2")
    guide.takes("Beside each, one in which nothing is changed?")
    guide.reads("4 forks of run")
    guide.reads("4 of 4 runs done")
    guide.presses("Conversation", ESC)
    guide.presses("Which one?", ESC)
    guide.presses("Which conversations?", ESC)
    guide.quits()
    runs = program("list", "runs", "--json").json
    assert len(runs) == 6
    assert {run["condition"].get("arm") for run in runs} == {None, "sham", "model=wet"} or {
        run["condition"].get("arm") for run in runs
    } == {None, "sham", "model=dry"}
    assert {run["messages"] for run in runs} == {4}


@pytest.mark.slow
def test_a_fork_that_cannot_be_is_refused_at_the_question_about_it(program: Program) -> None:
    guide = looks_at_a_run(program, small(models=MODELS, sweep=SWEEP))
    guide.takes("Which conversations?", "Which one?")
    chooses(guide, "Conversation", "fork")
    guide.says("From which moment?", "2")
    chooses(guide, "What is changed from then on?", "temperature of dry")
    guide.says("Temperature of dry, from then on:", "hot")
    guide.reads("!")
    guide.mends("0.3")
    guide.presses("What else is changed?", ESC)
    # One question back: what was written stands there.
    guide.presses("Temperature of dry, from then on:", ESC)
    guide.presses("What is changed from then on?", ESC)
    guide.presses("From which moment?", ESC)
    guide.presses("Conversation", ESC)
    guide.presses("Which one?", ESC)
    guide.presses("Which conversations?", ESC)
    guide.quits()
    assert len(program("list", "runs", "--json").json) == 2


@pytest.mark.slow
def test_all_runs_are_asked_forked_and_extended_after_they_were_played(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    assert program("import", program.file(small(models=MODELS, sweep=SWEEP))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("Perform")
    guide.takes("Start these conversations?")
    guide.reads("2 of 2 runs done")
    chooses(guide, "What next?", "ask somebody")
    guide.takes("At which moment?")
    chooses(guide, "Who is asked?", "role guard")
    guide.says("The question:", "How strict were you?")
    guide.says("How is it answered?", "much")
    guide.reads("!")
    guide.mends("0-10")
    guide.reads("2 answers, in 2 runs")
    chooses(guide, "What next?", "fork each")
    guide.says("From which moment?", "3")
    chooses(guide, "What is changed from then on?", "nothing")
    guide.takes("How many forks of each run?")
    guide.reads("2 of 2 runs done")
    chooses(guide, "What next?", "go on")
    guide.says("How many days in all?", "1")
    guide.reads("Write a whole number, from 2")
    guide.mends("2")
    guide.reads("2 of 2 runs done")
    guide.presses("What next?", ESC)
    guide.quits()
    runs = program("list", "runs", "--json").json
    assert sorted(run["messages"] for run in runs) == [4, 4, 4, 4, 8, 8]


@pytest.mark.slow
def test_a_conversation_goes_on_with_as_many_messages_as_are_wanted(program: Program) -> None:
    guide = looks_at_a_run(program, small(sweep="{factors: {messages: 4}}"))
    guide.takes("Which one?")
    chooses(guide, "Conversation", "go on")
    guide.says("How many days in all?", "3")
    guide.says("How many messages in all?", "5")
    guide.reads("from 6")
    guide.mends("9")
    guide.reads("1 of 1 run done")
    guide.presses("Conversation", ESC)
    guide.presses("Which one?", ESC)
    guide.quits()
    assert sorted(run["messages"] for run in program("list", "runs", "--json").json) == [4, 9]


@pytest.mark.slow
def test_a_feed_that_is_over_goes_on_and_cannot_be_acted_in(program: Program) -> None:
    guide = looks_at_a_run(program, TOWN)
    guide.takes("Which one?")
    guide.reads(" Run ")
    guide.reads("Act in this feed – it is over")
    guide.terminal.send("go on" + ENTER)
    guide.says("How many days in all?", "2")
    guide.reads("1 of 1 run done")
    chooses(guide, "Run", "ask somebody")
    guide.takes("At which moment?")
    chooses(guide, "Who is asked?", "bob")
    guide.presses("To bob", ESC)
    guide.presses("Run", ESC)
    guide.presses("Which one?", ESC)
    guide.quits()
    assert len(program("list", "runs", "--json").json) == 2


@pytest.mark.slow
def test_a_feed_that_is_not_over_is_acted_in_and_goes_on_with_it(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    assert program("run", program.file(LONG), "--max-tokens", "20000").code == 3
    [run] = program("list", "runs", "--json").json
    assert run["state"] == "pending"
    assert run["messages"] > 1
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("Runs")
    guide.takes("Which one?")
    chooses(guide, "Run", "act in this feed")
    guide.says("Who does it?", "two words")
    guide.reads("is no handle")
    guide.mends("radio")
    chooses(guide, "What do they do?", "answer")
    # One question back, and forth again: what was answered stands there.
    guide.presses("Which post?", ESC)
    guide.takes("What do they do?")
    chooses(guide, "Which post?", "p1 @")
    guide.says("The words:", "Fog is coming.")
    guide.reads("@radio, an account outside the feed, answers p1")
    chooses(guide, "Run", "act in this feed")
    guide.says("Who does it?", "ada")
    chooses(guide, "What do they do?", "post something")
    chooses(guide, "Who finds the words?", "the model of")
    guide.says("What should they say?", "Rain is good.")
    guide.takes("Post it?")
    guide.reads("This is an override")
    guide.presses("Run", ESC)
    guide.presses("Which one?", ESC)
    guide.opens("Go on")
    guide.reads("1 of 1 run done")
    guide.quits()
    [run] = program("list", "runs", "--json").json
    posts = program("show", run["run"], "--json").json["posts"]
    assert [post["author"] for post in posts if post["content"] == "Fog is coming."] == ["radio"]
    assert [post["author"] for post in posts if post.get("source") == "override"] == ["ada"]
