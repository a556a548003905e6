"""Probes as instruments: after an answer of one's own, in a drawn order, several times."""

from __future__ import annotations

import pytest

from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ModelRequest
from tests.support import feeds_in_memory
from tests.support.conversations_in_memory import Played, content_of, played

VERDICT = "{name: verdict, of: [prisoner], at: [each_day], ask: Guilty?, answer: {choices: [guilty, innocent]}}"
SURE = "{name: sure, of: [prisoner], at: [each_day], ask: How sure?, answer: {from: 0, to: 10}, after: verdict}"


def says(verdict: str) -> object:
    def answer(key: str, request: ModelRequest) -> str:
        return verdict if "/verdict/" in key else "7" if "/sure/" in key else "Well."

    return answer


def asked(run: Played, key: str) -> str:
    return run.prompt(key)[-1][1]


def test_a_probe_after_another_tells_the_agent_what_it_answered() -> None:
    run = played(says("guilty"), probes=f"[{VERDICT}, {SURE}]", sweep="{factors: {messages: 1}}")
    assert asked(run, "day1/probe/sure/prisoner.1").endswith(
        "Earlier you were asked: Guilty?\nYou answered: guilty\n\nHow sure?\n\n"
        "Answer with a whole number from 0 to 10, nothing else."
    )


def test_an_answer_that_does_not_fit_is_not_told_as_one() -> None:
    run = played(says("who knows"), probes=f"[{VERDICT}, {SURE}]", sweep="{factors: {messages: 1}}")
    assert "Earlier you were asked: Guilty?\nYou gave no answer that fits.\n\nHow sure?" in asked(
        run, "day1/probe/sure/prisoner.1"
    )


def test_the_answer_of_an_earlier_moment_is_told_and_the_last_one_counts() -> None:
    def answer(key: str, request: ModelRequest) -> str:
        return {"day1": "guilty", "day2": "innocent"}.get(key.partition("/")[0], "7") if "verdict" in key else "7"

    late = SURE.replace("at: [each_day]", "at: [end]")
    run = played(answer, probes=f"[{VERDICT}, {late}]", sweep="{factors: {messages: 2, days: 2}}")
    assert "You answered: innocent" in asked(run, "end/probe/sure/prisoner.1")


def test_an_answer_is_the_agents_own() -> None:
    def answer(key: str, request: ModelRequest) -> str:
        return ("guilty" if key.endswith("prisoner.1") else "innocent") if "verdict" in key else "7"

    run = played(answer, probes=f"[{VERDICT}, {SURE}]", sweep="{factors: {messages: 1, agents.prisoner: 2}}")
    assert "You answered: guilty" in asked(run, "day1/probe/sure/prisoner.1")
    assert "You answered: innocent" in asked(run, "day1/probe/sure/prisoner.2")


def test_the_order_of_choices_is_drawn_stored_and_no_part_of_the_answer() -> None:
    probes = f"[{VERDICT.replace('answer:', 'shuffle: true, answer:')}]"
    runs = [
        played(says("guilty"), probes=probes, sweep="{factors: {messages: 1}}", replicate=replicate)
        for replicate in range(1, 13)
    ]
    orders = set()
    for run in runs:
        [event] = run.of_kind("probe")
        shown = event.happening.data["shown"]
        orders.add(tuple(shown))
        assert event.happening.data["answer"] == "guilty"
        assert f"nothing else: {', '.join(shown)}." in asked(run, "day1/probe/verdict/prisoner.1")
        schema = run.requests["day1/probe/verdict/prisoner.1"].schema
        assert schema is not None
        assert schema["properties"]["answer"]["enum"] == shown
    assert orders == {("guilty", "innocent"), ("innocent", "guilty")}


def test_the_direction_of_a_scale_is_drawn_and_a_number_means_the_same() -> None:
    probes = "[{name: trust, of: [prisoner], at: [start], ask: Trust?, answer: {from: 0, to: 10}, shuffle: true}]"
    directions = set()
    for replicate in range(1, 13):
        run = played(lambda key, request: "7", probes=probes, sweep="{factors: {messages: 1}}", replicate=replicate)
        [event] = run.of_kind("probe")
        shown = event.happening.data["shown"]
        directions.add(shown)
        ends = "10 to 0" if shown == "descending" else "0 to 10"
        assert f"from {ends}, nothing else" in asked(run, "start/probe/trust/prisoner.1")
        assert event.happening.data["answer"] == 7
    assert directions == {"ascending", "descending"}


def test_repeats_are_calls_with_keys_of_their_own_each_on_record() -> None:
    probes = f"[{VERDICT.replace('answer:', 'repeats: 3, answer:')}, {SURE.replace('answer:', 'repeats: 2, answer:')}]"

    def answer(key: str, request: ModelRequest) -> str:
        return ("innocent" if key.endswith("repeat2") else "guilty") if "verdict" in key else "7"

    run = played(answer, probes=probes, sweep="{factors: {messages: 1}}")
    base = "day1/probe/verdict/prisoner.1"
    assert [key for key in run.requests if "verdict" in key] == [base, f"{base}/repeat2", f"{base}/repeat3"]
    answers = [(event.happening.data["repeat"], event.happening.data["answer"]) for event in run.of_kind("probe")]
    assert answers[:3] == [(1, "guilty"), (2, "innocent"), (3, "guilty")]
    assert "You answered: innocent" in asked(run, "day1/probe/sure/prisoner.1/repeat2")


def test_a_probe_without_any_of_it_has_the_content_that_it_always_had() -> None:
    [probe] = content_of(probes=f"[{VERDICT}]").probes
    dumped = probe.model_dump(mode="json", exclude_defaults=True)
    assert set(dumped) == {"name", "of", "at", "ask", "choices"}
    checks = VERDICT.replace("answer:", "use: awareness, answer:")
    assert content_of(probes=f"[{checks}]").digest == content_of(probes=f"[{VERDICT}]").digest


@pytest.mark.parametrize("moment", ["start", "end"])
def test_people_of_a_feed_are_asked_in_the_same_way(moment: str) -> None:
    probes = (
        ProbeContent(
            name="a", of=("person",), at=(moment,), ask="Tea?", choices=("yes", "no"), shuffle=True, repeats=2
        ),
        ProbeContent(name="b", of=("person",), at=(moment,), ask="Sure?", scale=(0, 10), after="a"),
    )
    run = feeds_in_memory.played(feeds_in_memory.content(2, days=1, probes=probes))
    events = [event for event in run.of_kind("probe") if event.happening.data["name"] == "a"]
    assert len(events) == 4
    assert all(sorted(event.happening.data["shown"]) == ["no", "yes"] for event in events)
    request = run.requests[f"{moment}/probe/b/ada"]
    assert "Earlier you were asked: Tea?\nYou answered: " in request.messages[-1].content
