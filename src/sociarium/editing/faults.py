"""What is missing or wrong in a document, at its part and in plain words; the language of files never shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sociarium.editing.document import Document, definition_of, is_a_feed
from sociarium.editing.plain_messages import UNSAYABLE, plain_message
from sociarium.editing.words import place_words
from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.definition import Definition
from sociarium.experiment.problems import Loc

PartName = Literal[
    "Title",
    "Roles",
    "People",
    "Models",
    "Opening",
    "Sections",
    "Day's record",
    "Private questions",
    "Announcements",
    "What is compared",
    "Prompts",
    "Note",
    "More",
]
"""The parts of an experiment's page; conversations have roles and an opening, feeds have people."""

_PARTS: dict[str, PartName] = {
    "title": "Title",
    "people": "People",
    "newcomers": "People",
    "models": "Models",
    "starting_message": "Opening",
    "sections": "Sections",
    "summarizer": "Day's record",
    "probes": "Private questions",
    "events": "Announcements",
    "sweep": "What is compared",
    "sweeps": "What is compared",
    "note": "Note",
    "favourite": "Note",
}
_MISSING = {
    "title": "It has no title yet.",
    "roles": "Nobody takes part yet.",
    "people": "Nobody is there yet.",
    "models": "No model is there yet to speak.",
    "sections": "Nobody is told yet who they are.",
}

_NAMING = {"models", "roles", "people", "sections", "summarizer", "manager"}
"""Where a place in words begins with a name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something missing or wrong.

    Attributes:
        loc: where it stands, for whoever opens the place; empty for the whole.
    """

    part: PartName
    sentence: str
    loc: Loc


def read_document(document: Document) -> Definition | list[Fault]:
    """The definition of a document, or all that keeps it from being saved, in the order of its parts."""
    try:
        return definition_of(document)
    except DefinitionError as error:
        return list(dict.fromkeys(_fault(document, problem) for problem in error.problems))


def faults(document: Document) -> list[Fault]:
    """Every fault of a document; none where it can be saved."""
    result = read_document(document)
    return [] if isinstance(result, Definition) else result


def part_of(document: Document, key: str) -> PartName:
    """The part of the page to which a key of the file format belongs."""
    if key == "roles":
        return "People" if is_a_feed(document) else "Roles"
    return _PARTS.get(key, "More")


def loc_of(document: Document, path: str) -> Loc:
    """The path of a fault, of which names may have dots and brackets, as keys and positions of the document."""
    loc: list[str | int] = []
    node: object = document
    rest = path
    while rest:
        part, rest = next(_steps(node, rest))
        loc.append(part)
        try:
            node = node[part]  # type: ignore[index]  # whatever is no container ends the walk
        except (KeyError, IndexError, TypeError):
            node = None
    return tuple(loc)


def _steps(node: object, rest: str) -> Iterator[tuple[str | int, str]]:
    """The next part of a path and what is left, the likeliest first."""
    if position := re.match(r"\[(\d+)\]", rest):
        yield int(position[1]), rest[position.end() :].removeprefix(".")
    if isinstance(node, dict):
        for key in sorted(map(str, node), key=len, reverse=True):
            if key and (rest == key or (rest.startswith(key) and rest[len(key)] in ".[")):
                yield key, rest[len(key) :].removeprefix(".")
    head = re.match(r"[^.\[]+|.", rest, flags=re.DOTALL)
    assert head is not None
    yield head[0], rest[head.end() :].removeprefix(".")


def _fault(document: Document, problem: Problem) -> Fault:
    loc = loc_of(document, problem.path)
    if not loc and "people" in problem.message:
        loc = ("people",)
    key = str(loc[0]) if loc else ""
    part = part_of(document, key)
    is_missing = any(word in problem.message for word in ("missing", "empty", "no people"))
    if len(loc) == 1 and key in _MISSING and is_missing:
        return Fault(part, _MISSING[key], loc)
    message = plain_message(document, problem.message) or UNSAYABLE
    mend = plain_message(document, problem.mend) if problem.mend.endswith("?") else ""
    place = place_words(document, loc)
    sentence = f"{place}: {message}" if place and place != message else message
    whole = _as_sentence(f"{sentence}; {mend}" if mend else sentence)
    # A name that people chose stays as they spell it.
    begins_with_name = sentence != message and (key in _NAMING or "factors" in loc)
    return Fault(part, whole if begins_with_name else whole[:1].upper() + whole[1:], loc)


def _as_sentence(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}."
