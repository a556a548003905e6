"""What answers in plain words have in common: marks around them, and words that deny what they name."""

from __future__ import annotations

import re

MARKUP = " \t\n*_`\"'\u201c\u201d\u2018\u2019()[]"
LONGEST = 10_000
"""Characters of an answer in words; a longer one is none."""
MOST_MENTIONS = 50
"""Of a number or a name; what says one more often is no answer."""

_CLAUSE_ENDS = re.compile(
    r"[.,;:!?=(\n\u2013\u2014]|\s-\s|\b(?:so|but|because|since|therefore|hence|thus|and|then|who|which|while)\b"
    r"|\bas\b(?!\s{1,4}(?:an?\b|[\W\d])|\s{0,4}\Z)",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|never|no|nowhere|cannot|unable|neither|nor|without|hardly|barely|if|unless|refus\w{1,3}|declin\w{1,3}"
    r"|doubt\w{0,3}|hesita\w{2,4}|wrong|mistake|wish|pretend\w{0,3})\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)
_IS_OUT = re.compile(
    r"\A.{0,40}?(?:\b(?:not|never|cannot|already|silent|quiet|spoke|spoken|done|finished|is over|waits?|gone|enough)\b"
    r"|n['\u2019]t\b)",
    re.IGNORECASE,
)
_IS_OUT_AT_ONCE = re.compile(
    r"\A\W{0,4}(?:\?\W{0,4}\w|,?\s{0,3}who\s(?:has\s|had\s)?(?:already\s|just\s)?(?:spoke|spoken|had)\b)", re.IGNORECASE
)


def bare_words(text: str) -> str:
    """A text without white space, markup and a full stop around it."""
    return text.strip().strip(MARKUP + ".!").strip()


def clause_before(before: str) -> str:
    """The clause that a text ends with."""
    return before[max((match.end() for match in _CLAUSE_ENDS.finditer(before)), default=0) :]


def is_denied(before: str) -> bool:
    """Whether the clause that a text ends with denies what comes next, or makes it depend on something."""
    return _DENIES.search(clause_before(before)) is not None


def is_ruled_out(after: str) -> bool:
    """Whether the clause that begins after a name says that it is not that one's turn, or that it was."""
    end = _CLAUSE_ENDS.search(after)
    clause = after[: end.start()] if end else after
    return _IS_OUT.search(clause) is not None or _IS_OUT_AT_ONCE.match(after) is not None
