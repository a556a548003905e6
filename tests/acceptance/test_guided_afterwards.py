"""What the guided program offers once runs were played, or were stopped."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from sociarium.stores.sqlite import SqliteStore
from tests.servers.answers import Answer
from tests.support.definitions import small
from tests.support.guided_terminal import CTRL_C, ENTER, ESC, Guide
from tests.support.program import Program
from tests.support.server_experiments import entry, server
from tests.support.stocked_store import fail
from tests.support.sweep_processes import embedded

SWEEP = "{factors: {messages: 3}, replicates: 3}"


def opened(program: Program, *, models: str = "{dry: {provider: offline}}", sweep: str = SWEEP) -> Guide:
    """The page of an experiment that was never played."""
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    assert program("import", program.file(small(models=models, sweep=sweep))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("Perform")
    return guide


def chooses(guide: Guide, words: str) -> None:
    """Choose among what comes next by its words."""
    guide.reads("What next?")
    guide.terminal.send(words)
    guide.reads(f"search: {words}")
    guide.terminal.send(ENTER)


@pytest.mark.slow
def test_after_runs_each_way_on_is_offered_and_works(program: Program) -> None:
    guide = opened(program)
    guide.takes("Start these conversations?")
    guide.reads("3 of 3 runs done")
    chooses(guide, "results")
    guide.reads("3 of 3 runs are in")
    chooses(guide, "read one")
    guide.picks("Which one?", 1)
    guide.reads("Guard_")
    chooses(guide, "browser")
    guide.reads("Ctrl-C ends it.")
    guide.terminal.send(CTRL_C)
    chooses(guide, "export them")
    guide.picks("As what?", 2)
    guide.says("Into which folder?", "out")
    chooses(guide, "duplicate")
    guide.reads("draft, not saved")
    guide.opens("Save")
    guide.reads("Saved: 'Small (copy)'")
    guide.quits()
    assert list((program.folder / "out").rglob("*.jsonl"))
    assert re.search(r"Pages\s+of\s+sqlite:\S+\s+at\s+http://127.0.0.1:\d+/sweeps/\w+", guide.shown)
    assert len(program("list", "experiments", "--json").json) == 2


@pytest.mark.slow
def test_a_night_that_was_interrupted_goes_on_then_or_on_another_day(program: Program) -> None:
    with server("openai", slots=1, latency=0.05) as served:
        guide = opened(program, models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 6}, replicates: 12}")
        guide.takes("Start these conversations?")
        guide.reads("Ctrl-C")
        while len(served.chats) < 8:
            guide.terminal.expect("\x1b")
        guide.terminal.send(CTRL_C)
        guide.reads("runs are left")
        guide.reads("What next?")
        guide.presses("Go on with the", CTRL_C)
        assert guide.ends() == 130
        first = len(served.chats)
        assert 8 <= first < 72
        served.latency = 0.001
        guide = Guide(program)
        guide.picks("What do you want to do?", 1)
        guide.takes("Which experiment?")
        guide.opens("Go on")
        guide.reads("12 of 12 runs done")
        guide.quits()
        # What was said before is not asked for twice.
        assert len(served.chats) == 72


@pytest.mark.slow
def test_failed_runs_are_tried_again(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    played = program("run", program.file(small(sweep=SWEEP)), "--limit", "2", "--json")
    with closing(SqliteStore(Path(embedded(program.folder).removeprefix("sqlite:///")))) as store:
        fail(store, next(iter(store.slots(played.json["sweep"]))), "the server hung up eight times")
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("Go on")
    guide.picks("How?", 1)
    guide.reads("--retry-failed")
    guide.reads("3 of 3 runs done")
    guide.quits()
    assert "Go on with the 1 that are left" in guide.shown


@pytest.mark.slow
def test_a_model_that_says_nothing_waits_for_a_word(program: Program) -> None:
    with server("openai", answering=lambda _: Answer(""), slots=4) as served:
        guide = opened(program, models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 2}, replicates: 60}")
        guide.takes("Start these conversations?")
        guide.reads("said nothing at all")
        guide.presses("What next?", ENTER)
        guide.reads("60 of 60 runs done")
        guide.presses("What next?", CTRL_C)
        assert guide.ends() == 130
        assert "Go on, although m said nothing" in guide.shown


@pytest.mark.slow
def test_where_a_model_costs_money_a_ceiling_is_asked_for_and_holds(program: Program) -> None:
    with server("openai", slots=1) as served:
        priced = entry(served, price="{input: 1000, output: 1000}")
        guide = opened(program, models=f"{{m: {priced}}}", sweep="{factors: {messages: 4}, replicates: 9}")
        guide.takes("Start these conversations?")
        guide.says("How many US dollars may it cost at most?", "much")
        guide.reads("Write a number, 0 or more.")
        guide.mends("0.2")
        guide.reads("--max-cost 0.2")
        guide.reads("Stopped: ")
        guide.reads("What next?")
        guide.terminal.send(ENTER)
        guide.says("How many US dollars may it cost at most?")
        guide.reads("9 of 9 runs done")
        guide.presses("What next?", ESC)
        guide.quits()


@pytest.mark.slow
def test_nothing_is_asked_about_money_where_nothing_costs_any(program: Program) -> None:
    guide = opened(program)
    guide.takes("Start these conversations?")
    guide.reads("3 of 3 runs done")
    guide.presses("What next?", CTRL_C)
    assert guide.ends() == 130
    assert "dollars" not in guide.shown
