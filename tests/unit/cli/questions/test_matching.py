"""The search in lists."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sociarium.cli.questions.matching import matches, search_key

WORDS = st.lists(
    st.text(st.characters(categories=["L", "M", "N", "P"]), min_size=1, max_size=8), min_size=1, max_size=5
)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Malmö", "MALMO"),
        ("Malmo", "malmö"),
        ("Straße", "STRASSE"),
        ("København", "kobenhavn"),
        ("Łódź", "lodz"),
        ("Минск", "МИНСК"),
        ("北京大学", "大学"),
        ("ＦＵＬＬ", "full"),
        ("The east  wing\nof a prison", "wing prison"),
        ("İstanbul", "istanbul"),
    ],
)
def test_case_accents_and_widths_make_no_difference(text: str, query: str) -> None:
    assert matches([search_key(text)], query) == [0]


@given(WORDS, st.randoms())
def test_the_order_of_words_makes_no_difference(words: list[str], random: Random) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)
    assert matches([search_key(" ".join(words))], " ".join(shuffled)) == [0]


@given(WORDS, st.sampled_from("\u0300\u0301\u0308\u030a\u0327"))
def test_accents_that_are_added_make_no_difference(words: list[str], accent: str) -> None:
    plain = " ".join(words)
    accented = "".join(sign + accent if sign.isalpha() else sign for sign in plain)
    composed = unicodedata.normalize("NFC", accented)
    assert search_key(plain) == search_key(composed)


@given(WORDS)
def test_a_key_is_its_own_key(words: list[str]) -> None:
    key = search_key(" ".join(words))
    assert search_key(key) == key


@pytest.mark.slow
@given(WORDS, WORDS)
def test_every_word_has_to_be_there(words: list[str], others: list[str]) -> None:
    key = search_key(" ".join(words))
    missing = [word for word in search_key(" ".join(others)).split() if word not in key]
    assume(missing)
    assert matches([key], " ".join([*words, *others])) == []


def test_matches_stand_in_the_order_of_the_list_and_no_query_matches_all() -> None:
    keys = [search_key(text) for text in ("one two", "two", "three", "two one")]
    assert matches(keys, "ONE two") == [0, 3]
    assert matches(keys, "  ") == [0, 1, 2, 3]
    assert matches(keys, "four") == []
