"""Texts: a string, or named variants of one, between which a factor chooses.

In a file a text may also be `{file: path}`; the document reader puts the file's content in its place.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from sociarium.experiment.frozen import Frozen


class Variants(Frozen):
    """Several texts for one place, by name; the first is used where no factor names one."""

    variants: Annotated[dict[str, str], Field(min_length=1)]


def _kind(value: Any) -> str:
    return "variants" if isinstance(value, dict | Variants) else "line"


_LINE_OR_FILE = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"file": {"type": "string", "description": "a path beside this file"}},
            "required": ["file"],
            "additionalProperties": False,
        },
    ]
}

Text = Annotated[
    Annotated[str, Tag("line")] | Annotated[Variants, Tag("variants")],
    Discriminator(_kind),
    WithJsonSchema(
        {
            "anyOf": [
                *_LINE_OR_FILE["anyOf"],
                {
                    "type": "object",
                    "properties": {
                        "variants": {
                            "type": "object",
                            "minProperties": 1,
                            "additionalProperties": _LINE_OR_FILE,
                        }
                    },
                    "required": ["variants"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


def variant_names(text: Text) -> tuple[str, ...]:
    """The names between which a factor can choose; none for a plain string."""
    return tuple(text.variants) if isinstance(text, Variants) else ()


def chosen_text(text: Text, variant: str | None = None) -> str:
    """The text itself, or the named variant of it, or its first.

    Raises:
        KeyError: there is no variant of that name.
    """
    if isinstance(text, str):
        return text
    return text.variants[next(iter(text.variants)) if variant is None else variant]


def strings_of(text: Text) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Every string in a text with its path below the text."""
    if isinstance(text, str):
        return (((), text),)
    return tuple((("variants", name), value) for name, value in text.variants.items())
