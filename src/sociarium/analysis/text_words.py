"""Words of a text, as checks and measures count and compare them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@lru_cache(maxsize=4096)
def comparable_text(text: str) -> str:
    """Text for comparison: compatibility forms, lower case, plain apostrophes and single spaces."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()
    return _SPACE.sub(" ", plain).strip()


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Words of a text, folded."""
    return tuple(_WORD.findall(comparable_text(text)))


@lru_cache(maxsize=4096)
def word_runs(text: str, length: int) -> frozenset[tuple[str, ...]]:
    """Every sequence of so many words in a text."""
    every = words(text)
    return frozenset(every[at : at + length] for at in range(len(every) - length + 1))
