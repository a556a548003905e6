"""Slots: every place of a definition that a factor can set, under the name by which a factor sets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.models import OPTIONS, ModelSpec
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text
from sociarium.experiment.sweep import Level

FACTOR_OPTIONS = tuple(name for name in OPTIONS if name != "extra")

Settings = Mapping[str, Level]
"""Slot name -> value, for the slots that a condition sets."""


@dataclass(frozen=True, slots=True)
class Settable:
    """A settable place.

    Attributes:
        accepts: whether another name than the choices is allowed, too.
        choices: names allowed here; empty for a text that has no variants; None where numbers are meant.
        least: the smallest whole number allowed, where whole numbers are meant.
        field: the field of a model whose values are meant, where another value is.
    """

    name: str
    choices: tuple[str, ...] | None = None
    least: int | None = None
    field: tuple[type[Frozen], str] | None = None
    accepts: Callable[[str], bool] | None = None

    def read(self, value: object) -> Level:
        """A level's value as this slot takes it.

        Raises:
            ValueError: the value does not fit; the message says why and what would.
        """
        if self.choices is not None:
            return self._read_choice(value)
        if self.field is not None:
            return _read_field(*self.field, value)
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
        if isinstance(value, str) and self.accepts is not None and self.accepts(value):
            return value
        if not isinstance(value, str | int | float) or name not in self.choices:
            raise ValueError(f"{name!r} is not one of its levels; {did_you_mean(name, self.choices)}")
        return name


@cache
def _adapter(model: type[Frozen], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind, config=ConfigDict(strict=True))


def _read_field(model: type[Frozen], name: str, value: object) -> Level:
    try:
        result: Level = _adapter(model, name).validate_python(value)
    except ValidationError as error:
        words, _, mend = error.errors()[0]["msg"].partition("; ")
        message = f"{value!r} does not fit {name}: {words[:1].lower()}{words[1:]}"
        raise ValueError(f"{message}; {mend or '`sociarium schema` shows what it may be'}") from None
    return result


def model_settables(models: Iterable[str], users: Iterable[str]) -> list[Settable]:
    """Which model is used by whom, and the options of models."""
    names = tuple(models)
    return [
        Settable("model", choices=names),
        *(Settable(f"model.{user}", choices=names) for user in users),
        *(Settable(f"option.{option}", field=(ModelSpec, option)) for option in FACTOR_OPTIONS),
        *(
            Settable(f"option.{model}.{option}", field=(ModelSpec, option))
            for model in names
            for option in FACTOR_OPTIONS
        ),
    ]


def section_texts(sections: Iterable[Section]) -> dict[str, Text]:
    """The texts of sections, by slot name."""
    texts: dict[str, Text] = {}
    for section in sections:
        if section.shared is not None:
            texts[f"section.{section.title}"] = section.shared
        for role, text in (section.private or {}).items():
            texts[f"section.{section.title}.{role}"] = text
    return texts
