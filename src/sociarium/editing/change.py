"""What an operation on a document comes to, and the steps that every operation shares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sociarium.editing.document import Document
from sociarium.errors import BadInput


@dataclass(frozen=True, slots=True)
class Change:
    """A changed document.

    Attributes:
        document: the new one; the old one is as it was.
        sentences: what was changed along with what was asked for, and what was left and needs a look; for people.
    """

    document: dict[str, Any]
    sentences: tuple[str, ...] = ()


def copy_of(document: Document) -> dict[str, Any]:
    """A document of its own, which an operation may change."""
    return deepcopy(dict(document))


def entries_of(document: Document, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of a list of things, with their positions; what is no list of things has none."""
    entries = document.get(key)
    if isinstance(entries, list):
        yield from ((position, entry) for position, entry in enumerate(entries) if isinstance(entry, dict))


def names_of(document: Document, key: str) -> dict[str, Any]:
    """The things of a part in which each has its name as key; none where the part is not there."""
    part = document.get(key)
    return part if isinstance(part, dict) else {}


def with_key_renamed(part: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """A part in which one thing has another name, at the same position."""
    return {new if name == old else name: value for name, value in part.items()}


def refuse_unknown(name: str, names: Collection[str], kind: str) -> None:
    """Raises `BadInput` where nothing has the name."""
    if name not in names:
        raise BadInput(f"There is no {kind} {name!r}.")


def refuse_unusable(new: str, names: Collection[str], kind: str) -> None:
    """Raises `BadInput` where a new name is empty or something else has it."""
    if not new.strip():
        raise BadInput(f"A {kind} needs a name.")
    if new in names:
        raise BadInput(f"There is a {kind} {new!r} already.")
