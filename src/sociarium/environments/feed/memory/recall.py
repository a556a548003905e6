"""What somebody remembers: what they lately did and met, older things that come to mind, and a condensed rest.

Deeds are kept as numbers of posts and put into words when they are wanted, so that many people fit into memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sociarium.environments.feed.memory.similarity import nearest
from sociarium.environments.feed.quotation import excerpt
from sociarium.environments.feed.world import World
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import MemoryContent

REACH = 80
"""Older memories among which recall looks, the latest ones; what is older lives in the condensed memory alone."""
MOST_REFLECTED = 200
"""Memories that are condensed at once, the latest ones; the rest is told by its number."""
_MOST_NAMED = 5

_DID = {
    "post": "you posted:",
    "reply": "you answered @{to}:",
    "quote": "you quoted @{to}:",
    "like": "you liked what @{of} wrote:",
    "repost": "you shared what @{of} wrote:",
    "answered": "@{of} answered you:",
    "read": "you read @{of}:",
}


class Activity(NamedTuple):
    """Something that somebody did or met.

    Attributes:
        kind: `post`, `reply` and `quote` are posts of their own, the others somebody else's.
        post: its number.
        words: what they felt about it.
    """

    day: int
    kind: str
    post: int
    words: str = ""


@dataclass(slots=True)
class Memory:
    """One person's memory.

    Attributes:
        deeds: the oldest first.
        condensed: what they wrote down when they last looked back.
        reflected: how many of the deeds it covers.
        likes, shares, followers: received since the last visit.
    """

    deeds: list[Activity] = field(default_factory=list)
    condensed: str = ""
    reflected: int = 0
    likes: int = 0
    shares: int = 0
    followers: list[str] = field(default_factory=list)

    def news(self) -> str:
        """What was received since the last visit, in a line; then it is known."""
        parts = []
        if self.likes:
            parts.append(f"{self.likes} likes")
        if self.shares:
            parts.append(f"{self.shares} shares of your posts")
        if self.followers:
            named = ", ".join(f"@{handle}" for handle in self.followers[:_MOST_NAMED])
            more = len(self.followers) - _MOST_NAMED
            parts.append(f"new followers: {named}" + (f" and {more} more" if more > 0 else ""))
        self.likes = self.shares = 0
        self.followers = []
        return ", ".join(parts)


async def recall(memory: Memory, rules: MemoryContent, query: str, world: World, stage: Stage, key: str) -> list[str]:
    """Older memories that are near to a text, the oldest first."""
    older = memory.deeds[: max(len(memory.deeds) - rules.recent, 0)][-REACH:]
    if not older or not rules.recall:
        return []
    lines = [in_words(deed, world) for deed in older]
    if len(older) <= rules.recall:
        return lines
    places = await stage.record(f"{key}/recall", lambda: nearest(query, lines, most=rules.recall))
    return [lines[place] for place in sorted(places)]


def recent(memory: Memory, rules: MemoryContent, world: World) -> list[str]:
    """The latest memories, the oldest of them first."""
    return [in_words(deed, world) for deed in memory.deeds[-rules.recent :]] if rules.recent else []


def to_condense(memory: Memory, world: World) -> list[str]:
    """What happened since somebody last looked back."""
    new = memory.deeds[memory.reflected :]
    left_out = len(new) - MOST_REFLECTED
    first = [f"- {left_out} earlier things are not listed"] if left_out > 0 else []
    return [*first, *(in_words(deed, world) for deed in new[-MOST_REFLECTED:])]


def in_words(deed: Activity, world: World) -> str:
    """A deed as a line of a prompt."""
    post = world.posts[deed.post]
    to = world.posts[post.parent].author if post.parent is not None else ""
    action = _DID[deed.kind].format(of=post.author, to=to)
    felt = f" ({excerpt(deed.words, most=100)})" if deed.words else ""
    return f"- day {deed.day}: {action} {excerpt(post.content)}{felt}"
