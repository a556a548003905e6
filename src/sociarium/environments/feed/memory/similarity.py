"""Which texts are near a text: BM25 (Robertson and Zaragoza, *Foundations and Trends in IR* 3, 2009)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sociarium.environments.feed.optional_libraries import bm25s

_WORD = re.compile(r"\w{3,}")
_MOST_QUERIED = 200
"""Different words of a query that count, the first ones."""


def nearest(query: str, documents: Sequence[str], *, most: int) -> list[int]:
    """The places of the documents that are nearest to a query, the nearest first; those without a common word are none.

    Among equals the later one comes first. The library's scores decide, so the result is to be recorded.
    """
    words = [_words(text) for text in documents]
    terms = list(dict.fromkeys(_words(query)))[:_MOST_QUERIED]
    vocabulary = {word for text in words for word in text}
    terms = [word for word in terms if word in vocabulary]
    if not terms:
        return []
    index = bm25s().BM25()
    index.index(words, show_progress=False)
    scores = [float(score) for score in index.get_scores(terms)]
    order = sorted(range(len(documents)), key=lambda place: (-scores[place], -place))
    return [place for place in order[:most] if scores[place] > 0]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
