"""Texts on lines of a width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sociarium.cli.questions.wrapping import (
    cells_of,
    cut,
    padded_text,
    position_below,
    row_number,
    rows_of,
    visible,
    wrapped_lines,
)

TEXTS = st.text(st.sampled_from("abc  \n北京é\u0301👮\t\x07-"), max_size=80)
WIDTHS = st.integers(2, 30)


@given(TEXTS, WIDTHS)
def test_every_sign_stands_in_one_row_that_fits(text: str, width: int) -> None:
    rows = rows_of(text, width)
    assert "".join(text[row.start : row.end] for row in rows) == text.replace("\n", "")
    for row in rows:
        assert cells_of(text[row.start : row.end].rstrip()) <= width


@given(TEXTS, WIDTHS)
def test_no_accent_is_parted_from_its_letter(text: str, width: int) -> None:
    for row in rows_of(text, width):
        begins_line = row.start == 0 or text[row.start - 1] == "\n"
        assert begins_line or not text[row.start : row.end].startswith("\u0301")


def test_rows_break_between_words_within_long_ones_and_within_chinese() -> None:
    assert wrapped_lines("one two three", 8) == ["one two", "three"]
    assert wrapped_lines("extraordinary", 5) == ["extra", "ordin", "ary"]
    assert wrapped_lines("北京大学", 5) == ["北京", "大学"]
    assert wrapped_lines("one\n\ntwo", 8) == ["one", "", "two"]


@given(TEXTS, st.integers(0, 30))
def test_a_cut_text_fits_and_says_that_it_is_cut(text: str, width: int) -> None:
    shown = cut(text, width)
    assert cells_of(shown) <= width
    assert shown == text or shown == "" or shown.endswith("…")
    assert cells_of(padded_text(shown, width)) == width


@given(TEXTS, WIDTHS, st.data())
def test_the_cursor_goes_a_row_down_and_stays_within_the_text(text: str, width: int, data: st.DataObject) -> None:
    rows = rows_of(text, width)
    position = data.draw(st.integers(0, len(text)))
    number = row_number(rows, position)
    for by in (-1, 1):
        moved = position_below(text, rows, position, by)
        assert 0 <= moved <= len(text)
        target = number + by
        assert row_number(rows, moved) == (target if 0 <= target < len(rows) else number)


def test_signs_that_would_rule_a_terminal_are_shown_as_one_sign() -> None:
    unseen = "\N{REPLACEMENT CHARACTER}"
    assert [visible(sign) for sign in "\x1b\u202e\x9b\ta"] == ["␛", unseen, unseen, " ", "a"]
