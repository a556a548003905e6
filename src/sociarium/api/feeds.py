"""Feeds: who is there, what they post, how they react, and what they are like from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sociarium.api.html import html_table
from sociarium.api.runs import RunRow
from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import id_text
from sociarium.errors import BadInput
from sociarium.exchange.run_document import run_document
from sociarium.exchange.threads import threads
from sociarium.experiment.sweep import Level
from sociarium.records.lists import id_name
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup

_INDENT = "\N{NO-BREAK SPACE}" * 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a feed, as they stand at its end.

    Attributes:
        handle: without the @; unique in the feed.
        model: its name in the file; None where nobody speaks for the person.
        rule: by which they act without a model, as the file has it; None where they do not.
        joined: the day on which they came; 0: from the beginning.
        generated: whether a model wrote them.
        followers, following: ties within the feed, counted. outside_followers: others, as the file says.
        state, plan, memory: in the person's words; empty where there are none.
    """

    handle: str
    name: str
    role: str
    bio: str
    model: str | None
    joined: int
    generated: bool
    followers: int
    following: int
    outside_followers: int
    state: str
    plan: str
    memory: str
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A post; ids are of the feed.

    Attributes:
        day, time: the first day is 1, the time of day is `HH:MM`.
        text: empty for a share of somebody's post.
        reply_to, quote, share_of: the id of the post that is answered, quoted or shared; None: it is none.
        source: who made it: `person`, or what put it in from outside.
        likes, replies, shares, quotes, seen: counts at the end of the feed.
        flags: what is noted of it.
    """

    id: str
    author: str
    day: int
    time: str
    text: str
    reply_to: str | None
    quote: str | None
    share_of: str | None
    hashtags: tuple[str, ...]
    source: str
    likes: int
    replies: int
    shares: int
    quotes: int
    seen: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a reader did with a post.

    Attributes:
        kind: like, reply, repost or quote.
        sentiment: positive, neutral or negative; None of who acts by a rule.
        words: in which the reader said why; may be empty.
        probability: 0 to 1, as the reader gave it. draw: 0 to 1; it came about because the draw is below.
        source: whose doing: `person`; `input`, of an account outside; `override`, put in in a person's name. Of the
            last two nothing was judged or drawn: sentiment, probability and draw are None.
    """

    post: str
    author: str
    day: int
    time: str
    kind: str
    sentiment: str | None
    words: str
    probability: float | None
    draw: float | None
    source: str = "person"


@dataclass(frozen=True, slots=True)
class PersonState:
    """What a person is like at a moment; `memory` where they condensed it, else `state` and `plan`."""

    person: str
    day: int
    time: str
    state: str
    plan: str
    memory: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's run.

    Attributes:
        days: how many it has.
        posts, reactions: in the order in which they came about.
        states: day -> the states that people reached on it, in order.
        exposures: how often a post was shown to somebody; `sociarium.table("exposures", run)` lists them.
        skipped: steps that people could not take, as `sociarium show --json` prints them.
        probes: private questions and their answers, as `sociarium show --json` prints them.
    """

    run: str
    condition: Mapping[str, Level]
    replicate: int
    state: RunState
    days: int
    people: tuple[Person, ...] = field(repr=False)
    posts: tuple[Post, ...] = field(repr=False)
    reactions: tuple[Reaction, ...] = field(repr=False)
    states: Mapping[int, tuple[PersonState, ...]] = field(repr=False)
    exposures: int
    skipped: tuple[Mapping[str, Any], ...] = field(repr=False)
    probes: tuple[Mapping[str, Any], ...] = field(repr=False)

    def __iter__(self) -> Iterator[Post]:
        return iter(self.posts)

    def __len__(self) -> int:
        return len(self.posts)

    def _repr_html_(self) -> str:
        """Posts thread by thread, what answers a post below it."""
        posts = {post.id: post for post in self.posts}
        listed = threads([_thread_item(post) for post in self.posts])
        rows = (_thread_row(posts[placed.post["id"]], placed.depth) for placed in listed)
        return html_table(rows, head=("day", "time", "person", "post", "likes", "shares", "seen"))


def feed(run_id: str | RunRow, *, store: StoreAddress = None) -> Feed:
    """A feed by its run, or its id's beginning.

    Returns:
        People (one each), posts and reactions (in order of time), and day -> states; see `Feed`.

    Raises:
        NotFound, Ambiguous: the text names no run, or several.
        BadInput: the run is no feed.
    """
    with store_at(store) as opened:
        id_ = lookup.find_run_id(opened, id_text(run_id))
        document = run_document(opened, id_)
    if "posts" not in document:
        raise BadInput(f"run {id_name(id_)} is no feed; `sociarium.transcript` reads a conversation, and `sociarium "
                       f"show {id_name(id_)} --json` has all of it")  # fmt: skip
    return Feed(
        run=id_,
        condition=document["condition"],
        replicate=document["replicate"],
        state=RunState(document["state"]),
        days=document["days"],
        people=tuple(_person(one) for one in document["people"]),
        posts=tuple(_post(one) for one in document["posts"]),
        reactions=tuple(_reaction(one) for one in document["reactions"]),
        states=_states(document["states"]),
        exposures=document["exposures"],
        skipped=tuple(document["skipped"]),
        probes=tuple(document["probes"]),
    )


def _person(one: Mapping[str, Any]) -> Person:
    same = ("handle", "name", "role", "bio", "model", "joined", "generated", "followers", "following", "state", "plan",
            "memory", "rule")  # fmt: skip
    return Person(**{name: one[name] for name in same}, outside_followers=one["followers_count"])


def _post(one: Mapping[str, Any]) -> Post:
    same = ("id", "author", "day", "time", "source", "likes", "replies", "quotes", "seen")
    return Post(
        **{name: one[name] for name in same},
        text=one["content"],
        reply_to=_parent(one, "reply"),
        quote=_parent(one, "quote"),
        share_of=_parent(one, "repost"),
        hashtags=tuple(one["hashtags"]),
        shares=one["reposts"],
        flags=tuple(one["flags"]),
    )


def _parent(post: Mapping[str, Any], kind: Literal["reply", "quote", "repost"]) -> str | None:
    parent: str | None = post["parent"] if post["kind"] == kind else None
    return parent


def _reaction(one: Mapping[str, Any]) -> Reaction:
    names = ("post", "author", "day", "time", "kind", "sentiment", "words", "probability", "draw",
             "source")  # fmt: skip
    return Reaction(**{name: one[name] for name in names})


def _states(states: Iterable[Mapping[str, Any]]) -> dict[int, tuple[PersonState, ...]]:
    by_day: dict[int, list[PersonState]] = {}
    for one in states:
        words = (one.get(name, "") for name in ("state", "plan", "memory"))
        by_day.setdefault(one["day"], []).append(PersonState(one["person"], one["day"], one["time"], *words))
    return {day: tuple(some) for day, some in by_day.items()}


def _thread_item(post: Post) -> dict[str, Any]:
    """What `threads` looks at of a post."""
    kinds = {"reply": post.reply_to, "quote": post.quote, "repost": post.share_of}
    kind, parent = next(((kind, parent) for kind, parent in kinds.items() if parent is not None), ("post", None))
    return {"id": post.id, "author": post.author, "kind": kind, "parent": parent}


def _thread_row(post: Post, depth: int) -> tuple[object, ...]:
    return (post.day, post.time, f"{_INDENT * depth}@{post.author}", post.text, post.likes, post.shares, post.seen)
