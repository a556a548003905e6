"""Numbers as YAML 1.2 writes them."""

from __future__ import annotations

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
