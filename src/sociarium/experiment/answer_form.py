"""Forms in which an answer is asked for, as people write them on a line: `0-10`, `yes,no,unsure`, nothing for words;
or as in files: `{from: 0, to: 10}`, `{choices: [yes, no, unsure]}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.errors import BadInput
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.run_content import ProbeContent
from sociarium.experiment.written_answers import read_choices, read_scale

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
    match _in_file(text):
        case {"from": int(low), "to": int(high), **more} if not more:
            return _scale(text, (low, high))
        case {"choices": list(choices), **more} if not more:
            return _choices(text, list(map(str, choices)))
        case dict():
            raise BadInput(f"{text!r} is no form of an answer; {_MEND}")
    if (ends := read_scale(text)) is not None:
        return _scale(text, ends)
    return _choices(text, read_choices(text))


def _in_file(text: str) -> object:
    """What a text says that is written as in a file; None where it is not."""
    if not text.strip().startswith("{"):
        return None
    tree = parse_yaml(text)
    return None if tree.problems else tree.value


def _scale(text: str, ends: tuple[int, int]) -> AnswerForm:
    low, high = ends
    if low >= high:
        raise BadInput(f"{text!r}: {low} is not less than {high}; {_MEND}")
    return AnswerForm(scale=ends)


def _choices(text: str, choices: Sequence[str]) -> AnswerForm:
    if len(choices) < 2:
        raise BadInput(f"{text!r} is no form of an answer; {_MEND}")
    if any(not choice or len(choice) > _LONGEST or not choice.isprintable() for choice in choices):
        raise BadInput(f"{text!r}: an answer between its commas is empty or no short line; {_MEND}")
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise BadInput(f"{text!r} names an answer twice; {_MEND}")
    return AnswerForm(choices=tuple(choices))
