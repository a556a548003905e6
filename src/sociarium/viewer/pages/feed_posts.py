"""Posts as a social network shows them: who, when, what, in answer to what, and what readers made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sociarium.exchange.feed_reading import FeedReading
from sociarium.exchange.feed_sights import Sight
from sociarium.viewer.pages.turns import excerpt
from sociarium.viewer.person_marks import mark_of_person

LONGEST = 1_500
"""Characters of a post in a list; its own page has more."""
_QUOTED = 280
_HASHTAG = re.compile(r"((?<![\w&])#\w*[^\W\d_]\w*)")
_COUNTS = (("reply", "replies", "Replies"), ("repost", "reposts", "Reposts"), ("like", "likes", "Likes"),
           ("quote", "quotes", "Quotes"))  # fmt: skip
_DID = {"like": "liked", "reply": "replied", "repost": "reposted", "quote": "quoted"}
_SENTIMENTS = {"positive": "pos", "neutral": "neu", "negative": "neg"}
_LISTS = {
    "replies": "the replies to them",
    "following": "the posts of those they follow",
    "recent": "the recent posts of others",
}


@dataclass(frozen=True, slots=True)
class AccountView:
    """Who writes or reads.

    Attributes:
        is_person: False for accounts outside, which have no page.
        letters: at most two that stand for a picture.
    """

    handle: str
    name: str
    role: str
    mark: str
    letters: str
    is_person: bool


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """What a reader made of a post.

    Attributes:
        did: what they did, each with its probability; where they did nothing, the likeliest reaction.
        sign: pos, neu or neg; empty where nothing was answered.
    """

    account: AccountView
    when: str
    sentiment: str
    sign: str
    did: str
    words: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """The post that another one answers, quotes or shares."""

    id: str
    account: AccountView
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post in a list.

    Attributes:
        anchor: names it in the page; a shared post stands there once for each share.
        id: of the post that is shown; the page of the post has this address.
        via: who shared it and when, where it stands there as a share.
        parts: the text, in pieces of (text, hashtag or nothing).
        counts: kind, number and label of each kind of reaction.
        seen: how many saw it; `felt` how many of them felt what.
        why: why it was shown, to whom a timeline belongs.
        own: what that person made of it.
    """

    anchor: str
    id: str
    account: AccountView
    when: str
    kind: str
    via: str
    note: str
    parts: tuple[tuple[str, str], ...]
    is_cut: bool
    quoted: Quoted | None
    counts: tuple[tuple[str, int, str], ...]
    seen: int
    felt: str
    readers: tuple[ReaderRow, ...]
    flags: tuple[str, ...]
    policy: str
    label: str
    has_call: str
    depth: int = 0
    why: str = ""
    own: ReaderRow | None = None


def account(read: FeedReading, handle: str) -> AccountView:
    """An account by its handle."""
    person = read.people.get(handle)
    name = (person or {}).get("name") or handle
    role = person["role"] if person else "an account outside"
    return AccountView(handle, name, role, mark_of_person(read, handle), _letters(name), person is not None)


def card(
    read: FeedReading,
    post: dict[str, Any],
    *,
    sight: Sight | None = None,
    depth: int = 0,
    inline: bool = False,
    longest: int = LONGEST,
) -> PostCard:
    """A post as it is shown.

    Args:
        sight: as somebody was shown it.
        inline: hold its readers, which are otherwise loaded when they are looked for.
        longest: characters of its text.
    """
    shared = read.posts.get(post["parent"] or "") if post["kind"] == "repost" else None
    original = shared or post
    parent = read.posts.get(original["parent"] or "") if original["kind"] in {"reply", "quote"} else None
    felt = [f"{count} {name}" for name, count in original["sentiments"].items() if count]
    return PostCard(
        anchor=f"{post['id']}-{sight.day}-{sight.time.replace(':', '')}" if sight else post["id"],
        id=original["id"],
        account=account(read, original["author"]),
        when=when(original),
        kind=original["kind"],
        via=f"{account(read, post['author']).name} reposted, {when(post)}" if shared else "",
        note=_note(original),
        parts=tuple(_parts(excerpt(original["content"]).text[:longest])),
        is_cut=len(original["content"]) > longest,
        quoted=Quoted(parent["id"], account(read, parent["author"]), when(parent), _beginning(parent["content"]))
        if parent
        else None,
        counts=tuple((kind, original[plural], label) for kind, plural, label in _COUNTS),
        seen=original["seen"],
        felt=", ".join(felt),
        readers=reader_rows(read, original["id"]) if inline else (),
        flags=tuple(original["flags"]),
        policy="" if original["policy"] in {"", "none"} else original["policy"],
        label=read.label if original["policy"] == "label" else "",
        has_call=original["call"] or "",
        depth=min(depth, 5),
        why=_why(read, sight) if sight else "",
        own=reader_row(read, sight) if sight else None,
    )


def reader_rows(read: FeedReading, post: str) -> tuple[ReaderRow, ...]:
    """Who saw a post, and what did they make of it? In order."""
    return tuple(reader_row(read, sight) for sight in read.readers.get(post, ()))


def reader_row(read: FeedReading, sight: Sight) -> ReaderRow:
    """What somebody made of a post."""
    likely = sorted(sight.probabilities.items(), key=lambda pair: -pair[1])
    did = [f"{_DID.get(kind, kind)}, p {_share(sight.probabilities.get(kind, 0))}" for kind in sight.drawn]
    if not did and likely:
        did = [f"nothing; {likely[0][0]} was likeliest, p {_share(likely[0][1])}"]
    sentiment = sight.sentiment or ("by rule" if sight.by_rule else "no answer")
    moment = f"day {sight.day}, {sight.time}"
    return ReaderRow(
        account(read, sight.person), moment, sentiment, _SENTIMENTS.get(sentiment, ""), "; ".join(did), sight.words
    )


def when(post: dict[str, Any]) -> str:
    """The simulated moment of a post."""
    return f"day {post['day']}, {post['time']}"


def _why(read: FeedReading, sight: Sight) -> str:
    parts = [
        f"shown on day {sight.day} at {sight.time}, as number {sight.rank} of {_LISTS.get(sight.list, sight.list)}"
    ]
    if sight.via and (shared := read.posts.get(sight.via)):
        parts.append(f"it came by a repost of {account(read, shared['author']).name}")
    if sight.policy != "none":
        parts.append(f"the network’s rule: {sight.policy}")
    return "; ".join(parts)


def _note(post: dict[str, Any]) -> str:
    if post["source"] == "event":
        return f"event “{post['name']}”: the researcher’s words, not a model’s"
    if post["source"] == "override":
        return "put in in this person’s name, not their model’s doing"
    return "put in from outside, not a model’s words" if post["source"] == "input" else ""


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for piece in _HASHTAG.split(text):
        if piece:
            yield piece, piece[1:].casefold() if _HASHTAG.fullmatch(piece) else ""


def _beginning(text: str) -> str:
    return f"{text[:_QUOTED]}…" if len(text) > _QUOTED else text


def _letters(name: str) -> str:
    words = [word for word in re.split(r"[\s_.]+", name) if word[:1].isalnum()]
    if len(words) > 1:
        return f"{words[0][0]}{words[1][0]}".upper()
    return name[:2]


def _share(value: float) -> str:
    return f"{value:.2f}"
