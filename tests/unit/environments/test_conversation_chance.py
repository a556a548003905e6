"""Chance: the same in every condition of a replicate, and the same whoever plays a run, whenever answers come."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.ports.model import ModelReply, ModelRequest
from tests.support.conversations_in_memory import Played, played

MODELS = "{dry: {provider: offline}, wet: {provider: offline}}"
RANDOM = "agents.guard: 2, agents.prisoner: 2, speaker_selection: random, messages: 12, days: 2"


def sweep(factors: str, rest: str = "") -> str:
    return f"{{factors: {{{factors}}}{rest}}}"


def chances(run: Played) -> tuple[list[str], list[list[str]]]:
    return run.agents, run.speakers()


def test_a_replicate_draws_the_same_names_and_speakers_in_every_condition() -> None:
    one, other = (
        played(models=MODELS, sweep=sweep(f"model: [dry, wet], {RANDOM}"), condition=condition, run=f"run{condition}")
        for condition in (0, 1)
    )
    assert one.requests["day1/turn1/reply"].model.name != other.requests["day1/turn1/reply"].model.name
    assert chances(one) == chances(other)


def test_another_replicate_or_seed_draws_otherwise() -> None:
    runs = [played(sweep=sweep(RANDOM), replicate=replicate, seed=seed) for replicate, seed in ((1, 0), (2, 0), (1, 1))]
    assert len({str(chances(run)) for run in runs}) == 3


def test_independent_streams_draw_otherwise_in_every_run() -> None:
    runs = [played(sweep=sweep(RANDOM, ", streams: independent"), run=name) for name in ("a", "b", "a")]
    assert chances(runs[0]) == chances(runs[2])
    assert runs[0].agents != runs[1].agents
    assert runs[0].speakers() != runs[1].speakers()


def test_an_added_agent_keeps_the_names_of_the_others() -> None:
    few, many = (played(sweep=sweep(f"agents.prisoner: {count}")) for count in (1, 3))
    assert many.agents[:2] == few.agents


PROBES = """
  - {name: mood, at: [start, each_day], ask: Mood?, answer: {choices: [good, bad]}}
  - {name: trust, at: [each_day, end], ask: Trust?, answer: {from: 0, to: 10}}"""


def moody(key: str, request: ModelRequest) -> ModelReply:
    """Answers by the request alone; some of them have to be asked for again."""
    chance = int(request.fingerprint()[:4], 16)
    if request.purpose == "probe":
        return ModelReply(("good", '{"answer": 3}', "Hm.", "bad")[chance % 4])
    return ModelReply(("", "One.", "Guard: Two.", "Three.\nPrisoner: Four.")[chance % 4], prompt_tokens=chance % 90)


def mixed(shuffled: str | None = None) -> Played:
    models = "{dry: {provider: offline, context: 2000, seed: run}, wet: {provider: offline}}"
    summarizer = "[{title: Starting prompt, content: Sum up.}]"
    return played(moody, models=models, probes=PROBES, summarizer=summarizer, sweep=sweep(RANDOM), shuffled=shuffled)


@pytest.mark.slow
@given(st.text(max_size=8))
def test_the_order_in_which_answers_come_changes_nothing(shuffled: str) -> None:
    plain, late = mixed(), mixed(shuffled)
    assert late.events == plain.events
    assert late.requests == plain.requests
    assert late.ended == plain.ended


def test_answers_do_come_in_another_order() -> None:
    # Without this the property above would hold of a stage that asks one after another, too.
    came: list[list[str]] = []
    for shuffled in (None, "order"):
        order: list[str] = []

        def answer(key: str, request: ModelRequest, order: list[str] = order) -> str:
            order.append(key)
            return "good"

        played(answer, probes=PROBES, sweep=sweep(RANDOM), shuffled=shuffled)
        came.append(order)
    assert sorted(came[0]) == sorted(came[1])
    assert came[0] != came[1]


def test_answers_that_are_waited_for_together_are_kept_in_the_order_of_their_keys() -> None:
    run = mixed("order")
    started = [event.key for event in run.of_kind("probe") if event.key.startswith("start/")]
    assert started == [f"start/probe/mood/{agent}" for agent in ("guard.1", "guard.2", "prisoner.1", "prisoner.2")]
    assert [event.seq for event in run.events] == list(range(1, len(run.events) + 1))


PROGRAM = """
from tests.unit.environments.test_conversation_chance import mixed
run = mixed()
print([event.digest for event in run.events], [request.fingerprint() for request in run.requests.values()])
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_no_order_of_hashing_reaches_a_run(seed: str) -> None:
    run = mixed()
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [event.digest for event in run.events], [request.fingerprint() for request in run.requests.values()]
    assert told.stdout.strip() == f"{here[0]} {here[1]}"
