"""A feed played in memory: every request answered by a function, every request, draw and event kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sociarium.environments.feed import play
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.prompts import DEFAULTS
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.experiment.rng import Draws
from sociarium.experiment.run_content import ModelContent, RoleContent
from sociarium.ports.model import ModelRequest
from sociarium.providers.offline import instance
from sociarium.records.inputs import OutsidePost
from sociarium.records.runs import Run
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.stage import RunStage
from tests.support.run_in_memory import Answer, RunInMemory

HANDLES = ("ada", "ben", "cleo", "dan", "eve", "fred", "gil", "hana")


def people(count: int, **changes: Any) -> tuple[Person, ...]:
    """People of whom each follows the next one."""
    names = [HANDLES[n] if n < len(HANDLES) else f"person{n}" for n in range(count)]
    return tuple(
        Person(
            handle=name, name=name.title(), persona=f"{name} likes tea.", follows=(names[(n + 1) % count],), **changes
        )
        for n, name in enumerate(names)
    )


def content(count: int = 4, *, days: int = 2, **changes: Any) -> FeedContent:
    """A feed of a few people whom one offline model plays."""
    given = changes.pop("people", people(count))
    parts: dict[str, Any] = {
        "environment": "feed",
        "days": days,
        "people": given,
        "roles": (RoleContent(name="person", count=len(given), model="dry"),),
        "models": {"dry": ModelContent(provider="offline")},
        "prompts": DEFAULTS,
    }
    return FeedContent(**{**parts, **changes})


def lively(key: str, request: ModelRequest, **probabilities: float) -> str:
    """Answers that depend on the request alone, with these probabilities, shares, where they are given."""
    draws = Draws("lively", request.fingerprint())
    if not request.schema:
        return f"words at {key}, number {draws.below(1000)}"
    answer = instance(request.schema, draws)
    for judged in answer.get("posts", {}).values():
        judged |= {kind: round(100 * share) for kind, share in probabilities.items()}
    return json.dumps(answer)


def reacting(**probabilities: float) -> Answer:
    """A model that reacts to every post with these probabilities, shares."""
    fixed = {"like": 0.0, "reply": 0.0, "repost": 0.0, "quote": 0.0} | probabilities
    return lambda key, request: lively(key, request, **fixed)


@dataclass
class Played(RunInMemory):
    """A feed that was played: also what was asked of the world around it."""

    inbox: dict[str, list[OutsidePost]] = field(default_factory=dict)
    inputs_asked: list[str] = field(default_factory=list)
    people_asked: list[tuple[str, int, int]] = field(default_factory=list)
    recorded: dict[str, Any] = field(default_factory=dict)

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """Compute it."""
        self.recorded[key] = compute()
        return self.recorded[key]

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """People by number."""
        self.people_asked.append((key, first, last))
        return [{"handle": f"{population.name}{n}", "persona": "x", "role": population.role}
                for n in range(first, last + 1)]  # fmt: skip

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """What lies in the inbox for a key."""
        self.inputs_asked.append(key)
        return self.inbox.get(key, [])

    @property
    def sessions(self) -> list[Mapping[str, Any]]:
        """What each session held, with `who` and `day`."""
        return [
            {"who": event.happening.author, "day": event.happening.day, "key": event.key.removesuffix("/session"),
             "flags": event.happening.flags, **event.happening.data}
            for event in self.of_kind("session")
        ]  # fmt: skip

    @property
    def posts(self) -> dict[str, Mapping[str, Any]]:
        """Posts by id, with `author`, `day` and `content`."""
        return {
            event.happening.data["id"]: {"author": event.happening.author, "day": event.happening.day,
                                         "content": event.happening.content, **event.happening.data}
            for event in self.of_kind("post")
        }  # fmt: skip

    def prompt(self, key: str) -> str:
        """The user's message of a request."""
        return self.requests[key].messages[-1].content

    def prompts_of(self, step: str) -> dict[str, str]:
        """The user's messages of all requests whose step begins so."""
        return {key: self.prompt(key) for key in self.requests if key.split("/", 3)[-1].startswith(step)}


def played(
    feed: FeedContent | None = None,
    answer: Answer = lively,
    *,
    shuffled: str | None = None,
    inbox: dict[str, list[OutsidePost]] | None = None,
    seed: int = 0,
    replicate: int = 1,
) -> Played:
    """Play a feed."""
    feed = feed or content()
    found = Played(answer, shuffled, inbox=inbox or {})
    record = Run("run", "experiment", "tester", replicate, seed, "", "run", "")
    found.ended = finish(play(feed, RunStage(record, feed.streams, found)))
    return found
