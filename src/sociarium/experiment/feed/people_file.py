"""People in a file of their own: the fields of a person, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

MOST_BROKEN = 50
"""Broken lines of one file that are reported."""


class Line(NamedTuple):
    """A line of the file: its number, and its object or what is wrong with it."""

    number: int
    value: dict[str, Any] | None
    problem: str = ""


def read_lines(text: str) -> Iterator[Line]:
    """Every line that is not empty."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=_once, parse_constant=_refuse_constant)
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            yield Line(number, None, "half of a surrogate pair stands alone")
        except json.JSONDecodeError as error:
            yield Line(number, None, f"this is not JSON: {error.msg} at character {error.colno}")
        except (ValueError, RecursionError) as error:
            yield Line(number, None, f"this is not JSON: {error}")
        else:
            if isinstance(value, dict):
                yield Line(number, value)
            else:
                yield Line(number, None, "this is not an object with the fields of a person")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise ValueError(f"the key {key!r} stands twice")
        mapping[key] = value
    return mapping


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")
