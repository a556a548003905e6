"""Single values of a document: written, and taken away with what they leave empty."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

from sociarium.editing.document import Document
from sociarium.experiment.problems import Loc


def with_value(document: Document, loc: Loc, value: Any) -> dict[str, Any]:
    """A document with a value at a path, whose parts are made where they are missing; None takes the value away.

    A position at the end of a list adds to it. Mappings that are empty then go as well, things of a list stay.
    """
    changed = deepcopy(dict(document))
    if value is None:
        _remove(changed, loc)
        return changed
    node: Any = changed
    for part, following in pairwise(loc):
        node = _below(node, part, following)
    _write(node, loc[-1], deepcopy(value))
    return changed


def _below(node: Any, part: str | int, following: str | int) -> Any:
    is_there = 0 <= part < len(node) if isinstance(part, int) else isinstance(node.get(part), dict | list)
    if not is_there:
        _write(node, part, [] if isinstance(following, int) else {})
    return node[part]


def _write(node: Any, part: str | int, value: Any) -> None:
    if isinstance(part, int) and part == len(node):
        node.append(value)
    else:
        node[part] = value


def _remove(document: dict[str, Any], loc: Loc) -> None:
    nodes: list[Any] = [document]
    for part in loc[:-1]:
        try:
            nodes.append(nodes[-1][part])
        except (KeyError, IndexError, TypeError):
            return
    try:
        del nodes[-1][loc[-1]]
    except (KeyError, IndexError, TypeError):
        return
    for depth in range(len(nodes) - 1, 0, -1):
        if nodes[depth] or not isinstance(loc[depth - 1], str):
            return
        del nodes[depth - 1][loc[depth - 1]]
