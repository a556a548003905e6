"""What a visit changes of the person who makes it: plan, state of mind and memories. The world stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.environments.feed.memory.recall import Activity
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.feed.visit.decisions import Intent
from sociarium.environments.feed.visit.reactions import Judgement


def adopt(member: PersonState, intent: Intent) -> bool:
    """Make an intent's plan and state of mind the person's own.

    Returns:
        Whether the state of mind is another than before.
    """
    member.plan = intent.plan
    if intent.state is None:
        return False
    changed = intent.state != member.state
    member.state = intent.state
    return changed


def remember(member: PersonState, exposures: Sequence[Exposure], judgements: Sequence[Judgement], day: int) -> None:
    """Keep which posts a person saw, and what they made of them."""
    member.posts_seen.update(one.post.number for one in exposures)
    for one in judgements:
        post = one.exposure.post.number
        if one.exposure.list == "replies":
            member.memory.deeds.append(Activity(day, "answered", post, one.words))
        elif not one.drawn and one.sentiment != "neutral":
            member.memory.deeds.append(Activity(day, "read", post, one.words))
        # Answers and quotes are remembered with their own words, when they take effect.
        for kind in one.drawn:
            if kind == "like" or kind == "repost":
                member.memory.deeds.append(Activity(day, kind, post))
