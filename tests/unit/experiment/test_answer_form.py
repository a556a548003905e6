"""Forms of answers, as people write them on a line."""

from __future__ import annotations

import pytest

from sociarium.errors import BadInput, DefinitionError
from sociarium.experiment.answer_form import FREE_TEXT, AnswerForm, read_answer_form
from sociarium.experiment.document import to_json
from tests.support.definitions import definition, small


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (None, FREE_TEXT),
        ("0-10", AnswerForm(scale=(0, 10))),
        (" 1 - 7 ", AnswerForm(scale=(1, 7))),
        ("-5-5", AnswerForm(scale=(-5, 5))),
        ("-5..-1", AnswerForm(scale=(-5, -1))),
        ("yes,no, not sure", AnswerForm(choices=("yes", "no", "not sure"))),
        ("0 to 10", AnswerForm(scale=(0, 10))),
        ("{from: 0, to: 10}", AnswerForm(scale=(0, 10))),
        (" {to: -1, from: -5} ", AnswerForm(scale=(-5, -1))),
        ("{choices: [yes, no]}", AnswerForm(choices=("yes", "no"))),
        ("{curly}, {other}", AnswerForm(choices=("{curly}", "{other}"))),
    ],
)
def test_a_scale_choices_or_free_text(text: str | None, form: AnswerForm) -> None:
    assert read_answer_form(text) == form


@pytest.mark.parametrize("form", [AnswerForm(scale=(-5, 5)), AnswerForm(choices=("yes", "no", "not sure"))])
def test_a_form_is_read_from_its_own_words(form: AnswerForm) -> None:
    assert read_answer_form(str(form)) == form


@pytest.mark.parametrize(
    "text", ["", "10", "10-0", "5-5", "yes", "yes,", "yes,,no", "yes,Yes", "a\nb,c", "x" * 201 + ",y",
             "{from: 10, to: 0}", "{from: 0}", "{from: 0, to: ten}", "{from: 0, to: 1, by: 1}", "{choices: yes}"]
)  # fmt: skip
def test_what_is_no_form_says_how_one_is_written(text: str) -> None:
    with pytest.raises(BadInput, match="write a scale such as 0-10, or the answers with commas"):
        read_answer_form(text)


@pytest.mark.parametrize(
    ("line", "written_out"),
    [("0-10", "{from: 0, to: 10}"), ("-1 to 1", "{from: -1, to: 1}"), ('"yes, no"', "{choices: [yes, no]}")],
)
def test_a_file_takes_an_answer_as_it_is_asked_for_on_a_line(line: str, written_out: str) -> None:
    short, full = (
        definition(small(probes=f"[{{name: trust, at: [end], ask: How far?, answer: {answer}}}]"))
        for answer in (line, written_out)
    )
    assert short == full
    assert to_json(short) == to_json(full)


def test_a_line_that_is_no_answer_is_a_fault_of_the_file() -> None:
    with pytest.raises(DefinitionError, match=r"0-10"):
        definition(small(probes="[{name: trust, at: [end], ask: How far?, answer: often}]"))
