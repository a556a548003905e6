"""Forms of answers, as people write them on a line."""

from __future__ import annotations

import pytest

from sociarium.errors import BadInput
from sociarium.experiment.answer_form import FREE_TEXT, AnswerForm, read_answer_form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (None, FREE_TEXT),
        ("0-10", AnswerForm(scale=(0, 10))),
        (" 1 - 7 ", AnswerForm(scale=(1, 7))),
        ("-5-5", AnswerForm(scale=(-5, 5))),
        ("-5..-1", AnswerForm(scale=(-5, -1))),
        ("yes,no, not sure", AnswerForm(choices=("yes", "no", "not sure"))),
    ],
)
def test_a_scale_choices_or_free_text(text: str | None, form: AnswerForm) -> None:
    assert read_answer_form(text) == form


@pytest.mark.parametrize("form", [AnswerForm(scale=(-5, 5)), AnswerForm(choices=("yes", "no", "not sure"))])
def test_a_form_is_read_from_its_own_words(form: AnswerForm) -> None:
    assert read_answer_form(str(form)) == form


@pytest.mark.parametrize(
    "text", ["", "10", "10-0", "5-5", "yes", "yes,", "yes,,no", "yes,Yes", "a\nb,c", "x" * 201 + ",y"]
)
def test_what_is_no_form_says_how_one_is_written(text: str) -> None:
    with pytest.raises(BadInput, match="write a scale such as 0-10, or the answers with commas"):
        read_answer_form(text)
