"""JSON objects as models really write them, found in a text.

Form is read leniently, meaning strictly. What is lenient is a repair with a name (`repairs.REPAIRS`). What can be
meant in two ways is not read: a key with two values, a quotation mark within a string, a value that was cut.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sociarium.environments.object_parser import BrokenError, ConflictError, ObjectParser, is_same

_MOST_TRIES = 300
"""Braces with which an object may begin; a text with more of them is no answer."""


@dataclass(frozen=True, slots=True)
class ObjectInText:
    """An object with where it stands."""

    value: dict[str, Any]
    begin: int
    end: int
    repairs: frozenset[str]
    lost: frozenset[str] = frozenset()
    """Keys whose values were cut, and are left out."""


def objects_in(text: str, *, cut: bool) -> list[ObjectInText]:
    """The outermost objects of a text, in order.

    Args:
        cut: whether the text was cut by a limit, so that its last word may go on.

    Raises:
        ConflictError: one of them gives a key two values, or there are too many.
    """
    objects, at, tries = [], 0, 0
    while (begin := text.find("{", at)) >= 0:
        tries += 1
        if tries > _MOST_TRIES:
            raise ConflictError
        parser = ObjectParser(text, begin, cut=cut)
        try:
            value = parser.object(0)
        except BrokenError:
            at = max(parser.at, begin + 1)
            continue
        at = parser.at
        objects.append(ObjectInText(value, begin, at, frozenset(parser.repairs), frozenset(parser.lost)))
    return objects


def strict_value(text: str) -> Any:
    """The value of a text that is JSON through and through.

    Raises:
        ValueError: it is none; as `ConflictError`, where a key has two values.
        RecursionError: it is too deep.
    """
    return json.loads(text, object_pairs_hook=_without_conflict)


def _without_conflict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs) and any(not is_same(value[name], one) for name, one in pairs):
        raise ConflictError
    return value
