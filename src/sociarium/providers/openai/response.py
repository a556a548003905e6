"""Answers of the chat completions protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sociarium.ports.model import FinishReason, ModelReply
from sociarium.providers.thinking import split_thinking, thinking_in, thinking_of_parts
from sociarium.providers.token_counts import token_count
from sociarium.providers.undecoded import refuse_undecoded

_FINISH: Mapping[str, FinishReason] = {
    "stop": "stop",
    "end_turn": "stop",
    "complete": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "max_output_tokens": "length",
    "token_limit": "length",
    "time_limit": "length",
}
"""In whichever case: of the protocol; of xAI, Cohere, TGI; of Gemini and Anthropic through gateways, Mistral, Zhipu,
watsonx."""
_FILTER = "content_filter"
_FILTERS = {
    "safety",
    "image_safety",
    "language",
    "prohibited_content",
    "recitation",
    "blocklist",
    "spii",
    "sensitive",
    "refusal",
    "error_toxic",
    "guardrail_intervened",
}
"""How Gemini calls what its filters stopped, in capitals or not, where a gateway passes it on as it is; Zhipu,
Anthropic, Cohere and Bedrock likewise."""
_NOTHING = {"None", "null"}
"""What gateways make of no content where they write it as text. An agent may say so, too; its words are counted."""


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
        UndecodedError: its text is none yet.
        ValueError: it is none.
    """
    if _is_blocked(value):
        return Completion(ModelReply("", finish_reason="refused"), _name(value, "model"), None)
    if _is_without_words(value):
        counts = value["usage"]
        reply = ModelReply(
            "", "", "other", token_count(counts, "prompt_tokens"), token_count(counts, "completion_tokens")
        )
        return Completion(reply, _name(value, "model"), _name(value, "system_fingerprint"))
    if not isinstance(value, dict) or not isinstance(value.get("choices"), list) or not value["choices"]:
        raise ValueError("no choices")
    choice = value["choices"][0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise ValueError("no message")  # noqa: TRY004 - the server's fault, not a caller's
    content, thought = _content(message.get("content"))
    text, thinking = split_thinking(refuse_undecoded(content), thinking_in(message) or thought)
    refusal = message.get("refusal") or _refusal_part(message.get("content"))
    finish = _finish_of(str(choice.get("finish_reason")))
    if isinstance(refusal, str) and refusal:
        if not text:
            text, thinking = split_thinking(refusal, thinking)
        finish = "refused"
    usage = value.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    if text.strip() in _NOTHING and _is_nothing_written(counts):
        text = ""
    reply = ModelReply(
        text, thinking, finish, token_count(counts, "prompt_tokens"), token_count(counts, "completion_tokens")
    )
    return Completion(reply, _name(value, "model"), _name(value, "system_fingerprint"), _cached_tokens(value, counts))


def cut_at(reply: ModelReply, stops: Sequence[str]) -> ModelReply:
    """A reply up to the first of some texts, as a server ends it that is told them."""
    ends = [end for stop in stops if (end := reply.text.find(stop)) >= 0]
    return replace(reply, text=reply.text[: min(ends)], finish_reason="stop") if ends else reply


def _is_without_words(value: Any) -> bool:
    """Whether a prompt was read and counted, and no choice came of it: so gateways tell an empty turn of Gemini's."""
    if not isinstance(value, dict) or value.get("choices") != [] or not isinstance(value.get("usage"), dict):
        return False
    return bool(token_count(value["usage"], "prompt_tokens"))


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
    texts = [part for part in content if part.get("type") in {"text", "output_text", None}]
    thought = "".join(_text(part) for part in texts if part.get("thought") is True)  # as Gemini marks its own
    return "".join(_text(part) for part in texts if part.get("thought") is not True), (
        thinking_of_parts(content) + thought
    )


def _text(part: Mapping[str, Any]) -> str:
    text = part.get("text")
    return text if isinstance(text, str) else ""


def _refusal_part(content: Any) -> Any:
    """A refusal that is told as a part of the content; None for none."""
    parts = content if isinstance(content, list) else ()
    return next((part.get("refusal") for part in parts if part.get("type") == "refusal"), None)


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
