"""A conversation from its first word to its end, or to a moment within it."""

from __future__ import annotations

from sociarium.environments.conversation.unfold import Conversation
from sociarium.environments.library_words import keep_words
from sociarium.environments.requests import RunEnded
from sociarium.environments.stage import Stage
from sociarium.experiment.run_content import Content
from sociarium.records.runs import Ending


async def play(content: Content, stage: Stage) -> Ending:
    """Play a conversation.

    Returns:
        How it ended: all messages were spoken, a model refused, a prompt did not fit, or nobody could speak. A prompt
        does not fit when its server refuses it as too long, or counts as many tokens as prove that it cut it: the
        message that answers a cut prompt is the run's last, kept on record and flagged `context_cut`.
    """
    try:
        await Conversation.open(*await keep_words(content, stage), stage).play()
    except RunEnded as end:
        return end.ending
    return "completed"


async def stand_at(content: Content, stage: Stage, messages: int | None) -> Conversation:
    """A conversation as it stands right after so many messages: before the events, questions and summary that follow.

    Args:
        messages: from 0, before the first one is spoken; None: at its end, however it ended.

    Raises:
        ValueError: it ended before that message.
    """
    conversation = Conversation.open(*await keep_words(content, stage), stage)
    try:
        await conversation.play(until=messages)
    except RunEnded:
        if messages is None:
            return conversation
    if messages is not None and conversation.messages != messages:
        raise ValueError(f"the conversation ended after {conversation.messages} messages")
    return conversation
