"""Measures of words: how much is said, how varied, how easy to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import fsum

from sociarium.analysis.languages import language_of
from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.text_words import words

WINDOW = 50
"""Words of the window in which different words are counted: values of different windows are not comparable."""

_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^aeiouyl]e|[^aeiouydt]ed|[^aeiouyszxcgh]es)$")


def characters(text: str) -> int:
    """How many characters a text has, blanks among them."""
    return len(text)


def word_count(text: str) -> int:
    """How many words, as `str.split` parts them: the same count as `results` has."""
    return len(text.split())


def moving_type_token_ratio(tokens: Sequence[str]) -> float | Missing:
    """Mean share of different words in every window of so many words in a row.

    Source: Covington and McFall (2010), Cutting the Gordian knot: the moving-average type-token ratio (MATTR), Journal
    of Quantitative Linguistics 17(2), 94-100. It does not depend on length, where the plain ratio falls with it.
    """
    if len(tokens) < WINDOW:
        return Missing(f"fewer than {WINDOW} words")
    counts = Counter(tokens[:WINDOW])
    ratios = [len(counts) / WINDOW]
    for first, last in zip(tokens, tokens[WINDOW:], strict=False):
        counts[last] += 1
        counts[first] -= 1
        if not counts[first]:
            del counts[first]
        ratios.append(len(counts) / WINDOW)
    return fsum(ratios) / len(ratios)


def lexical_diversity(text: str) -> float | Missing:
    """`moving_type_token_ratio` of a text's words, folded."""
    return moving_type_token_ratio(words(text))


def reading_ease(text: str) -> float | Missing:
    """Flesch's reading ease of an English text: about 0 (hard) to 100 (easy).

    Source: Flesch (1948), A new readability yardstick, Journal of Applied Psychology 32(3), 221-233. Sentences end with
    . ! ? or the text; syllables are counted by `syllables`.
    """
    if (reason := other_language(text)) is not None:
        return reason
    count = words(text)
    if not count:
        return Missing("no words")
    sentences = sum(bool(words(part)) for part in _SENTENCE_END.split(text))
    return 206.835 - 1.015 * len(count) / sentences - 84.6 * sum(map(syllables, count)) / len(count)


def syllables(word: str) -> int:
    """Syllables of an English word, folded: groups of vowels, without an e at the end that is not spoken.

    A rule and no dictionary: about nine words in ten are right, and errors in a text mostly cancel.
    """
    groups = len(_VOWELS.findall(word))
    return max(1, groups - bool(_SILENT_END.search(word)))


def other_language(text: str) -> Missing | None:
    """Why a measure of English cannot be had of a text; None where it is English, or too short to tell."""
    script, language = language_of(text)
    return Missing("not in English") if (script and script != "LATIN") or language not in {"", "en"} else None
