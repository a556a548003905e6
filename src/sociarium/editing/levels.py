"""Levels as people type them: read, written, and what they set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sociarium.editing.document import Document, definition_of, without_sweeps
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.environments import settables

_RANGE = re.compile(r"(\d+)\s*(?:-|to|\.\.)\s*(\d+)")
_MOST = 1000
_YES = {"yes": True, "true": True, "no": False, "false": False}


def settables_of(document: Document) -> Mapping[str, Settable]:
    """Everything that a factor of a document can set, texts of one version left out.

    Raises:
        DefinitionError: the experiment is not whole, its sweeps left aside.
    """
    slots = settables(definition_of(without_sweeps(document)))
    return {name: slot for name, slot in slots.items() if slot.choices != ()}


def names(text: str) -> list[str]:
    """Names between commas, each once."""
    return list(dict.fromkeys(name for part in text.split(",") if (name := " ".join(part.split()))))


def wholes(text: str) -> list[int]:
    """Whole numbers between commas; `1-3` is 1, 2 and 3. Raises `ValueError`."""
    numbers: list[int] = []
    for part in text.split(","):
        if span := _RANGE.fullmatch(part.strip()):
            first, last = int(span[1]), int(span[2])
            if not first <= last < first + _MOST:
                raise ValueError(part)
            numbers += range(first, last + 1)
        else:
            numbers.append(int(part))
    return list(dict.fromkeys(numbers))


def wholes_fault(text: str, least: int) -> str:
    """What is wrong with `wholes`; empty when nothing is."""
    try:
        numbers = wholes(text)
    except ValueError:
        return "Write a whole number such as 4, several such as 2, 4, or a range such as 1-3."
    return "" if min(numbers) >= least else f"Every number has to be {least} or more."


def number(text: str) -> int | float:
    """A number as a file would have it. Raises `ValueError`."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def typed_value(text: str) -> Any:
    """A level as it is typed: a number, yes or no, or a word."""
    word = text.strip()
    try:
        return number(word)
    except ValueError:
        return _YES.get(word.lower(), word)


def typed_levels(line: str) -> list[Any]:
    """Levels between commas, each once."""
    return list(dict.fromkeys(typed_value(part) for part in line.split(",")))


def typed_text(values: Sequence[object] | object) -> str:
    """Levels as they would be typed."""
    return ", ".join(str(value) for value in values) if isinstance(values, list | tuple) else str(values)
