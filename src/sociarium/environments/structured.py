"""Structured answers: JSON as models really write it, read into values that every store can hold."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_DEEPEST = 20
_MOST_BRACKETS = 100
_STRANGE = re.compile(r"\\u|NaN|Infinity|\d[eE]|\d{300}")
"""What may stand for a character that no store can hold, or for a number without end."""


def read_object(text: str) -> dict[str, Any] | None:
    """The JSON object in an answer, whatever stands around it; None when there is none.

    What no store can hold, in strings and numbers, is replaced.
    """
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or end < begin:
        return None
    try:
        value = json.loads(text[begin : end + 1])
    except (ValueError, RecursionError):
        return None
    if _is_plain(text):
        return value if isinstance(value, dict) else None
    try:
        held = _storable(value, _DEEPEST)
    except RecursionError:
        return None
    return held if isinstance(held, dict) else None


def words_in(value: Any, *, most: int) -> tuple[str, bool]:
    """A value as text of at most so many words, and whether some were cut off."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    words = text.split()
    if len(words) <= most:
        return text.strip(), False
    return " ".join(words[:most]), True


def _is_plain(text: str) -> bool:
    """Whether nothing in an answer can need replacing: no escaped characters, no infinities, no depth."""
    return not _STRANGE.search(text) and text.count("{") + text.count("[") <= _MOST_BRACKETS


def _storable(value: Any, depth: int) -> Any:
    if depth == 0:
        raise RecursionError
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_storable(one, depth - 1) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _storable(one, depth - 1) for name, one in value.items()}
    return value


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
