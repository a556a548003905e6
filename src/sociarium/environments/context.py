"""Whether a prompt fits a model's context: foreseen before a call, seen in the token counts after it."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.ports.model import Message, ModelReply

_MOST_CHARACTERS_PER_TOKEN = 10.0
"""Before a model has counted anything: longer than any tokenizer's average, so that no prompt is refused in error."""

_CUT_SHARE = 0.7
"""A server that counts less than this share of the expected tokens has cut the prompt."""


class Gauge:
    """Characters and tokens of one model in one run; learns from the model's own counts."""

    def __init__(self, context: int | None) -> None:
        self._context = context
        self._characters_per_token: float | None = None

    @property
    def limited(self) -> bool:
        """Whether there is a bound to measure against."""
        return self._context is not None

    def fits(self, messages: Sequence[Message]) -> bool:
        """Whether a prompt is expected to fit."""
        return self._context is None or self._expected(messages) <= self._context

    def was_cut(self, messages: Sequence[Message], reply: ModelReply) -> bool:
        """Whether the server's count says that it cut the prompt."""
        if self._context is None or reply.prompt_tokens is None:
            return False
        if reply.prompt_tokens >= self._context:
            return True
        known = self._characters_per_token is not None
        return known and reply.prompt_tokens < _CUT_SHARE * self._expected(messages)

    def learn(self, messages: Sequence[Message], reply: ModelReply) -> None:
        """Take the server's count of an uncut prompt as the measure for the next one."""
        if reply.prompt_tokens and not self.was_cut(messages, reply):
            self._characters_per_token = _characters(messages) / reply.prompt_tokens

    def _expected(self, messages: Sequence[Message]) -> float:
        return _characters(messages) / (self._characters_per_token or _MOST_CHARACTERS_PER_TOKEN)


def _characters(messages: Sequence[Message]) -> int:
    return sum(len(message.content) for message in messages)
