"""A person's model drafts a post from somebody else's idea, in the person's voice."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from sociarium.environments.feed.memory import recall as remembering
from sociarium.environments.feed.messages import messages_for
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.play import open_feed
from sociarium.environments.feed.quotation import quote
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.visit.drafts import MOST_IN_THREAD, task, thread_text
from sociarium.environments.feed.visit.prompt_text import standing
from sociarium.environments.feed.visit.prompts import instruction
from sociarium.environments.feed.world import Post
from sociarium.environments.requests import Prompt
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import FeedContent

DraftKind = Literal["post", "reply", "quote"]


async def stand_now(content: FeedContent, stage: Stage, unknown: type[Exception]) -> FeedState | None:
    """A feed as far as its stage knows it; None where it has not begun.

    Args:
        unknown: what the stage raises where the run has not come further.
    """
    try:
        feed = await open_feed(content, stage)
    except unknown:
        return None
    with suppress(unknown):
        await feed.play()
    return feed.state


def draft_prompt(feed: FeedState, member: PersonState, kind: DraftKind, post: Post | None, idea: str) -> Prompt:
    """What a person's model is asked for a draft: where they stand, the thread, the idea, and the step's instruction.

    Args:
        post: what is answered or quoted; None for a post of one's own.
    """
    assert member.model is not None
    now = f"It is day {max((one.day for one in feed.world.posts), default=1)}."
    lately = remembering.recent(member.memory, feed.content.memory, feed.world)
    parts = [now, standing(member, lately)]
    step: Literal["write", "post"] = "post"
    if post is not None and kind != "post":
        step = "write"
        thread = feed.world.thread(post.number, most=MOST_IN_THREAD)
        parts += [thread_text(thread, feed.world, feed.people, feed.content), task(kind, post, "")]
    parts += [f"This is what you want to say, in words that are not yours yet:\n\n{quote(idea)}"]
    parts.append(instruction(step, feed, member))
    model = feed.content.model_of_call(step, member.model)
    return Prompt(model, messages_for(member.system_prompt, parts), purpose=step)
