"""Numbers that stand in words, and a scale that an answer names again."""

from __future__ import annotations

import re

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: number for number, word in enumerate([*_UNITS, *_TEENS])}
_TEN = {word: 10 * number for number, word in enumerate(_TENS, 2)}
_WORD = (
    rf"(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<unit>{'|'.join(_UNITS[1:])}))?"
    rf"|(?P<small>{'|'.join(_SMALL)})|(?P<hundred>(?:an?\s|one\s)?hundred))"
)
_NUMBER_WORD = re.compile(rf"(?<![\w-]){_WORD}(?![\w-])", re.IGNORECASE)
_OUT_OF_WORD = re.compile(rf"(?P<sign>/|\bout of)\s{{0,4}}{_WORD}(?![\w-])", re.IGNORECASE)
_DASH = "-\u2010\u2011\u2012\u2013"


def with_digits(text: str) -> str:
    """A text with digits for its number words, where it has no digits of its own ("I'd say seven").

    `One` stays a word where more is said: it mostly is no number there ("no one", "one thing").
    """
    text = _OUT_OF_WORD.sub(lambda match: f"{match['sign']} {_number(match)}", text)
    if re.search(r"\d", re.sub(r"(?:/|\bout of)\s\d{1,3}", "", text)):
        return text
    alone = len(text.split()) <= 3 and not re.search(r"(?i)\b(?:no|any|every|some|the)\b", text)
    return _NUMBER_WORD.sub(
        lambda match: match[0] if match[0].lower() == "one" and not alone else str(_number(match)), text
    )


def without_scale(text: str, scale: tuple[int, int]) -> str:
    """A text without the words in which it names its scale again ("on a scale from 0 to 10", "where 0 means none").

    Many models say "on a scale of 1 to 10" where they were asked for 0 to 10: only the upper end has to be the same.
    """
    low, high = scale
    ends = rf"(?:{low}|1)\s{{0,3}}(?:to|[{_DASH}])\s{{0,3}}\+?{high}"
    for pattern in (
        rf"\b(?:scale|range)\b[^\d\n]{{0,20}}?{ends}\b(?![.,]\d)",
        rf"\b(?:(?:scale|range)\s(?:of|up to|to|out of)|out of)\s{high}\b(?!\s{{0,3}}(?:to\b|[{_DASH}])|[.,]\d)",
        rf"\b{ends}[- ](?:point\s)?(?:scale|range)\b",
        rf",?\s(?:where|with)\s{low}\s(?:is|means|meaning|being|=|for)\s[^\d\n]{{1,80}}?\b{high}\s(?:is|means|meaning|being|=|for)"
        r"\s[^\d\n,.;:)]{1,60}",
        rf"\(\s{{0,3}}{low}\s?[=:\u2013-][^\d\n()]{{1,60}}\b{high}\s?[=:\u2013-][^\d\n()]{{1,60}}\)",
    ):
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text


def _number(match: re.Match[str]) -> int:
    if match["tens"]:
        return _TEN[match["tens"].lower()] + (_SMALL[match["unit"].lower()] if match["unit"] else 0)
    return _SMALL[match["small"].lower()] if match["small"] else 100
