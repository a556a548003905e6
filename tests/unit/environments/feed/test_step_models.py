"""Which model is asked for which step."""

from __future__ import annotations

import pytest

from sociarium.experiment.feed.run_content import FeedContent, FeedEventContent, FeedSettings, MemoryContent
from sociarium.experiment.run_content import ModelContent, ProbeContent
from tests.support.feeds_in_memory import content, played, reacting

NAMES = ("dry", "reader", "writer", "poster", "memo")
STEPS = {"read": "reader", "write": "writer", "post": "poster", "reflect": "memo"}


def feed(steps: dict[str, str], reading: str = "by_list") -> FeedContent:
    return content(
        3,
        days=2,
        models={name: ModelContent(provider="offline") for name in NAMES},
        step_models=steps,
        feed=FeedSettings(reading=reading, post=1.0),
        memory=MemoryContent(reflect_every=1),
        events=(FeedEventContent(name="news", day=1, author="newswire", text="Rain."),),
        probes=(ProbeContent(name="mood", of=("person",), at=("end",), ask="How?"),),
    )


@pytest.mark.parametrize("reading", ["by_list", "together"])
def test_each_step_asks_its_own_model_and_probes_that_of_the_role(reading: str) -> None:
    run = played(feed(STEPS, reading), reacting(reply=1.0, quote=0.5))
    asked: dict[str, set[str]] = {}
    for request in run.requests.values():
        asked.setdefault(request.purpose, set()).add(request.model.name)
    plan = {"plan": {"reader"}} if reading == "by_list" else {}
    assert asked == {"read": {"reader"}, "write": {"writer"}, "post": {"poster"}, "reflect": {"memo"},
                     "probe": {"dry"}} | plan  # fmt: skip


def test_steps_without_a_model_ask_that_of_the_role() -> None:
    run = played(feed({"write": "writer"}), reacting(reply=1.0))
    names = {request.purpose: request.model.name for request in run.requests.values()}
    assert {purpose for purpose, name in names.items() if name == "writer"} == {"write"}
    assert {name for purpose, name in names.items() if purpose != "write"} == {"dry"}


def test_draws_are_the_same_whichever_model_plays_a_step() -> None:
    plain, other = (played(feed(steps), reacting(reply=0.5)) for steps in ({}, STEPS))
    assert [one["time"] for one in plain.sessions] == [one["time"] for one in other.sessions]
    draws = [{answer["post"]: answer["draw"] for answer in run.sessions[0]["answers"]} for run in (plain, other)]
    assert draws[0] == draws[1] != {}
