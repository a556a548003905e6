"""Answers in plain words: one choice or one name, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sociarium.environments.plain_words import LONGEST, MARKUP, bare_words, is_ruled_out

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
_NUMBER_GOES_ON = re.compile(r"[.,:/]?\d")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")


class PlainAnswer(NamedTuple):
    """What is said, and whether other words stand around it."""

    value: str
    is_sentence: bool


def without_escapes(text: str) -> str:
    """A text without the backslashes that Markdown puts before signs."""
    return _ESCAPED.sub(r"\1", text)


def choice_in(text: str, choices: Sequence[str]) -> PlainAnswer | None:
    """The one choice that a text makes; None where it makes none, or names another one, too.

    A choice is made by nothing but its words, by them after a label ("Answer: yes"), or at the beginning of a sentence
    that goes on after a sign ("Yes, because ..."). A text that only mentions one makes none ("I cannot say yes").
    """
    text = without_escapes(text)
    folded = bare_words(text).casefold()
    for choice in choices:
        if folded == bare_words(choice).casefold() or text.strip().casefold() == choice.strip().casefold():
            return PlainAnswer(choice, is_sentence=False)
    if len(text) > LONGEST:
        return None
    label = _LABEL.match(text)
    rest = text[label.end() :] if label else text
    made = next((choice for choice in sorted(choices, key=len, reverse=True) if _begins(rest, choice)), None)
    if made is None:
        return None
    after = rest.lstrip(MARKUP)[len(made) :]
    others = [choice for choice in choices if choice != made]
    return None if any(_mentions(after, choice) for choice in others) else PlainAnswer(made, is_sentence=True)


def name_in(text: str, names: Sequence[str]) -> PlainAnswer | None:
    """The one name that a text has; None where it has none, several, or only one that it rules out."""
    plain = without_escapes(text)
    mentions = {name: _mentions(plain, name) for name in names}
    named = [name for name, places in mentions.items() if places]
    if len(named) != 1:
        return None
    [name], places = named, mentions[named[0]]
    if any(_HEDGE.search(plain[max(0, at - 40) : at]) or is_ruled_out(plain[at + len(name) :][:60]) for at in places):
        return None
    return PlainAnswer(named[0], is_sentence=bare_words(plain).casefold() != named[0].casefold())


def _begins(text: str, choice: str) -> bool:
    """Whether a text begins with a choice and then ends, or goes on after a sign."""
    head = text.lstrip(MARKUP)
    if head[: len(choice)].casefold() != choice.casefold():
        return False
    if choice[-1:].isdigit() and _NUMBER_GOES_ON.match(head, len(choice)):
        return False
    after = head[len(choice) :].lstrip("*_`\"'\u201d\u2019)]")
    return not after.strip() or after[0] in ".,;:!\n" or bool(re.match(r"\s{0,2}(?:[-\u2013\u2014]\s|\(|\n)", after))


def _mentions(text: str, words: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)]
