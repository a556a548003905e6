"""Sentiment, against the library called directly."""

from __future__ import annotations

from importlib import metadata

import pytest

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.registry import MEASURES
from sociarium.analysis.measures.sentiment import sentiment

vader = pytest.importorskip("vaderSentiment.vaderSentiment")


@pytest.mark.parametrize("text", ["VADER is smart, handsome, and funny!", "Today SUX", "The book is on the table."])
def test_sentiment_is_the_compound_score_of_the_library(text: str) -> None:
    assert sentiment(text) == vader.SentimentIntensityAnalyzer().polarity_scores(text)["compound"]


def test_sentiment_of_another_language_or_of_no_words_is_none() -> None:
    assert sentiment("Das ist nicht gut, und ich bin sehr böse auf dich.") == Missing("not in English")
    assert sentiment("…") == Missing("no words")


def test_the_version_of_the_library_is_part_of_the_measure() -> None:
    assert MEASURES["sentiment"].version() == f"1 vaderSentiment {metadata.version('vaderSentiment')}"
