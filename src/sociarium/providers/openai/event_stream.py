"""Completions that come as a stream of events, from servers and gateways that stream though nobody asked them to.

The form is that of server-sent events: `data:` lines, a blank line after each event, `[DONE]` at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_DONE = "[DONE]"
_LINE_END = re.compile(r"\r\n|\n|\r")
_TEXTS = ("refusal", "reasoning_content", "reasoning", "thinking")
"""Fields of a message beside its content that come in pieces."""
_LISTS = ("reasoning_details", "thinking_blocks")


def completion_of_events(body: bytes) -> Any:
    """The completion that a stream of events comes to, or the error that one of them is.

    Returns:
        What the server would have answered at once; None where it is no such stream, or one without its end: half a
        reply is none.
    """
    events: list[dict[str, Any]] = []
    is_over = False
    for data in _data_of_events(body.decode("utf-8", "replace")):
        if data == _DONE:
            is_over = True
            break
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, dict):
            return None
        if value.get("error"):
            return {"error": value["error"]}
        events.append(value)
    return _completion(events, is_over=is_over) if events else None


def _data_of_events(text: str) -> Iterator[str]:
    """What each event says; comments, names and numbers of events say nothing here."""
    lines: list[str] = []
    for line in (*_LINE_END.split(text.removeprefix("\ufeff")), ""):
        name, colon, value = line.partition(":")
        if name == "data" and colon:
            lines.append(value.removeprefix(" "))
        elif not line and lines:
            yield "\n".join(lines)
            lines = []


def _completion(events: Sequence[Mapping[str, Any]], *, is_over: bool) -> Any:
    choices = [choice for event in events for choice in _first_choices(event)]
    reasons = [choice["finish_reason"] for choice in choices if choice.get("finish_reason")]
    if not choices:
        return dict(events[-1]) if is_over else None  # as a filter answers that let nothing through
    if not is_over and not reasons:
        return None
    whole = [choice["message"] for choice in choices if isinstance(choice.get("message"), dict)]
    pieces = [choice["delta"] for choice in choices if isinstance(choice.get("delta"), dict)]
    message = whole[-1] if whole else _message_of(pieces)
    completion: dict[str, Any] = {"choices": [{"message": message, "finish_reason": reasons[-1] if reasons else None}]}
    for name in ("model", "system_fingerprint", "usage"):
        if values := [event[name] for event in events if event.get(name)]:
            completion[name] = values[-1]
    return completion


def _first_choices(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What an event says of the first choice; one is asked for."""
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and not choice.get("index"):
            yield choice


def _message_of(pieces: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    message: dict[str, Any] = {"content": _content_of([piece["content"] for piece in pieces if piece.get("content")])}
    for name in _TEXTS:
        message[name] = "".join(piece[name] for piece in pieces if isinstance(piece.get(name), str))
    for name in _LISTS:
        if parts := [part for piece in pieces if isinstance(piece.get(name), list) for part in piece[name]]:
            message[name] = parts
    return message


def _content_of(values: Sequence[Any]) -> Any:
    """Text, or parts where some came as parts; what is neither is left to be refused."""
    if all(isinstance(value, str) for value in values):
        return "".join(values)
    lists = [[{"type": "text", "text": value}] if isinstance(value, str) else value for value in values]
    return [part for parts in lists for part in (parts if isinstance(parts, list) else [parts])]
