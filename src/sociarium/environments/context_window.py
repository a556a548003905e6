"""Whether a server took a prompt in whole: what its counts of tokens prove, and what they make suspect.

Characters cannot be turned into tokens without the server's tokenizer and template, so nothing here expects a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ChatMessage, ModelReply

_GROWTH = 1.25
"""A prompt that grew by a quarter is counted higher by every server that counts all of it."""

_LEVEL = 0.75
"""Who cuts a prompt to its bound drops whole messages, and stays below it by at most one of them."""

_TEMPLATE = 16
"""Tokens that a chat template puts around a message, at most."""

_CACHE_BLOCK = 256
"""Tokens in which caches keep prompts, at most: of a block that is not full, all is counted anew."""


def was_cut(model: ModelContent, reply: ModelReply) -> bool:
    """Whether the count of a prompt proves that its front was cut.

    Only Ollama's native API is told the bound (`context`, sent as num_ctx) with every call. It is asked not to cut,
    and refuses then; one that does not know this wish cuts, and counts as many tokens as the bound has. Everywhere
    else `context` is what the file's author expects of a server, and a count beside it proves nothing.
    """
    bound = model.options.get("context")
    return (
        model.provider == "ollama"
        and bound is not None
        and reply.prompt_tokens is not None
        and reply.prompt_tokens >= bound
    )


@dataclass(slots=True)
class PromptCounts:
    """The counted prompts of one agent, each the one before with more behind it, until a day ends.

    A server that cuts in silence (Ollama's /v1 at its own num_ctx) shows it only so: prompts grow, and counts stand
    still. No server that counts whole prompts does that, whatever its tokenizer, its template, or the instructions that
    it adds: what holds another prompt and a quarter more has more tokens. A server that counts only what its cache
    lacks stands still too, but at what is new since the last prompt; or it falls a quarter or more below what it
    counted before, and nothing is suspected of it any more.

    Attributes:
        highest, peak: the prompt that was counted highest, and its count.
        last: the latest prompt.
        partial: whether a count was seen to be one of a part of the prompt.
    """

    highest: Sequence[ChatMessage] = ()
    peak: int = 0
    last: Sequence[ChatMessage] = ()
    partial: bool = False

    def suspect(self, messages: Sequence[ChatMessage], reply: ModelReply) -> bool:
        """Take note of a prompt and its count; whether the count makes suspect that the server cut it."""
        count = reply.prompt_tokens
        if count is None:
            return False
        last, self.last = self.last, messages
        if count > self.peak or not _extends(messages, self.highest):
            self.highest, self.peak = messages, count
            return False
        self.partial = self.partial or count < _LEVEL * self.peak
        return (
            not self.partial
            and _size(messages) >= _GROWTH * _size(self.highest)
            and count > _most_tokens_of_new(messages, last)
        )


def _extends(messages: Sequence[ChatMessage], earlier: Sequence[ChatMessage]) -> bool:
    """Whether a prompt is an earlier one with more behind it."""
    if not earlier:
        return False
    *before, end = earlier
    same = list(messages[: len(before)]) == before and len(messages) > len(before)
    return same and messages[len(before)].role == end.role and messages[len(before)].content.startswith(end.content)


def _most_tokens_of_new(messages: Sequence[ChatMessage], last: Sequence[ChatMessage]) -> int:
    """More tokens than a server can count that has the last prompt in its cache: no token is less than a byte."""
    new = sum(len(message.content.encode()) for message in messages) - sum(len(one.content.encode()) for one in last)
    return max(new, 0) + _TEMPLATE * (len(messages) - len(last) + 1) + _CACHE_BLOCK


def _size(messages: Sequence[ChatMessage]) -> int:
    return sum(len(message.content) for message in messages)
