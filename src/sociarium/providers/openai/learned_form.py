"""What a refusal teaches about a model: in which form its server wants the same.

Nothing that the researcher wrote is left out: only a name or a form changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.providers.openai.error_body import ErrorBody
from sociarium.providers.openai.options import Dialect, sent_options
from sociarium.providers.schema_in_words import LEARNED

Lesson = Mapping[str, Any]
"""Fields of a `Dialect` with their new values."""

_REFUSED = {400, 422}
_STOPS = re.compile(r"(?<!\w)stop(?:[\W_]{0,2}(?:sequences?|words?))?(?!\w)")
_LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


def lesson(status: int, refusal: ErrorBody, body: Mapping[str, Any]) -> Lesson | None:
    """What a refused call teaches by its code or words; None where it teaches nothing.

    Args:
        body: of the call.
    """
    means = refusal.meaning(status)
    if means == "no_system_role" and has_system(body):
        return {"system": False}
    if means == "no_schema" and "response_format" in body:
        return {"structured": False}
    if means is not None or status not in _REFUSED:
        return None
    for name, other in _LIMITS.items():
        if name in body and other in refusal.words:
            return {"limit": other}
    if "stop" in body and (refusal.parameter == "stop" or _STOPS.search(refusal.words)):
        return {"stops": False}
    return None


def is_unexplained(status: int, refusal: ErrorBody, body: Mapping[str, Any]) -> bool:
    """Whether a call is refused as a bad request for no reason that is known here, and no option is named."""
    named = refusal.option(sent_options(body))
    return status in _REFUSED and refusal.meaning(status) is None and named in {None, "response_format"}


def guesses(refusal: ErrorBody, body: Mapping[str, Any], *, system_is_taken: bool) -> list[Lesson]:
    """Forms in which a call that was refused for no known reason is worth another try, each once, in their order.

    The same comes first: a fault of a moment, such as a model that was just unloaded, teaches nothing of the others.
    None is a lesson before its call is answered.

    Args:
        body: of the call.
        system_is_taken: whether the model has answered a call with a system message before.
    """
    same: list[Lesson] = [{}]
    schema: list[Lesson] = [{"structured": False}] if "response_format" in body else []
    if system_is_taken or not has_system(body) or refusal.option(sent_options(body)) is not None:
        return [*same, *schema] if schema else []
    system: list[Lesson] = [{"system": False}]
    return [*same, *schema, *system, *({**one, **other} for one in schema for other in system)]


def has_system(body: Mapping[str, Any]) -> bool:
    """Whether a call has a system message."""
    return any(message["role"] == "system" for message in body["messages"])


def in_words(lesson: Lesson, *, before: Dialect) -> tuple[str, ...]:
    """What was learned that was not known before, in words that go on from the model's name."""
    after = replace(before, **lesson)
    lines = []
    if after.limit != before.limit:
        lines.append(f"takes the limit of a reply as `{after.limit}`")
    if before.structured and not after.structured:
        lines.append(LEARNED)
    if before.system and not after.system:
        lines.append("takes no system message; its system prompt goes before the first user message")
    if before.stops and not after.stops:
        lines.append("takes no texts at which a reply stops, or not so many; its replies are cut there when they come")
    return tuple(lines)
