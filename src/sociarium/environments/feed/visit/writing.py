"""Writing during a visit: answers and quotes that were drawn, and posts of one's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sociarium.environments.feed.visit.drafts import (
    CHOICE,
    CHOICE_HOW,
    MOST_IN_THREAD,
    PendingPost,
    choice_flags,
    read_choice,
    read_text,
)
from sociarium.environments.feed.visit.prompts import post_parts, write_parts
from sociarium.environments.feed.visit.reactions import Judgement
from sociarium.environments.feed.visit.steps import Steps
from sociarium.environments.feed.world import Post
from sociarium.environments.stage import Stage
from sociarium.environments.template_tokens import spoken_words
from sociarium.ports.model import ModelReply


@dataclass(frozen=True, slots=True)
class _Assignment:
    """What is to be written.

    Attributes:
        parent: what it answers or quotes.
        thread: ids of the posts that the writer sees with it.
        read: the text that a reply holds.
        schema: of the reply; None for plain text.
    """

    kind: Literal["post", "reply", "quote"]
    parent: Post | None = None
    thread: tuple[str, ...] = ()
    read: Callable[[ModelReply], str | None] = read_text
    schema: Mapping[str, Any] | None = None


async def write_drafts(now: str, judgements: Sequence[Judgement], steps: Steps, stage: Stage) -> list[PendingPost]:
    """Write the answers and quotes that were drawn, side by side; those that were skipped are left out."""
    calls: dict[str, Callable[[Stage], Awaitable[PendingPost | None]]] = {}
    for one in judgements:
        for kind in one.drawn:
            if kind == "reply" or kind == "quote":
                step = f"write/{one.exposure.post.id}" if kind == "reply" else f"write/{one.exposure.post.id}/quote"
                calls[step] = partial(_write_reaction, step, kind, one, now, steps)
    if not calls:
        return []
    return [draft for draft in (await stage.together(calls)).values() if draft is not None]


async def write_own_post(now: str, day: int, steps: Steps, stage: Stage) -> PendingPost | None:
    """Write a post of one's own, where the feed's `post` has the person write one now; None without a text."""
    policy, member = steps.feed.content.feed.post, steps.member
    parts, assignment = post_parts(now, steps.feed, member), _Assignment("post")
    if policy == "chosen":
        parts, assignment = [*parts, CHOICE_HOW], _Assignment("post", read=read_choice, schema=CHOICE)
    elif policy == "daily":
        if member.posted_on >= day:
            return None
    elif stage.rng(f"{steps.key}/post").random() >= policy:
        return None
    draft = await _write(assignment, "post", parts, steps, stage)
    return draft if draft is not None and draft.text else None


async def _write_reaction(
    step: str, kind: Literal["reply", "quote"], judgement: Judgement, now: str, steps: Steps, stage: Stage
) -> PendingPost | None:
    feed, post = steps.feed, judgement.exposure.post
    thread = feed.world.thread(post.number, most=MOST_IN_THREAD)
    parts = write_parts(now, kind, judgement, thread, feed, steps.member)
    return await _write(_Assignment(kind, post, tuple(other.id for other in thread)), step, parts, steps, stage)


async def _write(
    assignment: _Assignment, step: str, parts: Sequence[str], steps: Steps, stage: Stage
) -> PendingPost | None:
    result = await steps.ask(step, parts, stage, read=assignment.read, schema=assignment.schema, unread="empty")
    if result is None or result.value is None:
        return None
    choice = choice_flags(result.reply) if assignment.schema is not None else {}
    marks = {
        "template_tokens": spoken_words(result.reply)[1],
        "retried": result.attempts > 1,
        "token_limit": result.reply.finish_reason == "length",
        "replaced": result.reply.replaced,
        "words_cut": False,
        "repaired": False,
    } | choice
    flags = tuple(flag for flag, holds in marks.items() if holds)
    return PendingPost(assignment.kind, result.value, result.key, assignment.parent, assignment.thread, flags)
