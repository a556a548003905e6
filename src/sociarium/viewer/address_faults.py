"""What is wrong with the address of a page, in words: what, where in it, and how that is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sociarium.exchange.sanitize import one_line

_MOST_VALUE = 40


@dataclass(frozen=True, slots=True)
class WrongAddress:
    """What is said of an address that is read wrongly.

    Attributes:
        sentences: one for each fault.
        mended: the address without what is wrong in it, as the way on; empty where there is none.
    """

    sentences: tuple[str, ...]
    mended: str


def wrong_address(faults: Sequence[Mapping[str, Any]], path: str, query: str) -> WrongAddress:
    """Faults of an address in words.

    Args:
        faults: as FastAPI finds them: `loc` (where, then the name), `type`, `input`, `ctx`.
        path, query: of the address; the query without its `?`.
    """
    sentences = tuple(dict.fromkeys(map(_sentence, faults)))
    if any(fault["loc"][0] != "query" or fault["type"] == "missing" for fault in faults):
        return WrongAddress(sentences, "")
    wrong = {str(fault["loc"][1]) for fault in faults}
    rest = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in wrong]
    return WrongAddress(sentences, f"{path}?{urlencode(rest)}" if rest else path)


def path_of_form(path: str) -> str:
    """The page whose form is sent to a path: the one above it, which has it or leads to it."""
    above = path.rstrip("/").rpartition("/")[0]
    return above or "/experiments"


def _sentence(fault: Mapping[str, Any]) -> str:
    where, name = str(fault["loc"][0]), str(fault["loc"][1])
    if fault["type"] == "missing":
        return f"the address says nothing under {name}=, without which there is nothing to show"
    value = one_line(str(fault["input"]), most=_MOST_VALUE)
    written = f"{name}={value}" if where == "query" else value
    return f"the address says {written}, which {_fault(str(fault['type']), fault.get('ctx') or {})}"


def _fault(kind: str, limits: Mapping[str, Any]) -> str:
    match kind:
        case "greater_than_equal":
            return f"is too small: it begins with {limits['ge']:,}"
        case "less_than_equal":
            return f"is too large: it ends with {limits['le']:,}"
        case "string_too_long":
            return f"is too long: it has room for {limits['max_length']:,} characters"
        case "literal_error":
            return f"is none of what can stand there: {limits['expected']}"
        case "int_parsing" | "int_parsing_size" | "int_from_float":
            return "is no whole number"
        case "bool_parsing":
            return "is neither true nor false"
        case _:
            return "cannot be read"
