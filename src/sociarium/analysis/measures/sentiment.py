"""Sentiment of an English text by VADER."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.texts import other_language
from sociarium.analysis.text_words import words
from sociarium.errors import MissingExtra


class _Analyzer(Protocol):
    def polarity_scores(self, text: str) -> dict[str, float]: ...


def sentiment(text: str) -> float | Missing:
    """VADER's compound score, from -1 to 1, of an English text.

    Source: Hutto and Gilbert (2014), VADER: a parsimonious rule-based model for sentiment analysis of social media
    text, ICWSM 8(1), 216-225.

    Raises:
        MissingExtra: the library is not installed.
    """
    if (reason := other_language(text)) is not None:
        return reason
    if not words(text):
        return Missing("no words")
    return float(_analyzer().polarity_scores(text)["compound"])


def library_version() -> str:
    """The version of the library that scores, which is a part of the measure's own. Raises `MissingExtra`."""
    try:
        return version("vaderSentiment")
    except PackageNotFoundError:
        raise MissingExtra(
            "the measure sentiment needs vaderSentiment, which is not here; pip install 'sociarium[analysis]'"
        ) from None


@cache
def _analyzer() -> _Analyzer:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer: _Analyzer = SentimentIntensityAnalyzer()
    return analyzer
