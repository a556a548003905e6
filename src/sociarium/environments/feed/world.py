"""The network as it stands: posts with their counts, who wrote and answered what, and who follows whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import Literal

from sociarium.experiment.feed.run_content import Verdict

PostKind = Literal["post", "reply", "quote", "repost"]
Source = Literal["person", "event", "input", "override"]
"""Whose doing it is: a person's as their model played them; the researcher's event; put in from outside, by an account
that is no person, or in a person's name."""

SCANNED = 400
"""Posts of a list that are looked at for one visit, the latest ones; older ones are out of reach."""
_HASHTAG = re.compile(r"(?<![\w&])#(\w*[^\W\d_]\w*)")


@dataclass(slots=True, eq=False)
class Post:
    """A post.

    Attributes:
        number: in order of effect, from 0; its id is one more.
        member: the author's number; None for an account outside.
        minute: of the day.
        parent: number of the post that is answered, quoted or shared.
        id: as prompts and records name it.
        verdict: of the content policy.
    """

    number: int
    author: str
    member: int | None
    day: int
    minute: int
    kind: PostKind
    content: str
    parent: int | None = None
    verdict: Verdict = "none"
    likes: int = 0
    replies: int = 0
    reposts: int = 0
    quotes: int = 0
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = f"p{self.number + 1}"

    @property
    def reactions(self) -> int:
        """Of every kind."""
        return self.likes + self.replies + self.reposts + self.quotes


@dataclass(slots=True)
class World:
    """Posts and where to find them; each index holds numbers in order of effect."""

    posts: list[Post] = field(default_factory=list)
    by_author: dict[int, list[int]] = field(default_factory=dict)
    replies_to: dict[int, list[int]] = field(default_factory=dict)
    originals: list[int] = field(default_factory=list)

    def add(self, post: Post) -> Post:
        """A post takes effect."""
        assert post.number == len(self.posts)
        self.posts.append(post)
        if post.member is not None:
            self.by_author.setdefault(post.member, []).append(post.number)
        if post.kind in {"post", "quote"}:
            self.originals.append(post.number)
        if post.parent is not None:
            parent = self.posts[post.parent]
            match post.kind:
                case "reply":
                    parent.replies += 1
                    if parent.member is not None:
                        self.replies_to.setdefault(parent.member, []).append(post.number)
                case "repost":
                    parent.reposts += 1
                case "quote":
                    parent.quotes += 1
                case "post":
                    raise AssertionError("a post of its own has no parent")
        return post

    def original_of(self, number: int) -> Post:
        """What is shown where a post stands: for a repost the post that is shared."""
        post = self.posts[number]
        return self.posts[post.parent] if post.kind == "repost" and post.parent is not None else post

    def text_of(self, post: Post) -> str:
        """The words that stand in a post, or in the one that it shares."""
        return self.original_of(post.number).content

    def of_authors(self, members: Iterator[int]) -> Iterator[int]:
        """Posts of some members, the latest first."""
        return merge(*(reversed(self.by_author.get(member, [])) for member in members), reverse=True)

    def thread(self, number: int, *, most: int) -> list[Post]:
        """A post and what it answers or quotes, the beginning of the thread first; removed posts are left out."""
        posts: list[Post] = []
        place: int | None = number
        while place is not None and len(posts) < most:
            post = self.posts[place]
            if post.verdict != "remove":
                posts.append(post)
            place = post.parent
        return posts[::-1]


def hashtags(text: str) -> list[str]:
    """The hashtags in a text, without the sign, in small letters, each once."""
    return list(dict.fromkeys(tag.casefold() for tag in _HASHTAG.findall(text)))


def clock(minute: int) -> str:
    """A minute of the day as people write it."""
    return f"{minute // 60:02}:{minute % 60:02}"
