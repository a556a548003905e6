"""Measures of words, against counts by hand and a published score."""

from __future__ import annotations

import pytest

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.texts import (
    WINDOW,
    characters,
    lexical_diversity,
    moving_type_token_ratio,
    reading_ease,
    syllables,
    word_count,
)


def test_length_counts_blanks_as_characters_and_parts_words_at_them() -> None:
    assert (characters("a bc  d"), word_count("a bc  d")) == (7, 3)
    assert (characters(""), word_count(" \n ")) == (0, 0)


def test_diversity_is_the_mean_over_windows_counted_one_by_one() -> None:
    tokens = [f"w{number * number % 37}" for number in range(150)]
    windows = [tokens[at : at + WINDOW] for at in range(len(tokens) - WINDOW + 1)]
    expected = sum(len(set(window)) / WINDOW for window in windows) / len(windows)
    assert moving_type_token_ratio(tokens) == pytest.approx(expected, abs=1e-12)


def test_diversity_does_not_fall_with_length_as_the_plain_ratio_does() -> None:
    once = [f"w{number % 40}" for number in range(80)]
    assert moving_type_token_ratio(once * 10) == pytest.approx(40 / WINDOW)
    assert len(set(once * 10)) / len(once * 10) < 0.1


def test_diversity_of_few_words_is_none_and_says_why() -> None:
    assert lexical_diversity("word " * (WINDOW - 1)) == Missing("fewer than 50 words")
    assert lexical_diversity("Word word " * WINDOW) == pytest.approx(1 / WINDOW)


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("reading", 2), ("table", 2), ("made", 1), ("walked", 1), ("wanted", 2), ("horses", 2),
     ("times", 1), ("committee", 3), ("the", 1), ("rhythm", 1), ("beautiful", 3), ("39", 1)],
)  # fmt: skip
def test_syllables_are_counted_by_vowels_that_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_reading_ease_is_flesch_formula_of_words_sentences_and_syllables() -> None:
    # 12 words, 2 sentences, 12 syllables.
    text = "The cat sat on the mat. The dog sat on the rug."
    assert reading_ease(text) == pytest.approx(206.835 - 1.015 * 6 - 84.6 * 1)
    harder = "Institutional accountability necessitates comprehensive administrative documentation."
    assert isinstance(ease := reading_ease(harder), float)
    assert ease < 0


@pytest.mark.parametrize("text", ["", "...", "🙂"])
def test_a_text_without_words_has_no_reading_ease(text: str) -> None:
    assert reading_ease(text) == Missing("no words")


def test_a_text_in_another_language_has_no_reading_ease() -> None:
    assert reading_ease("Der Hund ist nicht in dem Haus, und wir sind auch nicht da.") == Missing("not in English")
    assert reading_ease("Мы не знаем, когда придёт поезд на этот вокзал.") == Missing("not in English")
