"""Texts: a string, or named variants of one, between which a factor chooses.

A variant may list wordings of what it says, over which replicates are balanced. In a file a text may also be
`{file: path}`; the document reader puts the file's content in its place.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from sociarium.experiment.frozen import Frozen


class Wordings(Frozen):
    """Several ways to say one thing; replicates take them in turn."""

    wordings: Annotated[tuple[str, ...], Field(min_length=1)]


def _variant_kind(value: Any) -> str:
    return "<wordings>" if isinstance(value, dict | Wordings) else "<line>"


Variant = Annotated[
    Annotated[str, Tag("<line>")] | Annotated[Wordings, Tag("<wordings>")], Discriminator(_variant_kind)
]


class Variants(Frozen):
    """Several texts for one place, by name; the first is used where no factor names one."""

    variants: Annotated[dict[str, Variant], Field(min_length=1)]


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

_VARIANT = {
    "anyOf": [
        *_LINE_OR_FILE["anyOf"],
        {
            "type": "object",
            "properties": {"wordings": {"type": "array", "minItems": 1, "items": _LINE_OR_FILE}},
            "required": ["wordings"],
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
                            "additionalProperties": _VARIANT,
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


def wordings_of(text: Text, variant: str | None = None) -> tuple[str, ...]:
    """Every wording of the text itself, or of the named variant of it, or of its first; one where it lists none.

    Raises:
        KeyError: there is no variant of that name.
    """
    if isinstance(text, str):
        return (text,)
    chosen = text.variants[next(iter(text.variants)) if variant is None else variant]
    return (chosen,) if isinstance(chosen, str) else chosen.wordings


def chosen_text(text: Text, variant: str | None = None, wording: int = 0) -> str:
    """A wording of the text itself, or of the named variant of it, or of its first.

    Args:
        wording: counted on from the first one after the last.

    Raises:
        KeyError: there is no variant of that name.
    """
    wordings = wordings_of(text, variant)
    return wordings[wording % len(wordings)]


def strings_of(text: Text) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Every string in a text with its path below the text."""
    if isinstance(text, str):
        return (((), text),)
    strings: list[tuple[tuple[str | int, ...], str]] = []
    for name, variant in text.variants.items():
        if isinstance(variant, str):
            strings.append((("variants", name), variant))
        else:
            strings += [(("variants", name, "wordings", at), words) for at, words in enumerate(variant.wordings)]
    return tuple(strings)
