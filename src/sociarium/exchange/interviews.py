"""Interviews as JSON values: what `ask --json`, `show --json` and tables hold of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.environments.interviews import spoken_answer
from sociarium.records.interviews import Interview


def interview_document(interview: Interview, roles: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An interview as stored; `answer` is the value that was read, or the words where free text was asked for.

    To a prompt that the server cut there is no answer, whatever was said.

    Args:
        roles: of agents by their names, where they are known.
    """
    words = "" if "context_cut" in interview.flags else spoken_answer(interview.text)
    call = interview.call
    replies = (*interview.former, interview.reply)
    return {
        "interview": interview.id,
        "run": interview.run,
        "sitting": interview.sitting,
        "turn": interview.turn,
        "agent": interview.agent,
        "role": (roles or {}).get(interview.agent),
        "at": interview.at,
        "question": interview.question,
        "form": interview.form,
        "answer": interview.answer if interview.form else words or None,
        "text": interview.text,
        "thinking": interview.reply.get("thinking", ""),
        "flags": list(interview.flags),
        "model": interview.model,
        "provider_model": interview.provider_model,
        "other_model": interview.other_model,
        "options": dict(call.sent),
        "served_model": call.served_model,
        "digest": call.digest,
        "fingerprint": call.fingerprint,
        "request": interview.fingerprint,
        "replies": len(replies),
        "prompt_tokens": _total(replies, "prompt_tokens"),
        "completion_tokens": _total(replies, "completion_tokens"),
        "seconds": call.seconds,
        "cost_usd": interview.cost,
        "by": interview.by,
        "asked": interview.asked,
    }


def _total(replies: tuple[Mapping[str, Any], ...], kind: str) -> int | None:
    """Tokens of all replies; None where a server did not count."""
    counts = [reply.get(kind) for reply in replies]
    return None if None in counts else sum(count for count in counts if count is not None)
