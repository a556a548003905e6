"""Posts in the making: answers and quotes with their thread in sight, and posts of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sociarium.environments.answer_schema import object_schema, string, within_bounds
from sociarium.environments.feed.people import People
from sociarium.environments.feed.visit.prompt_text import post_text
from sociarium.environments.feed.world import Post, PostKind, World
from sociarium.environments.structured_output import ReadObject, has_words, read_object
from sociarium.environments.template_tokens import without_tokens
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
class PendingPost:
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
    text = without_tokens(reply.text)[0].strip()
    return text if has_words(text) else None


def read_choice(reply: ModelReply) -> str | None:
    """A post, or the empty text of one who posts nothing; None when the answer says neither."""
    read = _choice_in(reply)
    if read is None or not isinstance(read.value.get("post"), bool):
        return None
    text: Any = read.value.get("text", "")
    if not read.value["post"]:
        return ""
    if not isinstance(text, str):
        return None
    post = without_tokens(within_bounds(text)[0])[0].strip()
    return post if has_words(post) else None


def choice_flags(reply: ModelReply) -> dict[str, bool]:
    """What is to be said of a structured choice: whether its post was too long, and whether it was mended."""
    read = _choice_in(reply)
    if read is None:
        return {}
    text = read.value.get("text")
    is_post = read.value.get("post") is True
    return {
        "words_cut": is_post and within_bounds(text)[1],
        "template_tokens": is_post and isinstance(text, str) and (without_tokens(text)[1] or bool(reply.after_turn)),
        "repaired": bool(read.repairs),
    }


def _choice_in(reply: ModelReply) -> ReadObject | None:
    return read_object(reply.text, ("post", "text"), cut=reply.finish_reason == "length")
