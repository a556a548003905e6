"""Answers of the chat completions protocol, good and bad."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.ports.model import FinishReason, ModelReply
from sociarium.providers.errors import readable_words
from sociarium.providers.openai.event_stream import completion_of_events
from sociarium.providers.openai.options import WRITTEN_AS
from sociarium.providers.refusals import Meaning, meaning_of
from sociarium.providers.thinking import split_thinking, thinking_in, thinking_of_parts
from sociarium.providers.token_counts import token_count

_FINISH: Mapping[str, FinishReason] = {"stop": "stop", "length": "length"}
_FILTER = "content_filter"
_FILTERS = {"safety", "prohibited_content", "recitation", "blocklist", "spii"}
"""How Gemini calls what its filters stopped, in capitals or not, where a gateway passes it on as it is."""
_NOTHING = {"None", "null"}
"""What gateways make of no content where they write it as text. An agent may say so, too; its words are counted."""


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error as a server words it.

    Attributes:
        code: the protocol's name for it; empty where it has none.
        codes: every name that the server gives to it.
        parameter: the option that it is about.
        generated: what the model wrote, where that is what the server refuses.
        words: the message without what the server echoes of the request, in which anything may stand.
    """

    message: str
    code: str = ""
    codes: frozenset[str] = frozenset()
    parameter: str = ""
    generated: str = ""
    words: str = ""

    def meaning(self, status: int) -> Meaning | None:
        """What it means, by the table of refusals."""
        return meaning_of(status, self.words, self.codes)

    def option(self, sent: Mapping[str, Any]) -> str | None:
        """The refused option, as the experiment file calls it; None when the complaint is about something else."""
        inside = sent.get("chat_template_kwargs")
        names = [*sent, *(inside if isinstance(inside, Mapping) else ())]
        option = next((name for name in names if self.parameter.split(".")[0] == name), None) or next(
            (name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.words)), None
        )
        if option is None:
            return None
        if option not in sent:
            option = "chat_template_kwargs"
        return WRITTEN_AS.get(option, option)


def read_error(body: bytes) -> ErrorBody:
    """What an error's body says, in whatever form a server puts it; Google puts it into a list."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = completion_of_events(body)
    return ErrorBody(readable_words(text), words=text) if value is None else _error_of(value, text)


def _error_of(value: Any, text: str) -> ErrorBody:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    error = value.get("error", value) if isinstance(value, dict) else value
    if not isinstance(error, dict):
        message = error if isinstance(error, str) else text
        return ErrorBody(message, words=message)
    detail = error.get("message", error.get("detail", error.get("msg")))
    generated = error.get("failed_generation")
    return ErrorBody(
        detail if isinstance(detail, str) else text,
        str(error.get("code") or ""),
        frozenset(_codes(error)),
        str(error.get("param") or ""),
        generated if isinstance(generated, str) else "",
        detail if isinstance(detail, str) else _without_echo(detail),
    )


def refusal_within(value: Any) -> ErrorBody | None:
    """The error that a body is, whatever its status; None for what is none.

    Older vLLM, FastChat and gateways put it into an answer of status 200.
    """
    if not isinstance(value, dict) or value.get("choices"):
        return None
    is_error = bool(value.get("error") or value.get("detail")) or value.get("object") == "error"
    if is_error or ("code" in value and "message" in value):
        return _error_of(value, json.dumps(value, ensure_ascii=False))
    return None


def status_of(error: ErrorBody) -> int:
    """With which status an error would have come that came with status 200: by its code, then by its words.

    FastChat's codes have two digits more, and its own meaning for what begins with 403.
    """
    code = re.fullmatch(r"([45]\d\d)(\d\d)?", error.code)
    if code:
        return 400 if code[2] and code[1] == "403" else int(code[1])
    means = error.meaning(400)
    if means is None:
        return 502
    return 429 if means == "rate_limit" else 400


def _without_echo(body: Any) -> str:
    """What a validator says, as FastAPI words it: where and what; not its `input`, which may be the whole prompt."""
    if isinstance(body, dict):
        return _without_echo(body.get("detail"))
    faults = [fault for fault in body if isinstance(fault, dict)] if isinstance(body, list) else []
    return "; ".join(f"{fault.get('loc', '')}: {fault.get('msg', '')}" for fault in faults)


def _codes(error: Mapping[str, Any]) -> Iterator[str]:
    for name in ("code", "type", "status"):
        yield str(error.get(name) or "")
    inner, metadata, details = error.get("innererror"), error.get("metadata"), error.get("details")
    if isinstance(inner, dict):
        yield str(inner.get("code") or "")
    if isinstance(metadata, dict) and "flagged_input" in metadata:
        yield "flagged_input"
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            yield str(detail.get("reason") or "")


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply with what its server tells of itself."""

    reply: ModelReply
    served_model: str | None
    fingerprint: str | None
    cached_tokens: int | None = None


