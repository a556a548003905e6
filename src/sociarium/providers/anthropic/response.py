"""Answers of the Messages API, good and bad."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.ports.model import FinishReason, ModelReply
from sociarium.providers.anthropic.request import WRAPPED, WRITTEN_AS
from sociarium.providers.errors import readable_words
from sociarium.providers.refusals import Meaning, meaning_of
from sociarium.providers.thinking import split_thinking, thinking_of_parts
from sociarium.providers.token_counts import token_count
from sociarium.providers.undecoded import refuse_undecoded

_FINISH: Mapping[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}
_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""With which status each kind of error comes."""


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error as the API words it.

    Attributes:
        kind: the API's name for it; empty where it has none.
    """

    words: str
    kind: str = ""

    def meaning(self, status: int) -> Meaning | None:
        """What it means, by the table of refusals."""
        return meaning_of(status, self.words, {self.kind})

    @property
    def status(self) -> int:
        """With which status it would have come that came with status 200."""
        return _STATUSES.get(self.kind, 502)

    def option(self, sent: Mapping[str, Any]) -> str | None:
        """The refused option, as the experiment file calls it; None when the complaint is about something else."""
        names = (*sent, *(name for name in WRITTEN_AS if name not in sent))
        name = next((one for one in names if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", self.words)), None)
        return None if name is None else WRITTEN_AS.get(name, name)


def read_error(body: bytes) -> ErrorBody:
    """What an error's body says, in the API's form or another."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ErrorBody(readable_words(text))
    return _error_of(value) or ErrorBody(text)


def error_within(value: Any) -> ErrorBody | None:
    """The error that a body of status 200 is; None for what is none."""
    if isinstance(value, dict) and (value.get("type") == "error" or "error" in value):
        return _error_of(value) or ErrorBody(json.dumps(value, ensure_ascii=False))
    return None


def _error_of(value: Any) -> ErrorBody | None:
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, str):
        return ErrorBody(error)
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return None
    return ErrorBody(error["message"], str(error.get("type") or ""))


@dataclass(frozen=True, slots=True)
class AnthropicReply:
    """A reply with what its server tells of itself."""

    reply: ModelReply
    served_model: str | None
    cached_tokens: int | None


def read_answer(value: Any, *, structured: bool, wrapped: bool) -> AnthropicReply:
    """Read a message.

    Args:
        structured: whether the input of a tool was asked for.
        wrapped: whether the answer stands within that input.

    Raises:
        UndecodedError: its text is none yet.
        ValueError: it is none.
    """
    if not isinstance(value, dict) or not isinstance(value.get("content"), list):
        raise ValueError("no content")  # noqa: TRY004 - the server's fault, not a caller's
    blocks = [block for block in value["content"] if isinstance(block, dict)]
    texts = [block["text"] for block in blocks if block.get("type") == "text" and isinstance(block.get("text"), str)]
    text, thinking = split_thinking(refuse_undecoded("".join(texts)), thinking_of_parts(blocks))
    inputs = [block["input"] for block in blocks if block.get("type") == "tool_use" and "input" in block]
    if structured and inputs:
        answer = inputs[0]
        if wrapped and isinstance(answer, dict) and WRAPPED in answer:
            answer = answer[WRAPPED]
        text, thinking = _split_answer(json.dumps(answer, ensure_ascii=False), thinking)
    usage = value.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    finish = _FINISH.get(str(value.get("stop_reason")), "other")
    reply = ModelReply(text, thinking, finish, _prompt_tokens(counts), token_count(counts, "output_tokens"))
    model = value.get("model")
    name = model if isinstance(model, str) and model else None
    return AnthropicReply(reply, name, token_count(counts, "cache_read_input_tokens"))


def _split_answer(text: str, thinking: str) -> tuple[str, str]:
    """An answer without what its strings hold of thinking, as far as an answer is left of it."""
    speech, thought = split_thinking(text, thinking)
    try:
        json.loads(speech)
    except ValueError:
        return text, thinking
    return speech, thought


def _prompt_tokens(usage: Mapping[str, Any]) -> int | None:
    """All of the prompt: `input_tokens` leaves out what was written to a cache or read from one."""
    read = token_count(usage, "input_tokens")
    if read is None:
        return None
    cached = (token_count(usage, "cache_creation_input_tokens"), token_count(usage, "cache_read_input_tokens"))
    return read + sum(count for count in cached if count is not None)
