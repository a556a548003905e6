"""Private questions of every environment: when they are asked, in which words, and how answers are read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.environments.requests import AskResult
from sociarium.environments.structured_output import has_words
from sociarium.experiment.definition import Moment
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ModelReply

RETRIES = 2
"""How often an answer that does not fit is asked for again."""

Answer = str | int


@dataclass(frozen=True, slots=True)
class Moments:
    """The moment of a run at which probes are asked."""

    at: Moment
    day: int

    @property
    def key(self) -> str:
        """Names it in journal keys."""
        return self.at if self.at != "each_day" else f"day{self.day}"


def moment_after(day: int, probe: ProbeContent, *, last: bool) -> Moment | None:
    """The moment, after a day, at which a probe is asked; the last day's end is asked for once."""
    if last and "end" in probe.at:
        return "end"
    return "each_day" if "each_day" in probe.at else None


def answer(result: AskResult[Answer]) -> Answer | None:
    """The answer that counts: none to a prompt that the server cut."""
    return None if result.cut else result.value


def flags(result: AskResult[Answer]) -> tuple[str, ...]:
    """What is to be said of an answer, in the order in which it is stored."""
    refused = result.reply.finish_reason == "refused"
    invalid = result.value is None and not refused
    marks = (
        ("invalid", invalid),
        ("retried", result.attempts > 1),
        ("context_cut", result.cut),
        ("refused", refused),
    )
    return tuple(flag for flag, holds in marks if holds)


def schema(probe: ProbeContent) -> Mapping[str, Any] | None:
    """The JSON Schema of an answer; None for free text."""
    if probe.scale:
        low, high = probe.scale
        answer: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high}
    elif probe.choices:
        answer = {"type": "string", "enum": list(probe.choices)}
    else:
        return None
    return {
        "type": "object",
        "properties": {"answer": answer},
        "required": ["answer"],
        "additionalProperties": False,
    }


def instruction(probe: ProbeContent) -> str:
    """How to answer, in words; empty for free text."""
    if probe.scale:
        return f"Answer with a whole number from {probe.scale[0]} to {probe.scale[1]}, nothing else."
    if probe.choices:
        return f"Answer with one of these, nothing else: {', '.join(probe.choices)}."
    return ""


def read_answer(probe: ProbeContent, reply: ModelReply) -> Answer | None:
    """The answer that a reply gives, from JSON or plain words; None when it gives none."""
    if probe.scale is None and probe.choices is None:
        return reply.text.strip() if has_words(reply.text) else None
    value = _structured_answer(reply.text)
    if value is None:
        return None
    if probe.scale:
        return _on_scale(value, probe.scale)
    choices = {choice.casefold(): choice for choice in probe.choices or ()}
    return choices.get(str(value).strip().strip(".!\"'*").casefold())


def _structured_answer(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value.get("answer") if isinstance(value, dict) else value


def _on_scale(value: Any, scale: tuple[int, int]) -> int | None:
    if isinstance(value, str):
        # The only number of the reply, or the one before "/10" or "out of 10".
        numbers = re.findall(r"(?<!\d)(?<!\d[.,])-?\d{1,9}(?!\d|[.,]\d)", re.sub(r"(/|out of)\s*\d+", " ", value))
        value = int(numbers[0]) if len(set(numbers)) == 1 else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not scale[0] <= value <= scale[1]:
        return None
    return value
