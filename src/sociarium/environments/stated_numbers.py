"""The number that a text states as its answer.

Numbers stand in sentences for many things: days, people, the number of a question, a bound. One counts as an answer
where nothing else is said, where it stands first or on a line of its own, after a sign such as a colon, or after words
that state something ("I would say 7", "mi respuesta es 7"); and only where what follows it counts nothing ("7 days").
"""

from __future__ import annotations

import re

from sociarium.environments.number_words import with_digits, without_scale
from sociarium.environments.plain_words import LONGEST, MOST_MENTIONS, bare_words, is_denied
from sociarium.environments.suppositions import is_own_and_now

_MINUS = "-\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
"""What models write before a number below zero."""
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>(?:minus|negative|plus|positive)\s{{1,3}}|[{_MINUS}+])?(?P<digits>\d++(?:[.,]\d++)*+)(?!\w)",
    re.IGNORECASE,
)
_MAYBE_MINUS = re.compile(rf"[{_MINUS}\u2014\u2015]\s{{0,3}}\Z")
_BELOW_ZERO = re.compile(r"\b(?:minus|negativ\w{0,4}|(?:below|under) zero)\b", re.IGNORECASE)
_OUT_OF = re.compile(
    r"(?<=\d)[*_)]{0,3}\s{0,4}(?:/|(?:(?:out\s{1,3})?of|sur|von|de|su|van)\b)"
    r"\s{0,4}[*_]{0,3}(\d{1,9})(?![\d]|[.,]\d)",
    re.IGNORECASE,
)
_PART = "\N{INVISIBLE SEPARATOR}"
"""Stands for "out of 10" behind a number."""
_MARKS = r"[*_`\"'\u201c\u201d\u2018\u2019()\[\]]{0,6}"
_NOUNS = (
    r"(?:of|in|day|days|week|month|year|hour|cell|block|room|rule|law|step|page|question|chapter|article|section|item"
    r"|point|phase|round|prisoner|guard|inmate|group|team|table|ward)\b"
)
"""Words before a number that make it the name, or the count, of something."""
_NO_NOUN = rf"(?!{_NOUNS})"
_NAMES_SOMETHING = re.compile(rf"\b{_NOUNS}\s{{0,4}}{_MARKS}\Z", re.IGNORECASE)
_ARTICLE = rf"(?:an?|eine?n?|een|une?|una|uma|um)(?:\s{{1,3}}{_NO_NOUN}\w{{2,12}}){{0,2}}"
_AMOUNT = r"(?:level|score|rating|value|trust|confidence|number|rank|degree|total|answer|grade|mark|vote)"

