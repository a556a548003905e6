"""The number that a text states as its answer.

Numbers stand in sentences for many things: days, people, the number of a question, a bound. One counts as an answer
where nothing else is said, where it stands first or on a line of its own, after a sign such as a colon, or after words
that state something ("I would say 7", "mi respuesta es 7"); and only where what follows it counts nothing ("7 days").
"""

from __future__ import annotations

import re

from sociarium.environments.plain_words import LONGEST, bare_words, is_denied

_MINUS = "-\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
"""What models write before a number below zero."""
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>(?:minus|negative)\s{{1,3}}|[{_MINUS}+])?(?P<digits>\d++(?:[.,]\d++)*+)(?!\w)", re.IGNORECASE
)
_MAYBE_MINUS = re.compile(rf"[{_MINUS}\u2014\u2015]\s{{0,3}}\Z")
_OUT_OF = re.compile(r"(?<=\d)[*_]{0,3}\s{0,4}(?:/|out of)\s{0,4}(\d{1,9})(?![\d]|[.,]\d)", re.IGNORECASE)
_MARKS = r"[*_`\"'\u201c\u201d\u2018\u2019()\[\]]{0,6}"
_ARTICLE = r"(?:an?|the|eine?n?|een|une?|una|uma|um)"

_CUE = re.compile(
    r"(?:"
    # First, on a line of its own, or behind a sign that says: this is it.
    rf"(?:\A|\n)[\s>#*_\-\u2022\u2013\u2014]{{0,8}}"
    r"|[:=\uff1a\uff1d\u2192~\u2248|]\s{0,4}|[-=]>\s{0,4}|\s[-\u2013\u2014]\s{1,3}"
    # English, and what a sentence is built with in some of its neighbours.
    r"|['\u2019](?:s|m|re)\s{1,4}"
    r"|\b(?:is|are|am|was|be|equals|say|says|said|give|gives|gave|giving|rate|rates|rated|rating|score|scores|scored"
    r"|choose|chose|pick|picked|answer|answers|select|selected|vote|trust|level|value|as|at|of|with|it|this|that"
    r"|me|him|her|them|us|you|myself|to|around|about|approximately|approx\.?|roughly|circa|ca\.?|maybe|perhaps"
    r"|probably|likely|actually|no|well|rather|instead|so|thus|therefore|hence|then|finally|ok|okay"
    r"|(?:go|going|vote|opt|settle|decide|land|sit)\s{1,3}(?:for|on|at|with)"
    rf"|ist|w\u00e4re|sage|gebe|es|est|ser\u00eda|serait|\u00e8|\u00e9|seria|sarebbe|{_ARTICLE}(?:\s{{1,3}}\w{{2,12}})?),?\s{{1,4}}"
    rf"){_MARKS}\Z",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(rf",\s{{1,3}}{_MARKS}\Z")
_ENDS = re.compile(rf"{_MARKS}[.!\u3002]?{_MARKS}\s{{0,4}}(?:\Z|\n)")
_GOES_ON = re.compile(
    rf"{_MARKS}\s{{0,4}}(?:\Z|[.,;:!)\]\n(|\u2013\u2014\u3002\uff0c\u3001\uff1a\uff1b\uff01]|-\s"
    r"|(?:points?|stars?|on|out|in|for|because|since|as|given|considering|based|right|now|at|today|overall|to|with"
    r"|and|but|here|when|while|that|this|so|due|is|would|by|from"
    r"|sure|certain|confident|likely)\b)",
    re.IGNORECASE,
)
_BOUND_BEFORE = re.compile(
    r"(?:\b(?:not|never|than|least|most|below|above|under|over|almost|nearly|between|except|but|beyond|past|within"
    r"|exceed(?:s|ing)?|hardly|barely|up to|down to|short of|close to|instead of|max(?:imum)?\.?(?: of)?"
    r"|min(?:imum)?\.?(?: of)?)|n['\u2019]t|[<>\u2264\u2265\u2266\u2267]=?)"
    rf"\s{{0,4}}(?:(?:an?|even|say|give|choose|pick|a full)\s{{1,4}})?{_MARKS}\Z",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    rf"{_MARKS}\s{{0,3}}(?:\+|plus\b|upwards?\b|at\s{{1,3}}(?:most|least)\b|(?:max|min)(?:imum)?\b"
    r"|(?:or|and|&)\s{1,3}(?:more|less|fewer|higher|lower|above|below|over|under|greater|beyond|up(?:wards?)?)\b)",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 160, 40
"""Characters around a number that say what it is."""


def number_in(text: str, scale: tuple[int, int]) -> tuple[int, bool] | None:
    """The one whole number that a text states, and whether other words stand around it; None where it is not clear.

    Two numbers are none, and so is one with a fraction, one out of something else than the scale's end ("4/5" on a
    scale to 10), a percentage of another scale than one to 100, one that is only a bound or denied ("more than 7",
    "7+"), and one that counts something else ("in 3 days").
    """
    low, high = scale
    text = text if len(text) <= LONGEST else ""
    if any(int(match[1]) != high for match in _OUT_OF.finditer(text)):
        return None
    plain = _OUT_OF.sub("", text)
    plain = re.sub(rf"(?i)\b(?:scale|range)\b[^\d\n]{{0,20}}{low}\s{{0,3}}(?:to|-|\u2013)\s{{0,3}}{high}\b", " ", plain)
    if high == 100:
        plain = re.sub(r"(?i)(?<=\d)\s{0,2}(?:%|percent\b|per cent\b)", "", plain)
    places = list(_NUMBER.finditer(plain))
    numbers = {_value(place) for place in places}
    if len(numbers) != 1 or any(_is_a_bound(plain, place) for place in places):
        return None
    [number] = numbers
    if number is None or (low < 0 and any(_may_be_negative(plain, place) for place in places)):
        return None
    if bare_words(text) == places[0][0] and not places[0][0][0].isalpha():
        return number, False
    return (number, True) if any(_is_stated(plain, place) for place in places) else None


def _value(place: re.Match[str]) -> int | None:
    digits = place["digits"]
    if not digits.isdecimal() or len(digits) > 9:
        return None
    return int(digits) if place["sign"] in (None, "+") else -int(digits)


def _may_be_negative(text: str, place: re.Match[str]) -> bool:
    """Whether a dash before a number may be a minus or not, as in `- 3`."""
    return not place["sign"] and _MAYBE_MINUS.search(text[max(0, place.start() - 4) : place.start()]) is not None


def _is_a_bound(text: str, place: re.Match[str]) -> bool:
    before, after = _around(text, place)
    return _BOUND_BEFORE.search(before) is not None or _BOUND_AFTER.match(after) is not None


def _is_stated(text: str, place: re.Match[str]) -> bool:
    before, after = _around(text, place)
    if is_denied(before):
        return False
    if _CUE.search(before) is not None:
        return _GOES_ON.match(after) is not None
    return _LAST_WORD.search(before) is not None and _ENDS.match(after) is not None


def _around(text: str, place: re.Match[str]) -> tuple[str, str]:
    # The text begins with a line break, so that the first word of what is looked at is known to be one or not.
    before = text[max(0, place.start() - _BEFORE) : place.start()]
    return before if place.start() > _BEFORE else f"\n{before}", text[place.end() : place.end() + _AFTER]
