"""What is said of a value that has not the shape it should have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic_core import ErrorDetails

from sociarium.experiment.problems import Loc, did_you_mean


def validation_message(detail: ErrorDetails, loc: Loc, allowed: Iterable[str]) -> tuple[str, str]:
    """What is wrong with a value, and the mend.

    Args:
        detail: as pydantic reports it.
        allowed: the keys that may stand where an unknown one does.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    last = str(loc[-1]) if loc else ""
    match kind:
        case "extra_forbidden":
            # Keys of all kinds of entry may be allowed; the one that is unknown to this kind mends nothing.
            return f"unknown key {last!r}", did_you_mean(last, (key for key in allowed if key != last))
        case "missing":
            return f"{last!r} is missing", "add it"
        case "string_type":
            return "this is not text", 'put it in quotes: "..."'
        case "model_type" | "dict_type" | "model_attributes_type":
            return "this should have keys and values", "write `key: value` below it"
        case "tuple_type" | "list_type":
            return "this should be a list", "write [a, b], or a line with `- ` for each"
        case "literal_error":
            expected = str(context.get("expected", "the allowed values"))
            near = did_you_mean(str(detail["input"]), re.findall(r"'([^']*)'", expected))
            return f"this is not one of {expected}", near if near.endswith("?") else "choose one of them"
        case "int_type" | "int_from_float" | "int_parsing":
            return "this is not a whole number", "write one, without quotes"
        case "float_type" | "float_parsing" | "finite_number":
            return "this is not a number", "write one, without quotes"
        case "bool_type":
            return "this is not true or false", "write true or false"
        case "greater_than_equal":
            return f"this is less than {_bound_text(context['ge'])}", f"write {_bound_text(context['ge'])} or more"
        case "greater_than":
            return f"this is not more than {context['gt']:g}", "write a larger number"
        case "less_than_equal":
            return f"this is more than {_bound_text(context['le'])}", f"write {_bound_text(context['le'])} or less"
        case "less_than":
            return f"this is not less than {context['lt']:g}", "write a smaller number"
        case "string_pattern_mismatch" if "@#" in str(context.get("pattern")):
            return "this is no handle", "write one word, without @ # < > / \\"
        case "string_too_short" | "string_pattern_mismatch":
            return "this is empty", "write something"
        case "too_short":
            return "this is empty", f"write at least {context.get('min_length', 1)}"
        case "string_too_long":
            return f"this is longer than {context['max_length']} characters", "shorten it"
        case _:
            message, _, mend = detail["msg"].partition("; ")
            return message, mend or "`sociarium schema` shows what may stand here"


def _bound_text(value: float) -> str:
    """A bound as people write it, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:g}"
