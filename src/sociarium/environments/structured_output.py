"""Structured answers: JSON as models really write it, read into values that every store can hold."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import Any

_DEEPEST = 20
_TOKEN = re.compile(
    r"(?:<\|(?:im_start|start_header_id)\|>|<start_of_turn>)\s{0,8}(?:system|user|assistant|model|tool)?\b"
    r"|<[|\uff5c][^|\uff5c<>]{0,40}[|\uff5c]>|</?s>|\[/?INST\]|<</?SYS>>"
    r"|<(?:bos|eos|pad|unk|end_of_turn|start_of_turn)>",
    re.IGNORECASE,
)
"""What chat templates put around messages; some servers leave it in the text."""
_MARKUP = frozenset("*_`#>~|-")
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
"""Categories of what nobody sees where it stands alone. Characters that this Python does not know yet are none of them:
an emoji of next year is an answer, in whichever Python a run is played."""
_LOOKS_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their categories, and blanks by their looks."""
_MOST_BRACKETS = 100
_STRANGE = re.compile(r"\\u|NaN|Infinity|\d[eE]|\d{300}")
"""What may stand for a character that no store can hold, or for a number without end."""
_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,15})?|[.,][0-9]{1,15})\s*(%|percent|per cent)?", re.IGNORECASE)


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


def has_words(text: str) -> bool:
    """Whether a text says anything: one of only blanks, invisible characters, markup or template tokens does not."""
    # Signs of their own, such as an emoji or "?!", are an answer; asterisks and the like are markup.
    return any(_is_word(character) for character in _TOKEN.sub("", text))


def _is_word(character: str) -> bool:
    silent = character in _MARKUP or character in _LOOKS_BLANK
    return not silent and unicodedata.category(character) not in _INVISIBLE


def words_in(value: Any, *, most: int, characters: int | None = None) -> tuple[str, bool]:
    """A value as text of at most so many words, empty where it says nothing; and whether some were cut off.

    Args:
        characters: that the answer's schema allows. A text that has as many was ended by the server's grammar, most
            likely in the middle of a word, and counts as cut; a longer one comes of a server that ignored the bound.
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cut = characters is not None and len(text) >= characters
    text = text[:characters]
    if not has_words(text):
        return "", cut
    words = text.split()
    if len(words) <= most:
        return text.strip(), cut
    return " ".join(words[:most]), True


def share_in(value: Any) -> tuple[float, bool] | None:
    """A stated probability as a share from 0 to 1, and whether it had to be repaired; None when it says none.

    Asked for is a whole percent: 80 is 0.8, and 1 is 0.01. What is written as a fraction up to 1 is a share (0.8, 1.0),
    above it a percentage (3.6); both are repaired, as is a number in a string, with a percent sign or without.
    """
    if isinstance(value, str):
        return _written_share(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        return None
    if isinstance(value, int):
        return value / 100, False
    return _share(value, of_hundred=value > 1), True


def _written_share(text: str) -> tuple[float, bool] | None:
    match = _PERCENTAGE.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = match.groups()
    value = float(number.replace(",", "."))
    whole = number.isdecimal()
    return (_share(value, of_hundred=bool(unit) or whole or value > 1), True) if value <= 100 else None


def _share(value: float, *, of_hundred: bool) -> float:
    # Without the noise of a division: 3.6 % is 0.036. Adding zero makes zero of what is below it in sign alone.
    return round(value / 100, 10) if of_hundred else value + 0.0


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
