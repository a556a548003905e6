"""Requests of a feed: whatever happens in it, none ends with an assistant's message."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sociarium.environments import feed
from sociarium.environments.feed.population import write
from sociarium.experiment.feed.run_content import (
    FeedContent,
    FeedEventContent,
    FeedSettings,
    GraphContent,
    MemoryContent,
    NewcomersContent,
    PolicyContent,
    PopulationContent,
    PopulationShare,
)
from sociarium.experiment.rng import Draws
from sociarium.experiment.run_content import ModelContent, ProbeContent
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.inputs import OutsidePost
from sociarium.records.runs import Run
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.stage import RunStage
from tests.support.feeds_in_memory import Played, content, people, played

PURPOSES = {"read", "plan", "write", "post", "reflect", "probe", "person"}
POPULATION = PopulationContent(name="troll", role="person", model="dry", prompt="Write a troll.",
                               models={"dry": ModelContent(provider="offline")})  # fmt: skip


def offline(key: str, request: ModelRequest) -> ModelReply:
    """What the offline model says; now and then nothing, nonsense or a refusal, and reactions are frequent."""
    draw = Draws("fate", key).below(20)
    if draw < 3:
        return ModelReply(("", "no.", "")[draw], finish_reason="refused" if draw == 2 else "stop")
    coroutine = Offline().ask(request)
    while True:
        try:
            coroutine.send(None)
        except StopIteration as done:
            served: ServedReply = done.value
            return served.reply


def assert_ends_with_the_user(requests: Iterable[ModelRequest]) -> None:
    for request in requests:
        system, *rest = [message.role for message in request.messages]
        assert system == "system"
        assert rest
        assert rest == ["user", "assistant"] * (len(rest) // 2) + ["user"], request.purpose


def feeds() -> st.SearchStrategy[FeedContent]:
    """Feeds of every kind, of a few people and days."""
    probe = st.sampled_from([("start",), ("each_day",), ("end",), ("start", "each_day", "end")])
    parts: dict[str, Any] = {
        "count": st.integers(1, 4),
        "days": st.integers(1, 3),
        "feed": st.builds(
            FeedSettings,
            ranking=st.sampled_from(["chronological", "popular", "random"]),
            replies=st.integers(0, 3),
            following=st.integers(0, 3),
            recent=st.integers(0, 3),
            sessions_per_day=st.sampled_from([0.5, 1.0, 2.5]),
            reading=st.sampled_from(["by_list", "together"]),
            post=st.sampled_from(["daily", "chosen", 0.5]),
            tick=st.sampled_from([0, 60, 720]),
        ),
        "memory": st.builds(
            MemoryContent,
            hidden_state=st.booleans(),
            max_words=st.integers(1, 40),
            reflect_every=st.integers(0, 2),
            recall=st.just(0),
            recent=st.integers(0, 4),
        ),
        "policy": st.sampled_from([PolicyContent(), PolicyContent(do="remove", words=("the",))]),
        "graph": st.sampled_from([GraphContent(), GraphContent(kind="complete")]),
        "probes": probe.map(lambda at: (ProbeContent(name="mood", of=("person",), at=at, ask="Mood?", scale=(0, 10)),)),
        "events": st.sampled_from([(), (FeedEventContent(name="news", day=1, author="wire", text="The bridge."),)]),
        "generated": st.sampled_from([(), (PopulationShare(population=POPULATION, count=2),)]),
        "newcomers": st.sampled_from([None, NewcomersContent(population=POPULATION, per_day=1)]),
    }
    return st.fixed_dictionaries(parts).map(lambda drawn: content(**drawn))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(feeds(), st.integers(0, 1000))
def test_no_request_of_any_feed_ends_with_an_assistants_message(feed_: FeedContent, seed: int) -> None:
    inbox = {"day1/inputs": [OutsidePost(1, "wire", "Words from outside.")]}
    run = played(feed_, offline, seed=seed, inbox=inbox)
    assert run.ended == "completed"
    assert_ends_with_the_user(run.requests.values())


def test_every_purpose_is_asked_for_and_ends_with_the_user() -> None:
    probe = ProbeContent(name="mood", of=("person",), at=("start",), ask="Mood?")
    memory = MemoryContent(reflect_every=1)
    run = played(content(6, days=3, memory=memory, probes=(probe,), graph=GraphContent(kind="complete")), offline)
    written = Played(offline)
    finish(write(POPULATION, 12, RunStage(Run("run", "e", "tester", 1, 7, "", "run", ""), "common", written)))
    requests = [*run.requests.values(), *written.requests.values()]
    assert {request.purpose for request in requests} == PURPOSES
    assert_ends_with_the_user(requests)


def test_one_place_makes_the_messages_of_a_feed() -> None:
    makers = {
        path.name
        for path in Path(feed.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ChatMessage"
    }
    assert makers == {"messages.py"}


def test_people_without_anything_to_say_for_themselves_are_asked_in_the_same_form() -> None:
    bare = tuple(person.model_copy(update={"persona": "", "name": ""}) for person in people(2))
    assert_ends_with_the_user(played(content(2, people=bare), offline).requests.values())
