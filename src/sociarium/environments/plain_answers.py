"""Answers in plain words: one choice or one name, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sociarium.environments.plain_words import LONGEST, MARKUP, MOST_MENTIONS, bare_words, is_denied, is_ruled_out

_HEDGE = re.compile(
    r"(?:\b(?:not|never|than|least|most|below|above|under|over|almost|nearly|minus|between|except(?: for)?|besides"
    r"|(?:any\w{0,4}|every\w{0,4}|all|no one|nobody|none|nothing|who) but"
    r"|after|before|following|unlike|apart from|aside from|instead of|(?:responds?|response|reply|replies) to|answers?)"
    r"|n['\u2019]t)"
    r"\s{1,4}(?:(?:an?|even|say|give|choose|pick|a full)\s{1,4})?[*_\"']{0,3}\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?:[#>*_\-\s]{0,8})(?:(?:so|thus|therefore|well)[, ]{1,2})?"
    r"(?:(?:the|my|final|correct|best|chosen)\s{1,4}){0,3}"
    r"(?:answer|response|choice|verdict|vote|decision|option|speaker|next)(?:\s{1,4}(?:is|would be))?\s{0,4}[*_]{0,3}"
    r"\s{0,4}[:=]?[*_]{0,3}\s{0,4}"
    r"|\s*i(?:\s{1,4}|['\u2019](?:d|ll)\s{1,4}|\s{1,4}(?:would|will|must)\s{1,4})(?:(?:have|like)\s{1,4}to\s{1,4})?"
    r"(?:choose|pick|vote|answer|say|respond|go\s{1,4}with)(?:\s{1,4}(?:for|with)(?=\s))?\s{0,4}[:,]?\s{0,4}",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\s*[#>*_\-\u2022]{0,4}[*_\s]{0,4}(?:"
    # What somebody does, a word that says nothing, or a name, as in "*nods* Yes", "Hmm, no", "Prisoner_7: yes".
    r"\*[^*\d\n]{1,80}\*\s{1,3}|\([^()\d\n]{1,80}\)\s{1,3}"
    r"|(?:hmm{1,4}|well|honestly|absolutely|definitely|actually|frankly|personally|sure|okay|ok|oh|um|uh)[,.!\u2026]{0,3}\s{1,3}"
    r"|(?!(?:if|unless|not|n?either|else|otherwise|or|never|wrong|warning|day)\b)\w[\w-]{0,30}"
    r"(?:\s(?!(?:(?:say|want|think|answer|ask|claim|tell|believ|vot|choos|repl|insist|shout|whisper)\w{0,5}|said|told|thought"
    r"|chose|cannot|not|would|or|and|whether|if)\b)\w[\w-]{0,30}){0,2}[*_]{0,3}:[*_]{0,3}\s{1,4}"
    r"|(?<=[#>\-\u2022*])\s{1,3}(?=[^\W\d]))",
    re.IGNORECASE,
)
_NUMBER_GOES_ON = re.compile(r"[.,:/]?\d|\s{0,2}[.,:;/(\u2010-\u2015\u2212-]\s{0,2}\d")
_I = re.compile(r"\s*I(?:\s{1,4}(?:am|do|would)|['\u2019]m)?\s{1,4}", re.IGNORECASE)
"""What a choice of more than a letter may be said with ("I agree", "I'm not sure")."""
_AFTER_SIGN = re.compile(r"\s{0,2}(?:[-\u2013]\s|\u2014|\(|\n|\s(?:because|since)\b)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_TAKEN_BACK = re.compile(
    r"[\s*_`\"')\]]{0,4}(?:[:=?.,\u2013\u2014-]\s{0,3}){1,2}[*_`\"'(]{0,3}\s{0,3}(?:I['\u2019]d\s{1,3}say\s{1,3})?"
    r"(?:no|not|false|never|nope|hardly)\b(?!\s{1,3}doubt)",
    re.IGNORECASE,
)
"""What makes a question of a choice, and says no to it ("toxic: no")."""
_AFTER_WORD = re.compile(r"\s{1,3}(?:yet|I|he|she|they)\b(?!-|/)", re.IGNORECASE)


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
    folded = _fold(text)
    for choice in choices:
        if folded == _fold(choice) or text.strip().casefold() == choice.strip().casefold():
            return PlainAnswer(choice, is_sentence=False)
    if len(text) > LONGEST:
        return None
    for head in (_LABEL, None, _HEADING, _I):
        match = head.match(text) if head else None
        if head and not match:
            continue
        label, rest = (match[0], text[match.end() :]) if match else ("", text)
        made = _leading_choice(rest, [choice for choice in choices if head is not _I or choice[1:].strip()])
        if made is not None:
            after = rest.lstrip(MARKUP)[len(made) :]
            if _TAKEN_BACK.match(after) and made.casefold() not in ("yes", "no"):
                return None
            others = [choice for choice in choices if choice != made]
            is_other = any(_mentions(after, choice) or _mentions(label, choice) for choice in others)
            return None if is_other else PlainAnswer(made, is_sentence=True)
    return None


def _leading_choice(text: str, choices: Sequence[str]) -> str | None:
    """The longest choice that a text begins with."""
    return next((choice for choice in sorted(choices, key=len, reverse=True) if _begins(text, choice)), None)


def name_in(text: str, names: Sequence[str]) -> PlainAnswer | None:
    """The one name that a text has; None where it has none, several, or only one that it rules out."""
    plain = without_escapes(text)
    is_bare = any(bare_words(plain).casefold() == name.casefold() for name in names)
    mentions = {name: _mentions(plain, name, any_case=is_bare or not name.isalpha()) for name in names}
    named = [name for name, places in mentions.items() if places]
    if len(named) != 1 or len(mentions[named[0]]) > MOST_MENTIONS:
        return None
    [name], places = named, mentions[named[0]]
    if any(_is_hedged(plain, at) or is_ruled_out(plain[at + len(name) :][:60]) for at in places):
        return None
    return PlainAnswer(named[0], is_sentence=bare_words(plain).casefold() != named[0].casefold())


def _begins(text: str, choice: str) -> bool:
    """Whether a text begins with a choice and then ends, or goes on after a sign."""
    head = text.lstrip(MARKUP)
    if head[: len(choice)].casefold() != choice.casefold():
        return False
    if choice[-1:].isdigit() and _NUMBER_GOES_ON.match(head, len(choice)):
        return False
    if len(choice) <= 2 and re.match(r"\)\s", head[len(choice) :]):
        return True
    after = head[len(choice) :].lstrip("*_`\"'\u201d\u2019)]")
    if len(choice) == 1 and re.match(r"[.,:]\w", after):
        return False
    is_word = choice.casefold() in ("yes", "no") or choice.casefold().startswith("not ")
    if not after.strip() or after[0] in ".,;:!\n" or _AFTER_SIGN.match(after):
        return True
    return is_word and _AFTER_WORD.match(after) is not None


def _fold(text: str) -> str:
    return re.sub(r"(?<=\w)[\s_-]{1,4}(?=\w)", " ", bare_words(text)).casefold()


def _is_hedged(text: str, at: int) -> bool:
    before = text[max(0, at - 120) : at]
    return _HEDGE.search(before) is not None or is_denied(before)


def _mentions(text: str, words: str, *, any_case: bool = True) -> list[int]:
    """Where a text has words; a name of letters alone counts in lower case only where any case does."""
    # The letter is a choice, and the article is none.
    escaped = r"(?-i:A|a(?!\s{1,3}[^\W\d_]{2}))" if words in ("A", "a") else re.escape(words)
    pattern = rf"(?<!\w)(?<!\w-){escaped}(?!-?\w)"
    places = list(re.finditer(pattern, text, re.IGNORECASE))
    return [place.start() for place in places if any_case or not place[0].islower() or words.islower()]
