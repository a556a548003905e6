"""Posts in the making: answers and quotes with their thread in sight, and posts of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sociarium.environments.answer_schema import object_schema, string, within_bounds
from sociarium.environments.feed.people import People
from sociarium.environments.feed.visit.prompt_text import post_text
from sociarium.environments.feed.world import Post, PostKind, World
from sociarium.environments.structured_output import has_words, read_object
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.ports.model import ModelReply

MOST_IN_THREAD = 8
"""Posts of a thread that the writer sees, the nearest ones."""

CHOICE = object_schema({"post": {"type": "boolean"}, "text": string()})
CHOICE_HOW = (
    "You need not post anything. Answer with a JSON object: `post` (true or false) and `text` (your post; empty when "
    "you post nothing)."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A post that takes effect when the tick ends; a repost has no words.

    Attributes:
        parent: what it answers or quotes.
        call: key of the call in which it was written.
        thread: ids of the posts that the writer saw with it.
    """

    kind: PostKind
    text: str
    call: str
    parent: Post | None = None
    thread: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def thread_text(thread: Sequence[Post], world: World, people: People, content: FeedContent) -> str:
    """The thread in which somebody writes, its beginning first."""
    return "\n\n".join(["## The thread", *(post_text(post, world, people, content) for post in thread)])


def task(kind: Literal["reply", "quote"], post: Post, sentiment: str) -> str:
    """What is to be written."""
    verb = "You answer" if kind == "reply" else "You share, with words of your own,"
    why = f" You felt: {sentiment}." if sentiment else ""
    return f"{verb} post [{post.id}] of @{post.author}.{why}"


def read_text(reply: ModelReply) -> str | None:
    """What a reply says; None when it says nothing."""
    return reply.text.strip() if has_words(reply.text) else None


def read_choice(reply: ModelReply) -> str | None:
    """A post, or the empty text of one who posts nothing; None when the answer says neither."""
    answer = read_object(reply.text)
    if answer is None or not isinstance(answer.get("post"), bool):
        return None
    text: Any = answer.get("text", "")
    if not answer["post"]:
        return ""
    if not isinstance(text, str):
        return None
    post = within_bounds(text)[0].strip()
    return post if has_words(post) else None


def is_cut(reply: ModelReply) -> bool:
    """Whether the post of a structured choice was longer than allowed."""
    answer = read_object(reply.text) or {}
    return answer.get("post") is True and within_bounds(answer.get("text"))[1]
