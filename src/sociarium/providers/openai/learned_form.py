"""What a refusal teaches about a model: in which form its server wants the same.

Nothing that the researcher wrote is left out: only a name or a form changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.providers.openai.options import Dialect, sent_options
from sociarium.providers.openai.response import ErrorBody

Lesson = Mapping[str, Any]
"""Fields of a `Dialect` with their new values."""

_REFUSED = {400, 422}
_LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


def lesson(status: int, said: ErrorBody, body: Mapping[str, Any]) -> Lesson | None:
    """What a refused call teaches; None where it teaches nothing.

    A call with a schema that is refused for no reason known here is worth the same call in words.

    Args:
        body: of the call.
    """
    means = said.meaning(status)
    if means == "no_system_role" and any(message["role"] == "system" for message in body["messages"]):
        return {"system": False}
    if means == "no_schema" and "response_format" in body:
        return {"structured": False}
    if means is not None or status not in _REFUSED:
        return None
    for name, other in _LIMITS.items():
        if name in body and other in said.words:
            return {"limit": other}
    if "response_format" in body and said.option(sent_options(body)) in {None, "response_format"}:
        return {"structured": False}
    return None


def in_words(lesson: Lesson, *, before: Dialect) -> tuple[str, ...]:
    """What was learned that was not known before, in words that go on from the model's name."""
    after = replace(before, **lesson)
    told = []
    if after.limit != before.limit:
        told.append(f"takes the limit of a reply as `{after.limit}`")
    if before.structured and not after.structured:
        told.append("takes no JSON Schema as we write it; it is asked in words for structured answers")
    if before.system and not after.system:
        told.append("takes no system message; its system prompt goes before the first user message")
    return tuple(told)
