"""What measures are computed of: a finished run with its messages or posts, as the store has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event
from sociarium.records.labels import WHOLE_RUN

Level = Literal["message", "post", "person", "run"]
"""message: of a conversation, or a post of a feed. post: of a feed alone. person: an agent, or a person of a feed."""


@dataclass(frozen=True, slots=True)
class MeasuredMessage:
    """A message of a conversation, or a post of a feed.

    Attributes:
        key: of its event, which names it in the run.
        seq: number of the event in the run, from 1.
        speaker: name of the agent; of a post the handle.
        post: id of a post; empty in a conversation.
    """

    key: str
    seq: int
    day: int
    speaker: str
    role: str
    text: str
    flags: tuple[str, ...] = ()
    post: str = ""


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """A finished run.

    Attributes:
        messages: in order; reposts, which have no words of their own, are none.
        people: names of agents, or handles, in order of appearance.
        feed: what a feed's events came to; None for a conversation.
    """

    run: str
    messages: tuple[MeasuredMessage, ...]
    people: tuple[str, ...]
    feed: DerivedFeed | None = None

    @cached_property
    def by_key(self) -> dict[str, MeasuredMessage]:
        """Its messages by the keys of their events."""
        return {one.key: one for one in self.messages}

    def of(self, name: str) -> tuple[MeasuredMessage, ...]:
        """The messages of a person."""
        return tuple(one for one in self.messages if one.speaker == name)

    def subjects(self, level: Level) -> Iterator[str]:
        """What a measure of a level is computed of, by the names under which values are kept."""
        match level:
            case "run":
                yield WHOLE_RUN
            case "person":
                yield from self.people
            case "message":
                yield from (one.key for one in self.messages)
            case "post":
                yield from (one.key for one in self.messages if one.post)


def read_run(store: Store, run: str) -> MeasuredRun:
    """A run as measures see it. Raises `NotFound`."""
    events = store.events(run)
    kinds = {event.happening.kind for event in events}
    messages = tuple(_message(event) for event in events if event.happening.kind in SPOKEN and _has_own_words(event))
    joined = (event.happening.author for event in events if event.happening.kind in {"agent", "person"})
    people = dict.fromkeys([*joined, *(one.speaker for one in messages)])
    feed = derive(events) if kinds & {"person", "post", "session"} else None
    return MeasuredRun(run, messages, tuple(people), feed)


def _has_own_words(event: Event) -> bool:
    return event.happening.kind == "message" or event.happening.data.get("kind") != "repost"


def _message(event: Event) -> MeasuredMessage:
    what = event.happening
    post = str(what.data["id"]) if what.kind == "post" else ""
    return MeasuredMessage(event.key, event.seq, what.day, what.author, what.role, what.content, what.flags, post)
