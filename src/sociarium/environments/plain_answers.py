"""Answers in plain words: one number, one choice or one name, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_MARKUP = " \t\n*_`\"'\u201c\u201d\u2018\u2019()[]"
_NUMBER = re.compile(r"(?<![\w.,])[-\u2212]?\d++(?:[.,]\d++)*+(?![\w])")
_OUT_OF = re.compile(r"(?<=\d)\s{0,4}(?:/|out of)\s{0,4}(\d{1,9})(?![\d]|[.,]\d)", re.IGNORECASE)
_HEDGE = re.compile(
    r"(?:\b(?:not|never|than|least|most|below|above|under|over|almost|nearly|minus|between|except|but)|n['\u2019]t)"
    r"\s{1,4}(?:(?:an?|even|say|give|choose|pick|a full)\s{1,4})?[*_\"']{0,3}\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?:[#>*_\-\s]{0,8})(?:(?:so|thus|therefore|well)[, ]{1,2})?"
    r"(?:(?:the|my|final|correct|best|chosen)\s{1,4}){0,3}"
    r"(?:answer|response|choice|verdict|vote|decision|option|speaker|next)(?:\s{1,4}(?:is|would be))?\s{0,4}[*_]{0,3}"
    r"\s{0,4}[:=]?[*_]{0,3}\s{0,4}"
    r"|\s*i\s{1,4}(?:choose|pick|vote|answer|say|would say|'d say)\s{1,4}(?:for\s{1,4})?:?\s{0,4}",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_LONGEST = 10_000


class PlainAnswer(NamedTuple):
    """What is said, and whether other words stand around it."""

    value: str
    is_sentence: bool


def without_escapes(text: str) -> str:
    """A text without the backslashes that Markdown puts before signs."""
    return _ESCAPED.sub(r"\1", text)


def number_in(text: str, scale: tuple[int, int]) -> tuple[int, bool] | None:
    """The one whole number that a text says, and whether other words stand around it; None where it is not clear.

    Two numbers are none, and so is one with a fraction, one out of something else than the scale's end ("4/5" on a
    scale to 10) or one that is only a bound or denied ("more than 7").
    """
    low, high = scale
    text = text[:_LONGEST] if len(text) <= _LONGEST else ""
    for match in _OUT_OF.finditer(text):
        if int(match[1]) != high:
            return None
    plain = _OUT_OF.sub("", text)
    plain = re.sub(rf"(?i)\b(?:scale|range)\b[^\d\n]{{0,20}}{low}\s{{0,3}}(?:to|-|\u2013)\s{{0,3}}{high}\b", " ", plain)
    matches = list(_NUMBER.finditer(plain))
    numbers = {match[0].replace("\u2212", "-") for match in matches}
    if len(numbers) != 1 or any(_HEDGE.search(plain[max(0, match.start() - 40) : match.start()]) for match in matches):
        return None
    [number] = numbers
    if not re.fullmatch(r"-?\d{1,9}", number):
        return None
    return int(number), _bare(text) not in (number, f"+{number}")


def choice_in(text: str, choices: Sequence[str]) -> PlainAnswer | None:
    """The one choice that a text makes; None where it makes none, or names another one, too.

    A choice is made by nothing but its words, by them after a label ("Answer: yes"), or at the beginning of a sentence
    that goes on after a sign ("Yes, because ..."). A text that only mentions one makes none ("I cannot say yes").
    """
    text = without_escapes(text)
    folded = _bare(text).casefold()
    for choice in choices:
        if folded == _bare(choice).casefold() or text.strip().casefold() == choice.strip().casefold():
            return PlainAnswer(choice, is_sentence=False)
    if len(text) > _LONGEST:
        return None
    label = _LABEL.match(text)
    rest = text[label.end() :] if label else text
    made = next((choice for choice in sorted(choices, key=len, reverse=True) if _begins(rest, choice)), None)
    if made is None:
        return None
    after = rest.lstrip(_MARKUP)[len(made) :]
    others = [choice for choice in choices if choice != made]
    return None if any(_mentions(after, choice) for choice in others) else PlainAnswer(made, is_sentence=True)


def name_in(text: str, names: Sequence[str]) -> PlainAnswer | None:
    """The one name that a text has; None where it has none, several, or only one that it rules out."""
    plain = without_escapes(text)
    mentions = {name: _mentions(plain, name) for name in names}
    named = [name for name, places in mentions.items() if places]
    if len(named) != 1 or any(_HEDGE.search(plain[max(0, at - 40) : at]) for at in mentions[named[0]]):
        return None
    return PlainAnswer(named[0], is_sentence=_bare(plain).casefold() != named[0].casefold())


def _bare(text: str) -> str:
    return text.strip().strip(_MARKUP + ".!").strip()


def _begins(text: str, choice: str) -> bool:
    """Whether a text begins with a choice and then ends, or goes on after a sign."""
    head = text.lstrip(_MARKUP)
    if head[: len(choice)].casefold() != choice.casefold():
        return False
    after = head[len(choice) :].lstrip("*_`\"'\u201d\u2019)]")
    return not after.strip() or after[0] in ".,;:!\n" or bool(re.match(r"\s{0,2}(?:[-\u2013\u2014]\s|\(|\n)", after))


def _mentions(text: str, words: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)]
