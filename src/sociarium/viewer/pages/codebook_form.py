"""The form in which a codebook is written: its fields, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sociarium.analysis.annotation.codebook import CodebookText, Item, read_codebook

MOST_ITEMS = 20
"""In the form; a codebook from a file may have more."""
_BLANK = 2
MEASUREMENTS = (
    ("nominal", "nominal: in no order"),
    ("ordinal", "ordinal: from low to high"),
    ("interval", "interval: equal steps"),
)
"""What differences of labels mean, and how the form says it."""


@dataclass(frozen=True, slots=True)
class ItemFields:
    """The fields of an item.

    Attributes:
        categories: one a line, each with its description after a colon.
    """

    name: str = ""
    description: str = ""
    categories: str = ""
    low: str = ""
    high: str = ""
    low_words: str = ""
    high_words: str = ""
    measurement: str = "nominal"

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return not any((self.name, self.description, self.categories, self.low, self.high))


@dataclass(frozen=True, slots=True)
class CodebookFields:
    """The fields of a codebook."""

    title: str = ""
    unit: str = "message"
    instructions: str = ""
    context: str = "4"
    neutral_names: bool = False
    items: tuple[ItemFields, ...] = ()
    consent: str = ""

    def with_blank_items(self) -> CodebookFields:
        """With further items to fill in, as far as the form goes."""
        more = max(0, min(_BLANK, MOST_ITEMS - len(self.items)))
        blank = (ItemFields(),) * (more or (not self.items))
        return replace(self, items=(*self.items, *blank))


def fields_of(text: CodebookText) -> CodebookFields:
    """A codebook as the form shows it."""
    return CodebookFields(
        text.title, text.unit, text.instructions, str(text.context), text.neutral_names,
        tuple(map(_item_fields, text.items)), text.consent,
    )  # fmt: skip


def read_fields(field: Callable[[str], str]) -> CodebookFields:
    """The fields that were sent; items that nothing was written in are left out.

    Args:
        field: gives a field by its name; empty where there is none.
    """
    items = []
    for at in range(MOST_ITEMS):
        values = {name: field(f"item-{at}-{name}").strip() for name in ItemFields.__slots__}
        item = ItemFields(**{**values, "measurement": values["measurement"] or "nominal"})
        if not item.is_blank:
            items.append(item)
    return CodebookFields(
        field("title").strip(), field("unit") or "message", field("instructions").strip(), field("context").strip(),
        field("neutral_names") == "1", tuple(items), field("consent").strip(),
    )  # fmt: skip


def codebook_of(fields: CodebookFields) -> CodebookText:
    """What the fields come to. Raises `BadInput`, which names every fault."""
    return read_codebook({
        "title": fields.title,
        "unit": fields.unit,
        "instructions": fields.instructions,
        "context": fields.context or "0",
        "neutral_names": fields.neutral_names,
        "consent": fields.consent,
        "items": [_item_document(item) for item in fields.items],
    })  # fmt: skip


def _item_fields(item: Item) -> ItemFields:
    lines = (
        f"{one.name}: {' '.join(one.description.split())}" if one.description else one.name for one in item.categories
    )
    scale = item.scale
    return ItemFields(
        item.name, item.description, "\n".join(lines),
        *((str(scale.low), str(scale.high), scale.low_words, scale.high_words) if scale else ("", "", "", "")),
        item.measurement,
    )  # fmt: skip


def _item_document(item: ItemFields) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": item.name,
        "description": item.description,
        "measurement": item.measurement,
        "categories": list(_categories(item.categories)),
    }
    if item.low or item.high:
        document["scale"] = {
            "from": item.low, "to": item.high, "low_words": item.low_words, "high_words": item.high_words,
        }  # fmt: skip
    return document


def _categories(text: str) -> Iterator[dict[str, str]]:
    for line in text.splitlines():
        name, _, description = line.partition(": ")
        if line.strip():
            yield {"name": name.strip().removesuffix(":"), "description": description.strip()}
