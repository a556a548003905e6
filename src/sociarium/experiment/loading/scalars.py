"""Numbers as YAML 1.2 and JSON write them."""

from __future__ import annotations

from math import isfinite

_MOST_DIGITS = 3_500


def integer_of(text: str) -> int | str:
    """The whole number that a word of YAML 1.2 stands for; the word itself where it is none, or too long for one."""
    digits = text.lower().lstrip("+-")
    if len(digits) > _MOST_DIGITS:
        return text
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 10)
    try:
        number = int(digits, base)
    except ValueError:
        return text
    return -number if text.startswith("-") else number


def real_of(text: str) -> float | str:
    """The number that a word of YAML 1.2 stands for, infinite ones too; the word itself where it is none."""
    number = {".inf": "inf", "-.inf": "-inf", "+.inf": "inf", ".nan": "nan"}.get(text.lower(), text)
    try:
        return float(number.replace("_", ""))
    except ValueError:
        return text


def finite_number(text: str) -> float:
    """For `parse_float` of `json`: raise `ValueError` for what is too large for a number, as `1e400` is."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:40]} is too large for a number")
    return number
