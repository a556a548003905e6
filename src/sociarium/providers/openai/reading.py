"""Answers of the chat completions protocol, good and bad."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.ports.model import FinishReason, ModelReply
from sociarium.providers.openai.options import WRITTEN_AS
from sociarium.providers.thoughts import apart

_FINISH: Mapping[str, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "refused"}
_FILTERED = {"content_filter", "content_policy_violation", "invalid_prompt", "moderation_blocked"}
_NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error as a server words it.

    Attributes:
        code, kind: the protocol's names for it; empty where it has none.
        parameter: the option that it is about.
        flagged: whether a filter on the server's side turned the prompt away.
    """

    message: str
    code: str = ""
    kind: str = ""
    parameter: str = ""
    flagged: bool = False

    @property
    def filtered(self) -> bool:
        """Whether the prompt was refused for what it says."""
        return self.flagged or not _FILTERED.isdisjoint({self.code, self.kind})

    @property
    def no_credit(self) -> bool:
        """Whether the account cannot pay."""
        return not _NO_CREDIT.isdisjoint({self.code, self.kind})

    def option(self, sent: Mapping[str, Any]) -> str | None:
        """The refused option, as the experiment file calls it; None when the complaint is about something else."""
        inside = sent.get("chat_template_kwargs")
        names = [*sent, *(inside if isinstance(inside, Mapping) else ())]
        found = next((name for name in names if self.parameter.split(".")[0] == name), None) or next(
            (name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.message)), None
        )
        if found is None:
            return None
        if found not in sent:
            found = "chat_template_kwargs"
        return WRITTEN_AS.get(found, found)


def complaint(body: bytes) -> Complaint:
    """What an error's body says, in whatever form a server puts it."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError:
        return Complaint(text)
    error = value.get("error", value) if isinstance(value, dict) else value
    if not isinstance(error, dict):
        return Complaint(error if isinstance(error, str) else text)
    told = error.get("message", error.get("detail", error.get("msg")))
    inner, metadata = error.get("innererror"), error.get("metadata")
    flagged = (isinstance(inner, dict) and inner.get("code") == "ResponsibleAIPolicyViolation") or (
        isinstance(metadata, dict) and "flagged_input" in metadata
    )
    return Complaint(
        told if isinstance(told, str) else text,
        str(error.get("code") or ""),
        str(error.get("type") or ""),
        str(error.get("param") or ""),
        flagged=flagged,
    )


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply with what its server tells of itself."""

    reply: ModelReply
    served_model: str | None
    fingerprint: str | None


def completion(value: Any) -> Completion:
    """Read a chat completion.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, dict) or not isinstance(value.get("choices"), list) or not value["choices"]:
        raise ValueError("no choices")
    choice = value["choices"][0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise ValueError("no message")  # noqa: TRY004 - the server's fault, not a caller's
    if choice.get("finish_reason") == "error":
        raise ValueError("the model's own server failed")
    said, thought = _content(message.get("content"))
    field = message.get("reasoning_content") or message.get("reasoning")
    text, thinking = apart(said, field if isinstance(field, str) else thought)
    refusal = message.get("refusal")
    finish = _FINISH.get(str(choice.get("finish_reason")), "other")
    if isinstance(refusal, str) and refusal:
        text, finish = text or refusal, "refused"
    usage = value.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    reply = ModelReply(text, thinking, finish, _count(counts, "prompt_tokens"), _count(counts, "completion_tokens"))
    return Completion(reply, _name(value, "model"), _name(value, "system_fingerprint"))


def _content(content: Any) -> tuple[str, str]:
    if content is None:
        return "", ""
    if isinstance(content, str):
        return content, ""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise ValueError("no text")
    said = "".join(str(part.get("text", "")) for part in content if part.get("type") == "text")
    thoughts = (part.get("thinking") for part in content if part.get("type") == "thinking")
    return said, "".join(_content(thought)[0] for thought in thoughts)


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _name(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) and found else None
