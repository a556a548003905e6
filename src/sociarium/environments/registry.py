"""The environments, by the content of the runs that they play."""

from __future__ import annotations

from sociarium.environments import conversation, feed
from sociarium.environments.conversation.unfold import Conversation
from sociarium.environments.feed.state import FeedState
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import RunContent
from sociarium.records.runs import Ending


async def play(content: RunContent, stage: Stage) -> Ending:
    """Play a run from its beginning to its end."""
    if isinstance(content, FeedContent):
        return await feed.play(content, stage)
    return await conversation.play(content, stage)


async def stand_at(content: RunContent, stage: Stage, at: int | None) -> Conversation | FeedState:
    """A run as it stands at a moment: right after so many messages, or days of a feed, before whatever follows.

    Args:
        at: None: at its end, however it ended.

    Raises:
        ValueError: it ended before that.
    """
    if isinstance(content, FeedContent):
        return await feed.stand_at(content, stage, at)
    return await conversation.stand_at(content, stage, at)
