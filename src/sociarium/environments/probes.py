"""Private questions of every environment: when they are asked, in which words, and how answers are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sociarium.environments.lenient_json import strict_value
from sociarium.environments.plain_answers import choice_in, without_escapes
from sociarium.environments.repairs import in_order
from sociarium.environments.requests import AskResult
from sociarium.environments.stated_numbers import number_in
from sociarium.environments.structured_output import has_words, read_object
from sociarium.environments.template_tokens import spoken_words
from sociarium.experiment.definition import Moment
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ModelReply

RETRIES = 2
"""How often an answer that does not fit is asked for again."""

Answer = str | int

_KEYS = ("answer",)
_OBJECT = re.compile(r"\{\s{0,20}[\"'\w}]")
"""An object that could not be read, or is no answer: its words are none either."""
_BOX = re.compile(
    r"\$?\$?\\boxed\{(?:\\text\{)?\s{0,4}([^{}\n]{1,80})\}{1,2}\$?\$?|<answer>\s{0,4}([^<>\n]{1,80}?)\s{0,4}</answer>",
    re.IGNORECASE,
)
"""What models that were taught to reason write around a last answer."""
_FIRST_ITEM = re.compile(r"(?m)^[ \t]{0,8}1[.)][ \t]{1,4}(?=[^\W\d])")
"""Where a list begins, in the words beside an object."""
_FENCE = re.compile(r"```[ \t]*(?:\w{0,20}\n)?")


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer as read.

    Attributes:
        repairs: kinds of `repairs.REPAIRS` that were needed.
        template_tokens: whether a template's tokens were cut from the reply.
    """

    value: Answer
    repairs: tuple[str, ...] = ()
    template_tokens: bool = False


@dataclass(frozen=True, slots=True)
class Moments:
    """The moment of a run at which probes are asked.

    Attributes:
        again: whether the run had ended before, and went on.
    """

    at: Moment
    day: int
    again: bool = False

    @property
    def key(self) -> str:
        """Names it in journal keys."""
        if self.at == "end" and self.again:
            return f"end/day{self.day}"
        return self.at if self.at != "each_day" else f"day{self.day}"


def moment_after(day: int, probe: ProbeContent, *, last: bool) -> Moment | None:
    """The moment, after a day, at which a probe is asked; the last day's end is asked for once."""
    if last and "end" in probe.at:
        return "end"
    return "each_day" if "each_day" in probe.at else None


def answer(result: AskResult[ReadAnswer]) -> Answer | None:
    """The answer that counts: none to a prompt that the server cut."""
    return None if result.cut or result.value is None else result.value.value


def flags(result: AskResult[ReadAnswer]) -> tuple[str, ...]:
    """What is to be said of an answer, in the order in which it is stored."""
    refused = result.reply.finish_reason == "refused"
    invalid = result.value is None and not refused
    marks = (
        ("template_tokens", result.value is not None and result.value.template_tokens),
        ("invalid", invalid),
        ("retried", result.attempts > 1),
        ("context_cut", result.cut),
        ("repaired", bool(repairs(result))),
        ("refused", refused),
    )
    return tuple(flag for flag, holds in marks if holds)


def repairs(result: AskResult[ReadAnswer]) -> tuple[str, ...]:
    """What had to be repaired in an answer that counts."""
    return () if result.cut or result.value is None else result.value.repairs


def repair_fields(result: AskResult[ReadAnswer]) -> dict[str, list[str]]:
    """The part of an event that says what was repaired; empty where nothing was."""
    return {"repaired": list(kinds)} if (kinds := repairs(result)) else {}


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


def instruction(probe: ProbeContent, *, descending: bool = False) -> str:
    """How to answer, in words; empty for free text.

    Args:
        descending: a scale is named from its upper end; a number means the same.
    """
    if probe.scale:
        first, last = reversed(probe.scale) if descending else probe.scale
        return f"Answer with a whole number from {first} to {last}, nothing else."
    if probe.choices:
        return f"Answer with one of these, nothing else: {', '.join(probe.choices)}."
    return ""


def read_answer(probe: ProbeContent, reply: ModelReply) -> ReadAnswer | None:
    """The answer that a reply gives, from JSON or plain words; None when it gives none, or two."""
    if probe.scale is None and probe.choices is None:
        text, cut = spoken_words(reply)
        return ReadAnswer(text.strip(), template_tokens=cut) if has_words(text) else None
    text, cut = spoken_words(reply)
    text, boxed = _without_box(text)
    read = read_object(text, _KEYS, cut=reply.finish_reason == "length")
    if read is None:
        answer = None if _OBJECT.search(text) else _plain(probe, text)
    else:
        answer = _in_value(probe, read.value["answer"], read.repairs)
        beside = _plain(probe, _FIRST_ITEM.sub("", read.rest)) if read.rest else None
        if answer is not None and beside is not None and beside.value != answer.value:
            return None
    return answer and replace(answer, repairs=in_order({*answer.repairs, *boxed}), template_tokens=cut)


def _without_box(text: str) -> tuple[str, set[str]]:
    """What stands in the box of a last answer, where there is one; and what was repaired."""
    inner = {match[1] or match[2] for match in _BOX.finditer(text)}
    if not inner:
        return text, set()
    if len(inner) == 1 and "{" not in _BOX.sub("", text):
        return inner.pop(), {"wrapped"}
    return _BOX.sub(lambda match: match[1] or match[2], text), {"wrapped"}


def _plain(probe: ProbeContent, text: str) -> ReadAnswer | None:
    repairs: set[str] = set()
    plain = _FENCE.sub(" ", text)
    if plain != text:
        repairs.add("fence")
    try:
        value: Any = strict_value(plain)
    except (ValueError, RecursionError):
        value = plain
    if isinstance(value, str):
        return _in_words(probe, value, repairs, in_string=False)
    return _in_value(probe, value, repairs)


def _in_value(probe: ProbeContent, value: Any, repairs: Collection[str]) -> ReadAnswer | None:
    if isinstance(value, str):
        return _in_words(probe, value, set(repairs), in_string=True)
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list):
        return _in_value(probe, value[0], {*repairs, "wrapped"})
    if isinstance(value, bool) and probe.scale:
        return None
    if isinstance(value, float) and value.is_integer():
        value, repairs = int(value), {*repairs, "number"}
    if probe.scale:
        in_range = isinstance(value, int) and probe.scale[0] <= value <= probe.scale[1]
        return ReadAnswer(value, in_order(repairs)) if in_range else None
    if isinstance(value, int):
        return _in_words(probe, str(value), set(repairs), in_string=True)
    return None


def _in_words(probe: ProbeContent, text: str, repairs: set[str], *, in_string: bool) -> ReadAnswer | None:
    if probe.scale:
        read = number_in(without_escapes(text), probe.scale)
        if read is None or not probe.scale[0] <= read[0] <= probe.scale[1]:
            return None
        kinds = {"number"} if in_string else set()
        return ReadAnswer(read[0], in_order(repairs | kinds | ({"sentence"} if read[1] else set())))
    choice = choice_in(text, probe.choices or ())
    if choice is None:
        return None
    return ReadAnswer(choice.value, in_order(repairs | ({"sentence"} if choice.is_sentence else set())))
