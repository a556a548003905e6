"""Rubrics: what judge models are asked of messages, posts or runs, as a YAML file says it."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.answer_form import AnswerForm
from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.definition import Answer, Definition, Name, Scale
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.loading.validation_messages import validation_message
from sociarium.experiment.loading.written_answers import ENDS_FAULT, in_full, is_far
from sociarium.experiment.models import ModelSpec

_FORM = 1
"""Goes up when the words around a rubric's own change."""

_DIGITS = 12
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,99}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
Text = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"\S")]


class Example(Frozen):
    """A text and the answer that is right for it."""

    text: Text
    answer: str | int
    why: str = ""


class Rubric(Frozen):
    """What is judged, and how.

    Attributes:
        of: message: each message, or post of a feed; post: those of feeds alone; run: all of a run at once.
        context: how many messages before a message are shown with it.
        meanings: what values of the answer stand for.
        models: by name, as in an experiment file; each judges for itself.
        repeats: how often each model is asked about one text.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    version: Annotated[int, Field(ge=1)] = 1
    of: Literal["message", "post", "run"] = "message"
    question: Text
    answer: Answer
    meanings: dict[str, str] = Field(default_factory=dict)
    examples: Annotated[tuple[Example, ...], Field(max_length=100)] = ()
    context: Annotated[int, Field(ge=0, le=50)] = 0
    models: Annotated[dict[Name, ModelSpec], Field(min_length=1)]
    repeats: Annotated[int, Field(ge=1, le=100)] = 1

    @field_validator("name")
    @classmethod
    def _is_plain(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise PydanticCustomError("name", "this is no name of a measure; write letters, digits, - _ and . alone")
        return value

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        if unknown := [one for one in self.meanings if not self._has_value(one)]:
            raise PydanticCustomError("meanings", f"meanings: {unknown[0]!r} is no value of the answer; mend its name")
        if unknown := [str(one.answer) for one in self.examples if not self._has_value(str(one.answer))]:
            raise PydanticCustomError("examples", f"examples: {unknown[0]!r} is no value of the answer; mend it")
        return self

    @property
    def form(self) -> AnswerForm:
        """The form of an answer."""
        if isinstance(self.answer, Scale):
            return AnswerForm(scale=(self.answer.from_, self.answer.to))
        return AnswerForm(choices=self.answer.choices)

    @property
    def values(self) -> tuple[str | int, ...]:
        """All answers that there are, in their order."""
        if isinstance(self.answer, Scale):
            return tuple(range(self.answer.from_, self.answer.to + 1))
        return self.answer.choices

    def _has_value(self, text: str) -> bool:
        if isinstance(self.answer, Scale):  # it may have more values than memory holds
            is_whole = _WHOLE.fullmatch(text) is not None
            return is_whole and self.answer.from_ <= int(text) <= self.answer.to
        return text in self.answer.choices

    @property
    def digest(self) -> str:
        """Names what judges are asked: of everything but who is asked, and how often."""
        document = self.model_dump(mode="json", by_alias=True, exclude={"models", "repeats"})
        return fingerprint([_FORM, document])[:_DIGITS]

    def as_definition(self) -> Definition:
        """What opens models of a file, of this one's."""
        return Definition(title=self.name, environment="judge", models=self.models)


def read_rubric(text: str, source: str) -> Rubric:
    """A rubric from YAML.

    Args:
        source: its file, for messages.

    Raises:
        DefinitionError: it has faults; all are named, with their lines.
    """
    tree = parse_yaml(text)
    if tree.problems:
        raise DefinitionError(source, tree.problems)
    if not isinstance(tree.value, dict):
        mend = "a rubric has keys such as name, question, answer and models"
        raise DefinitionError(source, [Problem("", "the file holds no mapping", mend, line=1)])
    try:
        rubric = Rubric.model_validate_json(json.dumps({key: in_full(value) if key == "answer" else value
                                                        for key, value in tree.value.items()}))  # fmt: skip
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise DefinitionError(source, [_problem(one, tree.line) for one in details]) from None
    if isinstance(rubric.answer, Scale) and (is_far(rubric.answer.from_) or is_far(rubric.answer.to)):
        fault = Problem("answer", ENDS_FAULT, "write shorter numbers", line=tree.line(("answer",)))
        raise DefinitionError(source, [fault])
    return rubric


def rubric_document(rubric: Rubric) -> dict[str, Any]:
    """A rubric as JSON; `rubric_of` reads it."""
    return rubric.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def rubric_of(document: dict[str, Any]) -> Rubric:
    """The rubric that `rubric_document` wrote."""
    return Rubric.model_validate_json(json.dumps(document))


def _problem(detail: ErrorDetails, line_of: Any) -> Problem:
    loc = tuple(detail["loc"])
    known = {1: Rubric.model_fields, 3: Example.model_fields}.get(len(loc), {})
    message, mend = validation_message(detail, loc, known)
    return Problem(".".join(map(str, loc)), message, mend, line=line_of(loc))
