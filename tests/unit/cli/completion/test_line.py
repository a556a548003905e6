"""Command lines as bash hands them over, and words as it wants them back."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.cli.completion.line import bash_word, read_line


@pytest.mark.parametrize(
    ("text", "before", "typed", "quote"),
    [
        ("a b", ("a",), "b", ""),
        ("a b ", ("a", "b"), "", ""),
        ("a The\\ ea", ("a",), "The ea", ""),
        ("a 'The ea", ("a",), "The ea", "'"),
        ('a "The \\$ \\e', ("a",), "The $ \\e", '"'),
        ('a "b"c', ("a",), "bc", ""),
        ("", (), "", ""),
    ],
)
def test_words_are_read_with_quotes_open_at_the_cursor(
    text: str, before: tuple[str, ...], typed: str, quote: str
) -> None:
    line = read_line(text)
    assert (line.before, line.typed, line.quote) == (before, typed, quote)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1))
def test_what_a_shell_would_quote_is_read_back(words: list[str]) -> None:
    line = read_line(shlex.join(words) + " ")
    assert (list(line.before), line.typed) == (words, "")


TITLES = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1)


@given(TITLES, st.sampled_from(["", "'", '"']))
def test_a_word_stays_one_word_whatever_stands_in_it(value: str, quote: str) -> None:
    if quote == "'" and "'" in value:
        return  # nothing can stand for it between such quotes
    text = bash_word(value, read_line(quote), "=:")
    assert read_line(f"{quote}{text}{quote} ").before == (value,)


def test_bash_gets_what_stands_after_the_sign_at_which_it_breaks_words() -> None:
    assert bash_word("model=small one", read_line("model=sm"), "=:") == "small\\ one"
    assert bash_word("model=small", read_line("model=sm"), ":") == "model=small"
    assert bash_word("model=small one", read_line("'model=sm"), "=:") == "model=small one"
