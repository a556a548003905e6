"""Rankers of a researcher's own: what such a function is given, what it returns, and how it is found.

A ranker is a plain function in a module of the researcher's:

    def calm(posts: Sequence[RankedPost], reader: RankingReader, rng: Draws) -> Sequence[RankedPost]:
        return sorted(posts, key=lambda post: post.replies)

It is given the posts that a list may hold and returns the same posts, each once, the one to be shown first at the
front. It is called for each list of each log-on with more than one post, in the thread that plays, one call at a time,
and should keep nothing from one call to the next: a run that goes on where it was stopped does not call it again for
what it ordered already. What chance it needs it takes from `rng`: its draws are those of this list of this log-on, and
the same in every condition of a replicate. The order is kept in the run's journal, so that a replay needs no function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sociarium.errors import SetupError
from sociarium.experiment.rng import Draws


@dataclass(frozen=True, slots=True)
class RankedPost:
    """A post as the network knows it when the list is made.

    Attributes:
        id: unique in the run; later posts have higher numbers (`p1`, `p2`, ...).
        author: handle.
        followers: of the author, those who are not simulated among them; 0 for an account outside.
        is_followed: whether the reader follows the author.
        kind: `repost` never stands here: what is shared does.
        day, minute: of posting; the day from 1, the minute of it from 0.
        parent: id of the post that is answered or quoted.
        likes, replies, reposts, quotes: so far.
        policy: what the content policy made of it: `none`, `label` or `downrank`.
    """

    id: str
    author: str
    followers: int
    is_followed: bool
    kind: Literal["post", "reply", "quote"]
    text: str
    hashtags: tuple[str, ...]
    day: int
    minute: int
    parent: str | None
    likes: int
    replies: int
    reposts: int
    quotes: int
    policy: str


@dataclass(frozen=True, slots=True)
class RankingReader:
    """Who the list is made for, and when.

    Attributes:
        persona: as it stands in the file, text or JSON.
        follows: handles.
        followers: their number, those who are not simulated among them.
        own_posts: words of their latest posts, the oldest of these first.
        day, minute: now.
        list: `replies`, `following` or `recent`.
    """

    handle: str
    name: str
    bio: str
    persona: str
    role: str
    follows: frozenset[str]
    followers: int
    own_posts: tuple[str, ...]
    day: int
    minute: int
    list: Literal["replies", "following", "recent"]


Ranker = Callable[[Sequence[RankedPost], RankingReader, Draws], Sequence[RankedPost]]
"""The same posts, each once, the first to be shown at the front."""


class Rankers(Protocol):
    """Where rankers come from."""

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of the source of each module that is loaded."""
        ...

    def ranker(self, name: str) -> Ranker:
        """The ranker of a name, `package.module:function`. Raises `SetupError`."""
        ...


class NoRankers:
    """None: code of a researcher's own is loaded only where they say so."""

    digests: Mapping[str, str] = {}

    def ranker(self, name: str) -> Ranker:
        """See the protocol."""
        raise SetupError(refusal(name))


class LatestFirst:
    """Stands in for rankers that are not loaded, where only sizes are wanted."""

    digests: Mapping[str, str] = {}

    def ranker(self, name: str) -> Ranker:
        """See the protocol."""
        return lambda posts, _reader, _rng: posts


def refusal(name: str) -> str:
    """Why a ranker is not there."""
    return (
        f"the ranking {name} is code of somebody's own, which is loaded only with --allow-code (in Python: "
        "allow_code=True); read it before, where it is not yours"
    )
