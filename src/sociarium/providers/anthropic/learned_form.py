"""What a refusal teaches about a model: in which form it wants the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.providers.anthropic.request import Form
from sociarium.providers.anthropic.response import ErrorBody


def lesson(status: int, refusal: ErrorBody, body: Mapping[str, Any], form: Form) -> Form | None:
    """The form in which a refused call is worth another try; None where the refusal teaches none.

    Each step is taken once: from a budget to an effort, from shown thinking to what a model shows unasked, from a tool
    to words.
    """
    if status != 400:
        return None
    thinking = body.get("thinking")
    kind = thinking.get("type") if isinstance(thinking, Mapping) else None
    words = refusal.words.casefold()
    if kind == "enabled" and form.thinking == "enabled" and "adaptive" in words:
        return replace(form, thinking="adaptive")
    if kind == "adaptive" and form.display and "display" in words:
        return replace(form, display=False)
    if "tools" in body and form.tool and ("tool_choice" in words or "input_schema" in words or "tools" in words):
        return replace(form, tool=False)
    return None


def in_words(after: Form, *, before: Form) -> tuple[str, ...]:
    """What was learned, in words that go on from the model's name."""
    lines = []
    if after.thinking != before.thinking:
        lines.append("decides itself how long it thinks; `thinking` goes out as an effort")
    if before.tool and not after.tool:
        lines.append("cannot be made to call a tool with this schema; it is asked in words for structured answers")
    return tuple(lines)
