"""Answers that are asked for, as people write them on a line: `0-10` for a scale, `yes, no, unsure` for choices."""

from __future__ import annotations

import re

_SCALE = re.compile(r"(-?\d{1,9})\s*(?:-|–|\.\.|to)\s*(-?\d{1,9})")


def read_scale(text: str) -> tuple[int, int] | None:
    """The two ends of a scale, as they are written; None where a text names none."""
    match = _SCALE.fullmatch(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def read_choices(text: str) -> tuple[str, ...]:
    """What stands between the commas of a text; one part where it has none."""
    return tuple(part.strip() for part in text.split(","))


def in_full(value: object) -> object:
    """An answer as files have it written out, where it is a line; everything else as it is."""
    if not isinstance(value, str):
        return value
    if (ends := read_scale(value)) is not None:
        return {"from": ends[0], "to": ends[1]}
    choices = read_choices(value)
    return {"choices": list(choices)} if len(choices) > 1 else value
