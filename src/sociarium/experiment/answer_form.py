"""Forms in which an answer is asked for, as people write them on a line: `0-10`, `yes,no,unsure`, nothing for words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sociarium.errors import BadInput
from sociarium.experiment.run_content import ProbeContent

_SCALE = re.compile(r"(-?\d{1,9})\s*(?:-|–|\.\.)\s*(-?\d{1,9})")
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
    if match := _SCALE.fullmatch(text.strip()):
        low, high = int(match[1]), int(match[2])
        if low >= high:
            raise BadInput(f"{text!r}: {low} is not less than {high}; {_MEND}")
        return AnswerForm(scale=(low, high))
    choices = tuple(part.strip() for part in text.split(","))
    if len(choices) < 2:
        raise BadInput(f"{text!r} is no form of an answer; {_MEND}")
    if any(not choice or len(choice) > _LONGEST or not choice.isprintable() for choice in choices):
        raise BadInput(f"{text!r}: an answer between its commas is empty or no short line; {_MEND}")
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise BadInput(f"{text!r} names an answer twice; {_MEND}")
    return AnswerForm(choices=choices)
