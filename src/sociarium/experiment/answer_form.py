"""Forms in which an answer is asked for, as people write them on a line: `0-10`, `yes,no,unsure`, nothing for words;
or as in files: `{from: 0, to: 10}`, `{choices: [yes, no, unsure]}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.errors import BadInput
from sociarium.experiment.loading.written_answers import ENDS_FAULT, in_full, is_far, read_choices, read_scale
from sociarium.experiment.run_content import ProbeContent

_LONGEST = 200
_MEND = "write a scale such as 0-10, or the answers with commas, such as yes,no,unsure; leave it out for free text"


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """A form of answers; with neither scale nor choices they are free text.

    Attributes:
        scale: whole numbers between two ends, both included.
    """

    scale: tuple[int, int] | None = None
    choices: tuple[str, ...] | None = None

    def __str__(self) -> str:
        if self.scale:
            return f"{self.scale[0]}-{self.scale[1]}"
        return ", ".join(self.choices or ())

    def probe(self, question: str) -> ProbeContent:
        """A private question of this form."""
        return ProbeContent(name="interview", of=(), at=(), ask=question, scale=self.scale, choices=self.choices)


FREE_TEXT = AnswerForm()


def read_answer_form(text: str | None) -> AnswerForm:
    """The form that a text names; free text for None.

    Raises:
        BadInput: it names none.
    """
    if text is None:
        return FREE_TEXT
    match in_full(text):
        case {"from": low, "to": high, **more} if not more:
            return _scale(text, low, high)
        case {"choices": list(choices), **more} if not more:
            return _choices(text, choices)
    raise BadInput(f"{text!r} is no form of an answer; {_MEND}")


def recorded_form(text: str) -> AnswerForm:
    """The form of an answer that was asked for once, from its words; they are not checked again."""
    if not text:
        return FREE_TEXT
    ends = read_scale(text)
    return AnswerForm(choices=read_choices(text)) if ends is None else AnswerForm(scale=ends)


def _scale(text: str, *ends: object) -> AnswerForm:
    low, high = (_end(text, end) for end in ends)
    if low >= high:
        raise BadInput(f"{text!r}: {low} is not less than {high}; {_MEND}")
    return AnswerForm(scale=(low, high))


def _end(text: str, end: object) -> int:
    if not isinstance(end, int) or isinstance(end, bool):
        raise BadInput(f"{text!r}: an end of its scale is no whole number; {_MEND}")
    if is_far(end):
        raise BadInput(f"{text!r}: {ENDS_FAULT}; {_MEND}")
    return end


def _choices(text: str, parts: Sequence[object]) -> AnswerForm:
    choices = [part for part in parts if isinstance(part, str)]
    if len(choices) < len(parts):
        raise BadInput(f"{text!r}: one of its choices is no text; {_MEND}")
    if len(choices) < 2:
        raise BadInput(f"{text!r} is no form of an answer; {_MEND}")
    if any(not choice or len(choice) > _LONGEST or not choice.isprintable() for choice in choices):
        raise BadInput(f"{text!r}: an answer between its commas is empty or no short line; {_MEND}")
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise BadInput(f"{text!r} names an answer twice; {_MEND}")
    return AnswerForm(choices=tuple(choices))
