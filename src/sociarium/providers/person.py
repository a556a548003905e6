"""A person in a model's place: somebody at the terminal reads what a model would read, and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sociarium.errors import Misconfigured, PersonGone
from sociarium.ports.model import Description, ModelReply, ModelRequest, ServedReply
from sociarium.ports.person import HumanPlayer, Question

LABEL = "a person"
_MOST_CHOICES = 200
_QUESTIONS = {"reply": "What do you say?", "summary": "Your summary:", "manager": "Who speaks next?"}


class PersonModel:
    """The model port over the person port. Its answers are journaled as a model's are; nobody is asked twice.

    Args:
        person: None where it is only described.
    """

    def __init__(self, person: HumanPlayer | None) -> None:
        self._person = person

    async def ask(self, request: ModelRequest) -> ServedReply:
        """What the person answers.

        Raises:
            PersonGone: nobody is there.
            Misconfigured: the answer has a shape that is not a person's to give.
        """
        if self._person is None:
            raise PersonGone("nobody is there to speak for a model")
        context = "\n\n".join(message.content for message in request.messages)
        text = _QUESTIONS.get(request.purpose, "Your answer:")
        if request.schema is None:
            answer = await self._person.ask(Question("", text, context))
            return ServedReply(ModelReply(answer), {}, 0.0, served_model=LABEL)
        name, values = _choices(request.schema)
        chosen = await self._person.ask(Question("", text, context, tuple(values)))
        return ServedReply(ModelReply(json.dumps({name: values[chosen]})), {}, 0.0, served_model=LABEL)

    async def describe(self, model: str, options: Mapping[str, Any] | None = None) -> Description:
        """Whoever starts the sweep is there."""
        return Description("person", model, LABEL, reachable=True, served=True)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def _choices(schema: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The one thing that a schema asks for, and what it may be, by how it is shown."""
    properties = schema.get("properties", {})
    if len(properties) == 1:
        [(name, part)] = properties.items()
        if "enum" in part:
            return name, {str(value): value for value in part["enum"]}
        if {"minimum", "maximum"} <= set(part) and part["maximum"] - part["minimum"] < _MOST_CHOICES:
            return name, {str(value): value for value in range(part["minimum"], part["maximum"] + 1)}
    raise Misconfigured("a person cannot give an answer of this form; let another model answer it")