def read_completion(value: Any) -> Completion:
    """Read a chat completion.

    Raises:
        ValueError: it is none.
    """
    if _is_blocked(value):
        return Completion(ModelReply("", finish_reason="refused"), _name(value, "model"), None)
    if not isinstance(value, dict) or not isinstance(value.get("choices"), list) or not value["choices"]:
        raise ValueError("no choices")
    choice = value["choices"][0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise ValueError("no message")  # noqa: TRY004 - the server's fault, not a caller's
    if choice.get("finish_reason") == "error":
        raise ValueError("the model's own server failed")
    content, thought = _content(message.get("content"))
    text, thinking = split_thinking(content, thinking_in(message) or thought)
    refusal = message.get("refusal")
    finish = _finish_of(str(choice.get("finish_reason")))
    if isinstance(refusal, str) and refusal:
        text, finish = text or refusal, "refused"
    usage = value.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    if text.strip() in _NOTHING and _is_nothing_written(counts):
        text = ""
    reply = ModelReply(
        text, thinking, finish, token_count(counts, "prompt_tokens"), token_count(counts, "completion_tokens")
    )
    return Completion(reply, _name(value, "model"), _name(value, "system_fingerprint"), _cached_tokens(value, counts))


def _is_nothing_written(usage: Mapping[str, Any]) -> bool:
    """Whether the counts prove that the model wrote nothing but thinking; counts of all zeros prove nothing."""
    details = usage.get("completion_tokens_details")
    thought = token_count(details, "reasoning_tokens") if isinstance(details, dict) else None
    return bool(token_count(usage, "prompt_tokens")) and token_count(usage, "completion_tokens") == (thought or 0)


def _finish_of(reason: str) -> FinishReason:
    reason = reason.strip().casefold()
    if reason.startswith(_FILTER) or reason in _FILTERS:
        return "refused"
    return _FINISH.get(reason, "other")


def _is_blocked(value: Any) -> bool:
    """Whether a filter let the prompt not through to the model: no choices, and the filter's word for why."""
    if not isinstance(value, dict) or value.get("choices"):
        return False
    feedback = value.get("promptFeedback") or value.get("prompt_feedback")
    if isinstance(feedback, dict) and (feedback.get("blockReason") or feedback.get("block_reason")):
        return True
    results = value.get("prompt_filter_results")
    if not isinstance(results, list):
        return False
    filters = [item.get("content_filter_results") for item in results if isinstance(item, dict)]
    verdicts = [verdict for each in filters if isinstance(each, dict) for verdict in each.values()]
    return any(isinstance(verdict, dict) and verdict.get("filtered") is True for verdict in verdicts)


def _content(content: Any) -> tuple[str, str]:
    if content is None:
        return "", ""
    if isinstance(content, str):
        return content, ""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise ValueError("no text")
    texts = (part.get("text") for part in content if part.get("type") in {"text", "output_text"})
    return "".join(text for text in texts if isinstance(text, str)), thinking_of_parts(content)


def _cached_tokens(value: Mapping[str, Any], usage: Mapping[str, Any]) -> int | None:
    """Tokens of the prompt that were read from a cache, wherever a server says it."""
    details, timings = usage.get("prompt_tokens_details"), value.get("timings")
    for counts, name in (
        (details, "cached_tokens"),
        (usage, "prompt_cache_hit_tokens"),
        (usage, "cache_read_input_tokens"),
        (usage, "cached_tokens"),
        (timings, "cache_n"),
    ):
        if isinstance(counts, dict) and (count := token_count(counts, name)) is not None:
            return count
    return None


def _name(value: Mapping[str, Any], name: str) -> str | None:
    name_or_none = value.get(name)
    return name_or_none if isinstance(name_or_none, str) and name_or_none else None
