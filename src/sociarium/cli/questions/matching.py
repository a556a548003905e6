"""The search in lists: several words in any order, in any script, whatever their case and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Letters that Unicode does not take apart into a base and an accent.
_BASES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"})


def search_key(text: str) -> str:
    """A text as the search compares it: without case and accents, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.translate(_BASES).split())


def matches(keys: Iterable[str], query: str) -> list[int]:
    """The positions of the texts that match a query, by their `search_key`, in their order."""
    words = search_key(query).split()
    return [position for position, key in enumerate(keys) if all(word in key for word in words)]
