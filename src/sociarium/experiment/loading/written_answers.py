"""Answers that are asked for, as people write them on a line: `0-10` for a scale, `yes, no, unsure` for choices; or, in
brackets, as files have them."""

from __future__ import annotations

import re
from typing import Any

from sociarium.experiment.loading.parse import Tree, parse_yaml
from sociarium.experiment.problems import Loc

MOST_DIGITS = 9
"""Of an end of a scale."""
ENDS_FAULT = f"the ends of a scale have at most {MOST_DIGITS} digits"
_FAR = int("1" + MOST_DIGITS * "0")
_SCALE = re.compile(r"(-?\d{1,99})\s*(?:-|–|\.\.|to)\s*(-?\d{1,99})")
_PAIRS = {"}": "{", "]": "[", ")": "("}


def read_scale(text: str) -> tuple[int, int] | None:
    """The two ends of a scale, as they are written, however far they are; None where a text names none."""
    match = _SCALE.fullmatch(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def is_far(end: int) -> bool:
    """Whether a number has more digits than an end of a scale."""
    return not -_FAR < end < _FAR


def read_choices(text: str) -> tuple[str, ...]:
    """What stands between the commas of a text; one part where it has none."""
    return tuple(part.strip() for part in text.split(","))


def in_full(value: object) -> object:
    """An answer as files have it written out, where it is a line or a list; everything else as it is.

    A line in brackets is read as YAML; one whose brackets do not fit is no answer, and stays as it is.
    """
    if isinstance(value, list):
        return {"choices": value}
    if not isinstance(value, str):
        return value
    if (ends := read_scale(value)) is not None:
        return {"from": ends[0], "to": ends[1]}
    if value.lstrip().startswith(("{", "[")):
        return _in_brackets(value)
    choices = read_choices(value)
    return {"choices": list(choices)} if len(choices) > 1 and not _is_cut_open(choices) else value


def _in_brackets(line: str) -> object:
    tree = parse_yaml(line.strip())
    if tree.problems:
        return line
    match tree.value:
        case list(choices):
            return {"choices": _as_spelled(choices, (), tree)}
        case {"choices": list(choices), **more}:
            return {**more, "choices": _as_spelled(choices, ("choices",), tree)}
        case dict(parts):
            return parts
    return line


def _as_spelled(choices: list[Any], loc: Loc, tree: Tree) -> list[Any]:
    """Choices with the numbers and truth values among them as they are written on the line."""
    return [
        choice if choice is None else tree.spellings.get((*loc, place), choice) for place, choice in enumerate(choices)
    ]


def _is_cut_open(choices: tuple[str, ...]) -> bool:
    """Whether a bracket around the line as a whole, or a half of one, was cut off with its first or last choice."""
    first, last = choices[0], choices[-1]
    closing = {opening: one for one, opening in _PAIRS.items()}
    opens = first[:1] in closing and first.count(first[0]) > first.count(closing[first[0]])
    return opens or (last[-1:] in _PAIRS and last.count(last[-1]) > last.count(_PAIRS[last[-1]]))