_CUE = re.compile(
    r"(?:"
    # First, on a line of its own, after what somebody does there, or behind a sign that says: this is it.
    rf"(?:\A|\n)[\s>#*_\-\u2022\u2013\u2014\u2600-\u27bf\U0001f300-\U0001faff]{{0,8}}(?:\*[^*\d\n]{{1,80}}\*\s{{1,3}}|\([^()\d\n]{{1,80}}\)\s{{1,3}})?"
    rf"|[:=\uff1a\uff1d\u2192~\u2248|]{_MARKS}\s{{0,4}}|[-=]>\s{{0,4}}|\s[-\u2013\u2014]\s{{1,3}}"
    # English, and what a sentence is built with in some of its neighbours.
    r"|['\u2019](?:s|m|re)\s{1,4}"
    r"|\b(?:is|are|am|be|equals|say|says|said|give|gave|giving|rate|rated|rating|score"
    r"|choose|chose|pick|picked|answer|select|selected|vote|trust|level|value|as|at|it|this|that"
    r"|(?:is|am|are|['\u2019][sm])\s{1,4}(?:now|still|just|only|currently|definitely|exactly|simply|really)"
    r"|me|him|her|them|us|you|myself|but|around|about|approximately|approx\.?|roughly|circa|ca\.?|maybe|perhaps"
    r"|probably|likely|actually|no|well|rather|instead|so|thus|therefore|hence|then|finally|ok|okay"
    r"|(?:dropp?|fall|fell|fallen|ris|rose|risen|increas|decreas|com|came|go|gone|went|climb|sink|sank|sunk|grow|grew|grown"
    r"|chang|mov|round|amount|down|improv)\w{0,4}\s{1,3}(?:\w{2,8}\s{1,3})?to|I\s{1,3}(?:guess|suppose|think|estimate)"
    r"|would\s{1,3}estimate|(?<![^\n.!?]\s)(?<![^\s])(?:just|still|now|currently|overall|only)"
    rf"|{_AMOUNT}\s{{1,3}}of|the\s{{1,3}}{_AMOUNT}"
    r"|(?:go|goes|going|went|vote|opt|settle|decide|land|sit|start|stick|sticking|stay|answer|respond|reply)"
    r"\s{1,3}(?:for|on|at|with)"
    rf"|ist|w\u00e4re|sage|gebe|es|est|ser\u00eda|serait|\u00e8|\u00e9|seria|sarebbe|(?:{_ARTICLE})),?\s{{1,4}}"
    rf"){_MARKS}\Z",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(
    rf"(?:,\s{{1,3}}|\w\s{{1,3}}\(|(?<!\bno)(?<!\bnr)(?<!\bart)(?<!\d)[.!?\u2026]\s{{1,3}}){_MARKS}\Z", re.IGNORECASE
)
"""What stands before a number that is the last word of a line, or a sentence of its own."""
_ENDS = re.compile(rf"{_MARKS}[.!\u3002]?{_MARKS}\s{{0,4}}(?:\Z|\n)")
_GOES_ON = re.compile(
    rf"{_MARKS}\s{{0,4}}(?:\Z|[.,;:!)\]\n(|\u2013\u2014\u3002\uff0c\u3001\uff1a\uff1b\uff01\u2026\u2600-\u27bf\U0001f300-\U0001faff]|-\s"
    r"|(?:points?|stars?|on(?!\s{1,3}(?:each|every|either|both))|in|for|because|since|as|given|considering|based|right|now|at"
    r"|today|overall|to(?=\s{1,3}(?:be|me|him|her|them|you|my)\b)|with|and|but|here|when|while|that|this|so|due|by|from"
    r"|chance|probability|likelihood|sure|certain|confident|likely|if|I)\b"
    r"|(?:is|would be|seems|sounds|feels)\s{1,3}(?:about\s{1,3}|pretty\s{1,3})?"
    r"(?:my|right|fair|better|closer|what I|where I|how I"
    r"|the\s{1,3}(?:answer|score|rating|number)(?=\s{0,3}(?:[.,!]|\Z|I\b)))\b)",
    re.IGNORECASE,
)
_BOUND_BEFORE = re.compile(
    r"(?:\b(?:not|never|than|least|most|below|above|under|over|almost|nearly|between|except"
    r"|(?:any|every|no)thing but|all but|beyond|past|within|exceed(?:s|ing)?|hardly|barely|near|far from|shy of|besides"
    r"|up to|short of|close to|instead of|max(?:imum)?\.?(?: of)?|min(?:imum)?\.?(?: of)?)"
    r"|n['\u2019]t|[<>\u2264\u2265\u2266\u2267]=?)"
    rf"\s{{0,4}}(?:(?:an?|even|say|give|choose|pick|a full|quite an?)\s{{1,4}})?{_MARKS}\Z",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    rf"{_MARKS}\s{{0,3}}(?:\+|plus\b|upwards?\b|at\s{{1,3}}(?:the\s{{1,3}})?(?:very\s{{1,3}})?(?:most|least|best|worst)\b"
    r"|tops\b|and\s{1,3}an?\s{1,3}(?:half|quarter)\b|(?:max|min)(?:imum)?\b"
    r"|,?\s{0,2}(?:or|and|&|if not)\s{1,3}(?:(?:maybe|perhaps|even|possibly)\s{1,3})?"
    r"(?:more|less|fewer|higher|lower|above|below|over|under|greater|beyond|up(?:wards?)?)\b)",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 160, 60
"""Characters around a number that say what it is."""


def number_in(text: str, scale: tuple[int, int]) -> tuple[int, bool] | None:
    """The one whole number that a text states, and whether other words stand around it; None where it is not clear.

    Two numbers are none, and so is one with a fraction, one out of something else than the scale's end ("4/5" on a
    scale to 10), a percentage of another scale than one to 100, one that is only a bound or denied ("more than 7",
    "7+"), and one that counts something else ("in 3 days").
    """
    low, high = scale
    said = text
    text = with_digits(text) if len(text) <= LONGEST else ""
    if any(int(match[1]) != high for match in _OUT_OF.finditer(text)):
        return None
    plain = without_scale(_OUT_OF.sub(lambda match: _PART if "/" in match[0] or "out" in match[0] else "", text), scale)
    if high == 100:
        plain = re.sub(r"(?i)(?<=\d)\s{0,2}(?:%|percent\b|per cent\b)", "", plain)
    places = list(_NUMBER.finditer(plain))
    numbers = {_value(place) for place in places}
    if len(numbers) != 1 or len(places) > MOST_MENTIONS or any(_is_a_bound(plain, place) for place in places):
        return None
    [number] = numbers
    if number is None or (low < 0 and _may_be_negative(plain, places, number)):
        return None
    if bare_words(said) == places[0][0] and not places[0][0][0].isalpha():
        return number, False
    return (number, True) if any(_is_stated(plain, place) for place in places) else None


def _value(place: re.Match[str]) -> int | None:
    digits = place["digits"]
    if not digits.isdecimal() or len(digits) > 9:
        return None
    is_negative = (place["sign"] or "+").strip().lower() not in ("+", "plus", "positive")
    return -int(digits) if is_negative else int(digits)


def _may_be_negative(text: str, places: list[re.Match[str]], number: int) -> bool:
    """Whether a number may be below zero or not, as in `- 3` or "negative: 3"."""
    if number > 0 and _BELOW_ZERO.search(text):
        return True
    heads = (text[max(0, place.start() - 4) : place.start()] for place in places if not place["sign"])
    return any(_MAYBE_MINUS.search(head) for head in heads)


def _is_a_bound(text: str, place: re.Match[str]) -> bool:
    before, after = _around(text, place)
    return _BOUND_BEFORE.search(before) is not None or _BOUND_AFTER.match(after) is not None


def _is_stated(text: str, place: re.Match[str]) -> bool:
    before, after = _around(text, place)
    if is_denied(before) or not is_own_and_now(before, after):
        return False
    is_part = after.startswith(_PART) and not _NAMES_SOMETHING.search(before)
    after = after.removeprefix(_PART)
    if is_part or _CUE.search(before) is not None:
        return _GOES_ON.match(after) is not None
    return _LAST_WORD.search(before) is not None and _ENDS.match(after) is not None


def _around(text: str, place: re.Match[str]) -> tuple[str, str]:
    # The text begins with a line break, so that the first word of what is looked at is known to be one or not.
    before = text[max(0, place.start() - _BEFORE) : place.start()]
    return before if place.start() > _BEFORE else f"\n{before}", text[place.end() : place.end() + _AFTER]
