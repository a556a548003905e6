"""A fault found in a definition, before the document reader knows its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Loc = tuple[str | int, ...]
"""A path through a definition: keys and positions."""


@dataclass(frozen=True, slots=True)
class PathProblem:
    """What is wrong at a path of a definition.

    Attributes:
        within: character position inside the text at `loc`, where the fault is in a text.
    """

    loc: Loc
    message: str
    mend: str = ""
    within: int | None = None


def path_text(loc: Loc) -> str:
    """A path as people write it: `sections[1].private.guard`."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def text_at(value: Any, loc: Loc) -> str:
    """The text at a path."""
    node = value
    for part in loc:
        node = node[part]
    return str(node)


def did_you_mean(word: str, candidates: Iterable[str], *, most: int = 8) -> str:
    """The mend for an unknown name: the nearest known ones, or all of them when they are few."""
    names = list(dict.fromkeys(candidates))
    lower = {name.lower(): name for name in names}
    close = [lower[name] for name in difflib.get_close_matches(word.lower(), lower, n=3, cutoff=0.55)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    if not names:
        return ""
    listed = ", ".join(names[:most]) + (", ..." if len(names) > most else "")
    return f"known here: {listed}"
