"""What answers in plain words have in common: marks around them, and words that deny what they name."""

from __future__ import annotations

import re

MARKUP = " \t\n*_`\"'\u201c\u201d\u2018\u2019()[]"
LONGEST = 10_000
"""Characters of an answer in words; a longer one is none."""

_CLAUSE_ENDS = re.compile(
    r"[.,;:!?\n\u2013\u2014]|\b(?:so|but|because|since|as|therefore|hence|thus|and|then|who|which|while)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|never|no|cannot|unable|neither|nor|without|hardly|barely|if|unless|refus\w{1,3}|declin\w{1,3})\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)
_IS_OUT = re.compile(
    r"\A.{0,40}?(?:\b(?:not|never|cannot|already|silent|quiet|spoke|spoken)\b|n['\u2019]t\b)", re.IGNORECASE
)


def bare_words(text: str) -> str:
    """A text without white space, markup and a full stop around it."""
    return text.strip().strip(MARKUP + ".!").strip()


def is_denied(before: str) -> bool:
    """Whether the clause that a text ends with denies what comes next, or makes it depend on something."""
    clause = before[max((match.end() for match in _CLAUSE_ENDS.finditer(before)), default=0) :]
    return _DENIES.search(clause) is not None


def is_ruled_out(after: str) -> bool:
    """Whether the clause that begins after a name says that it is not that one's turn, or that it was."""
    end = _CLAUSE_ENDS.search(after)
    return _IS_OUT.search(after[: end.start()] if end else after) is not None
