"""What a codebook says: the items that are labelled, each with its categories or its scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticKnownError

from sociarium.errors import BadInput
from sociarium.experiment.loading.validation_messages import validation_message
from sociarium.experiment.loading.written_answers import ENDS_FAULT, in_full, is_far
from sociarium.records.labels import Codebook

Measurement = Literal["nominal", "ordinal", "interval"]
"""What differences of labels mean; agreement is computed by it."""
Value = str | int
"""Of a label: the name of a category, or a number of a scale."""
MOST_NUMBERS = 101
"""Numbers of a scale."""

Name = Annotated[str, Field(min_length=1, max_length=80)]
Words = Annotated[str, Field(max_length=20_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Category(_Part):
    """One of the values of an item."""

    name: Name
    description: Words = ""


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


End = Annotated[int, BeforeValidator(_no_truth_value)]


class NumberScale(_Part):
    """Whole numbers from low to high, with words for the two ends."""

    low: End = Field(alias="from")
    high: End = Field(alias="to")
    low_words: Words = ""
    high_words: Words = ""

    @model_validator(mode="before")
    @classmethod
    def _on_a_line(cls, value: object) -> object:
        full = in_full(value)
        if isinstance(value, str | list) and not (isinstance(full, dict) and {"from", "to"} <= full.keys()):
            raise ValueError("is no scale; write one such as 1-5, or {from: 1, to: 5}")
        return full

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.low >= self.high:
            raise ValueError("goes from a number to a higher one; write the lower one first")
        if self.high - self.low >= MOST_NUMBERS:
            raise ValueError(f"has more than {MOST_NUMBERS} numbers; write a shorter one")
        return self


class Item(_Part):
    """What is said of each message or run: a category, or a number of a scale.

    Attributes:
        measurement: nominal for categories, unless they are written from low to high, which is `ordinal`.
    """

    name: Name
    description: Words = ""
    categories: tuple[Category, ...] = ()
    scale: NumberScale | None = None
    measurement: Measurement = "nominal"

    @field_validator("categories", mode="before")
    @classmethod
    def _name_alone(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        return [{"name": str(one)} if isinstance(one, str | int | float) else one for one in value]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.scale is None) == (len(self.categories) < 2):
            raise ValueError("has either two categories or more, or a scale")
        if repeated := _duplicate_name(one.name for one in self.categories):
            raise ValueError(f"has the category {repeated!r} twice")
        if self.scale is not None and self.measurement == "nominal":
            raise ValueError("has a scale, so say `measurement: ordinal` or `measurement: interval`")
        if self.scale is None and self.measurement == "interval":
            raise ValueError("has categories, which are nominal or ordinal")
        return self

    @property
    def values(self) -> tuple[Value, ...]:
        """All values, in their order."""
        if self.scale is not None:
            return tuple(range(self.scale.low, self.scale.high + 1))
        return tuple(one.name for one in self.categories)

    def value(self, text: str) -> Value:
        """The value that a text names. Raises `BadInput`."""
        for value in self.values:
            if str(value) == text.strip():
                return value
        known = f"{self.values[0]} to {self.values[-1]}" if self.scale else ", ".join(map(repr, self.values))
        raise BadInput(f"{self.name!r} has no value {text.strip()[:80]!r}; there are {known}")


class CodebookText(_Part):
    """A codebook as it is written.

    Attributes:
        unit: what is labelled.
        context: how many earlier messages stand with a message.
        neutral_names: whether speakers are shown as Speaker A, B, ..., assigned anew for each run and annotator.
        consent: what annotators have to agree to before their first label; empty: nothing.
    """

    title: Annotated[str, Field(min_length=1, max_length=200)]
    unit: Literal["message", "run"] = "message"
    instructions: Words = ""
    context: int = Field(default=4, ge=0, le=50)
    neutral_names: bool = False
    consent: Words = ""
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if repeated := _duplicate_name(one.name for one in self.items):
            raise ValueError(f"the item {repeated!r} stands twice")
        return self

    def item(self, name: str) -> Item:
        """An item by its name. Raises `BadInput`."""
        for one in self.items:
            if one.name == name:
                return one
        raise BadInput(
            f"{self.title!r} has no item {name!r}; there are {', '.join(repr(one.name) for one in self.items)}"
        )


def read_codebook(document: Mapping[str, Any]) -> CodebookText:
    """A codebook from its JSON or YAML. Raises `BadInput`, which names every fault."""
    text = _read(document)
    far = (
        f"items {place}, scale: {ENDS_FAULT}"
        for place, item in enumerate(text.items, start=1)
        if item.scale is not None and (is_far(item.scale.low) or is_far(item.scale.high))
    )
    if faults := "; ".join(far):
        raise BadInput(f"the codebook has faults: {faults}")
    return text


def _read(document: Mapping[str, Any]) -> CodebookText:
    try:
        return CodebookText.model_validate(dict(document))
    except ValidationError as error:
        errors = error.errors()
        # A list whose parts have faults is told to be too short, too, for they are not in it.
        beneath = {one["loc"][:-1] for one in errors} | {one["loc"][:-2] for one in errors}
        named = (one for one in errors if one["type"] != "too_short" or one["loc"] not in beneath)
        faults = (f"{_place(one['loc'])}{_message(one)}" for one in named)
        raise BadInput(f"the codebook has faults: {'; '.join(faults)}") from error


def codebook_document(text: CodebookText) -> dict[str, Any]:
    """What a store keeps; reading it gives the same codebook."""
    document: dict[str, Any] = text.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return document


def text_of(codebook: Codebook) -> CodebookText:
    """What a stored codebook says. Raises `BadInput` for one of another program."""
    return _read(codebook.document)


def _duplicate_name(names: Iterable[str]) -> str:
    return next((name for name, count in Counter(names).items() if count > 1), "")


def _place(loc: Sequence[str | int]) -> str:
    """`items 2, categories 1: `; counted from one."""
    parts: list[str] = []
    for part in loc:
        if isinstance(part, int) and parts:
            parts[-1] += f" {part + 1}"
        else:
            parts.append(str(part))
    return f"{', '.join(parts)}: " if parts else ""


def _message(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not known here"
        case "string_type":
            return "is no text"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
        case _:
            return ", ".join(validation_message(error, (), ()))
