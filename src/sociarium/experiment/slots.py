"""Slots: every place of a definition that a factor can set, under the name by which a factor sets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sociarium.experiment.definition import Definition
from sociarium.experiment.faults import did_you_mean
from sociarium.experiment.models import OPTIONS, ModelSpec
from sociarium.experiment.sweep import Level
from sociarium.experiment.text import Text, variant_names

SpeakerSelection = Literal["round_robin", "random", "auto", "manual"]
SPEAKER_SELECTIONS: tuple[str, ...] = get_args(SpeakerSelection)

MODEL_USERS = ("summarizer", "manager", "probes")
"""Users of a model beside the roles; no role may have one of these names."""

FACTOR_OPTIONS = tuple(name for name in OPTIONS if name != "extra")

Settings = Mapping[str, Level]
"""Slot name -> value, for the slots that a condition sets."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A settable place.

    Attributes:
        choices: names allowed here; empty for a text that has no variants; None where numbers are meant.
        least: the smallest whole number allowed, where whole numbers are meant.
        option: the model option, where one is meant.
    """

    name: str
    choices: tuple[str, ...] | None = None
    least: int | None = None
    option: str | None = None

    def read(self, value: object) -> Level:
        """A level's value as this slot takes it.

        Raises:
            ValueError: the value does not fit; the message says why and what would.
        """
        if self.choices is not None:
            return self._read_choice(value)
        if self.option is not None:
            return _read_option(self.option, value)
        assert self.least is not None
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{value!r} is not a whole number; write one, without quotes")  # noqa: TRY004  # of the file, not of the code
        if value < self.least:
            raise ValueError(f"{value} is too small; write {self.least} or more")
        return value

    def _read_choice(self, value: object) -> str:
        assert self.choices is not None
        name = str(value).lower() if isinstance(value, bool) else str(value)
        if not self.choices:
            raise ValueError("the text has no variants; write it as {variants: {name: text, ...}}")
        if not isinstance(value, str | int | float) or name not in self.choices:
            raise ValueError(f"{name!r} is not one of its levels; {did_you_mean(name, self.choices)}")
        return name


@cache
def _option_adapter(option: str) -> TypeAdapter[Any]:
    field = ModelSpec.model_fields[option]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind, config=ConfigDict(strict=True))


def _read_option(option: str, value: object) -> Level:
    try:
        result: Level = _option_adapter(option).validate_python(value)
    except ValidationError as error:
        message = f"{value!r} does not fit {option}: {error.errors()[0]['msg'].lower()}"
        raise ValueError(f"{message}; `sociarium schema` shows what it may be") from None
    return result


def slots(definition: Definition) -> dict[str, Slot]:
    """Every slot of a definition by name."""
    models, roles = tuple(definition.models), tuple(definition.roles)
    found = [
        Slot("messages", least=1),
        Slot("messages_per_day", least=1),
        Slot("days", least=1),
        Slot("speaker_selection", choices=SPEAKER_SELECTIONS),
        Slot("first_speaker", choices=(*roles, "random")),
        Slot("speaker_prefix", choices=("always", "never")),
        Slot("model", choices=models),
        *(Slot(f"model.{user}", choices=models) for user in (*roles, *MODEL_USERS)),
        *(Slot(f"option.{option}", option=option) for option in FACTOR_OPTIONS),
        *(Slot(f"option.{model}.{option}", option=option) for model in models for option in FACTOR_OPTIONS),
        *(Slot(f"agents.{role}", least=0) for role in roles),
        *(Slot(name, choices=variant_names(text)) for name, text in texts(definition).items()),
    ]
    return {slot.name: slot for slot in found}


def texts(definition: Definition) -> dict[str, Text]:
    """The texts that a factor can choose variants of, by slot name."""
    found: dict[str, Text] = {"starting_message": definition.starting_message}
    for section in definition.sections:
        if section.shared is not None:
            found[f"section.{section.title}"] = section.shared
        for role, text in (section.private or {}).items():
            found[f"section.{section.title}.{role}"] = text
    for user, sections in (("summarizer", definition.summarizer), ("manager", definition.manager)):
        found.update({f"{user}.{section.title}": section.content for section in sections or ()})
    found.update({f"event.{event.name}": event.text for event in definition.events})
    found.update({f"probe.{probe.name}": probe.ask for probe in definition.probes})
    return found
