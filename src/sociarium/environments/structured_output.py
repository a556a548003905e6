"""Structured answers: JSON as models really write it, read into values that every store can hold."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sociarium.environments.lenient_json import ObjectInText, objects_in, strict_value
from sociarium.environments.object_parser import ConflictError, is_same
from sociarium.environments.repairs import in_order
from sociarium.environments.template_tokens import TOKEN

_DEEPEST = 20
_MARKUP = frozenset("*_`#<>~|-\"'\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a()[]{}")
"""Signs that stand around words; alone they are none, as in a reply of two quotation marks."""
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
"""Categories of what nobody sees where it stands alone. Characters that this Python does not know yet are none of them:
an emoji of next year is an answer, in whichever Python a run is played."""
_LOOKS_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their categories, and blanks by their looks."""
_FENCE = re.compile(r"```[ \t]*\w{0,20}")
_MARKER = re.compile(r"(?:\A|(?<=\n))[ \t]{0,8}\d{1,2}[.)][ \t]{1,4}\Z")
"""The number of an item in a list, which the object is."""
_MOST_WRAPPERS = 3
_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,15})?|[.,][0-9]{1,15})\s*(%|percent|per cent)?", re.IGNORECASE)


class ReadObject(NamedTuple):
    """An answer's object.

    Attributes:
        value: with the keys that were asked for as they were asked for.
        repairs: kinds of `repairs.REPAIRS` that were needed, in that order.
        rest: the words around it.
    """

    value: Mapping[str, Any]
    repairs: tuple[str, ...] = ()
    rest: str = ""


def read_object(text: str, keys: Collection[str], *, cut: bool = False, depth: int = 1) -> ReadObject | None:
    """The JSON object in an answer, whatever stands around it; None when there is none, or two that differ.

    What no store can hold, in strings and numbers, is replaced.

    Args:
        keys: one of which makes an object the answer; in whichever case they are written.
        cut: whether the answer was cut by a limit.
        depth: of objects in which keys are taken in any case; further in they stay as they are written.
    """
    try:
        return _read_object(text, keys, cut=cut, depth=depth)
    except (ConflictError, RecursionError):
        return None


def _read_object(text: str, keys: Collection[str], *, cut: bool, depth: int) -> ReadObject | None:
    candidates: list[tuple[dict[str, Any], ObjectInText, set[str]]] = []
    for one in _objects(text, cut=cut):
        repairs = set(one.repairs)
        value = _answer_in(one.value, keys, depth, repairs, _MOST_WRAPPERS)
        if value is None:
            continue
        if not one.lost.isdisjoint(keys):
            return None
        candidates.append((value, one, repairs))
    if not candidates:
        return None
    value, first, repairs = candidates[0]
    if any(not is_same(value, other) for other, _, _ in candidates[1:]):
        return None
    repairs |= {"repeated"} if len(candidates) > 1 else set()
    before, after = text[: first.begin], text[candidates[-1][1].end :]
    repairs |= {"prose"} if _MARKER.search(before) else set()
    rest = _MARKER.sub("", before) + " " + after
    without_fence = _FENCE.sub(" ", rest)
    repairs |= {"fence"} if without_fence != rest else set()
    rest = without_fence.strip()
    if rest in ("[]", "[ ]"):
        repairs, rest = repairs | {"wrapped"}, ""
    repairs |= {"prose"} if has_words(rest) else set()
    storable = _storable(value, _DEEPEST)
    return ReadObject(storable, in_order(repairs), rest)


def _objects(text: str, *, cut: bool) -> list[ObjectInText]:
    try:
        value = strict_value(text)
    except ConflictError:
        raise
    except (ValueError, RecursionError):
        return objects_in(text, cut=cut)
    wrapped = frozenset[str]()
    if isinstance(value, str):
        return [
            ObjectInText(one.value, 0, len(text), one.repairs | {"wrapped"}, one.lost)
            for one in objects_in(value, cut=cut)
        ]
    if isinstance(value, list) and len(value) == 1:
        value, wrapped = value[0], frozenset({"wrapped"})
    if isinstance(value, dict):
        return [ObjectInText(value, 0, len(text), wrapped)]
    return objects_in(text, cut=cut)


def _answer_in(
    value: dict[str, Any], keys: Collection[str], depth: int, repairs: set[str], wrappers: int
) -> dict[str, Any] | None:
    """The object that has one of the keys: a value, or the only thing in it."""
    plain = _with_plain_keys(value, keys, depth, repairs)
    if not plain.keys().isdisjoint(keys):
        return plain
    if wrappers == 0 or len(value) != 1:
        return None
    [inner] = value.values()
    if isinstance(inner, list) and len(inner) == 1:
        [inner] = inner
    if isinstance(inner, str):
        objects = objects_in(inner, cut=False)
        inner = objects[0].value if len(objects) == 1 else None
        repairs.update(objects[0].repairs if inner is not None else ())
    if not isinstance(inner, dict):
        return None
    within = _answer_in(inner, keys, depth, repairs, wrappers - 1)
    if within is not None:
        repairs.add("wrapped")
    return within


def _with_plain_keys(value: dict[str, Any], keys: Collection[str], depth: int, repairs: set[str]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    key_by_folded = {key.casefold(): key for key in keys}
    for name, one in value.items():
        key = key_by_folded.get(name.strip().casefold(), name)
        if key != name:
            repairs.add("key_case")
        inner = _with_plain_keys(one, keys, depth - 1, repairs) if isinstance(one, dict) and depth > 1 else one
        if key in plain and not is_same(plain[key], inner):
            raise ConflictError
        plain[key] = inner
    return plain


def has_words(text: str) -> bool:
    """Whether a text says anything: one of only blanks, invisible characters, markup, quotation marks, brackets or
    template tokens does not."""
    # Signs of their own, such as an emoji or "?!", are an answer; asterisks and the like are markup.
    return any(_is_word(character) for character in TOKEN.sub("", text))


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
