"""Forms of answers, as people write them on a line."""

from __future__ import annotations

import pytest

from sociarium.errors import BadInput, DefinitionError
from sociarium.experiment.answer_form import FREE_TEXT, AnswerForm, read_answer_form, recorded_form
from sociarium.experiment.document import from_json, to_json
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
        ("{choices: [1, 2.0, true]}", AnswerForm(choices=("1", "2.0", "true"))),
        ("[yes, no]", AnswerForm(choices=("yes", "no"))),
        ('["a, b", "c)"]', AnswerForm(choices=("a, b", "c)"))),
        ("yes (sure), no (unsure)", AnswerForm(choices=("yes (sure)", "no (unsure)"))),
        ("(a) yes, (b) no", AnswerForm(choices=("(a) yes", "(b) no"))),
        ("a {x}, b [y]", AnswerForm(choices=("a {x}", "b [y]"))),
    ],
)
def test_a_scale_choices_or_free_text(text: str | None, form: AnswerForm) -> None:
    assert read_answer_form(text) == form


@pytest.mark.parametrize("form", [AnswerForm(scale=(-5, 5)), AnswerForm(choices=("yes", "no", "not sure"))])
def test_a_form_is_read_from_its_own_words(form: AnswerForm) -> None:
    assert read_answer_form(str(form)) == form


@pytest.mark.parametrize(
    "text", ["", "10", "10-0", "5-5", "yes", "yes,", "yes,,no", "yes,Yes", "a\nb,c", "x" * 201 + ",y",
             "{from: 10, to: 0}", "{from: 0}", "{from: 0, to: ten}", "{from: 0, to: 1, by: 1}", "{choices: yes}",
             "{from: true, to: 10}", "{from: 0, to: 10", "from: 0, to: 10}", "{choices: [yes, no]", "[yes, no",
             "yes, no]", "(yes, no)", "(yes, no", "yes, no)", "{curly}, {other}", "[yes], [no]", "{choices: [null, 2]}",
             "{choices: [{a: b}, c]}", "[a, [b]]", "[a]", "{}", "0-9999999999", "{from: 0, to: 99999999999999999999}"]
)  # fmt: skip
def test_what_is_no_form_says_how_one_is_written(text: str) -> None:
    with pytest.raises(BadInput, match="write a scale such as 0-10, or the answers with commas"):
        read_answer_form(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{from: true, to: 10}", "an end of its scale is no whole number; "),
        ("{choices: [null, 2]}", "one of its choices is no text; "),
        ("0-1000000000", "the ends of a scale have at most 9 digits; "),
    ],
)
def test_what_is_wrong_with_a_form_is_said(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_answer_form(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", FREE_TEXT),
        ("0-99999999999999999999", AnswerForm(scale=(0, 99999999999999999999))),
        ("{from: 0, to: 10", AnswerForm(choices=("{from: 0", "to: 10"))),
    ],
)
def test_what_was_asked_once_is_read_as_it_was(text: str, form: AnswerForm) -> None:
    assert recorded_form(text) == form


@pytest.mark.parametrize(
    ("line", "written_out"),
    [
        ("0-10", "{from: 0, to: 10}"),
        ("-1 to 1", "{from: -1, to: 1}"),
        ('"yes, no"', "{choices: [yes, no]}"),
        ('"{from: 0, to: 10}"', "{from: 0, to: 10}"),
        ('"[yes, no]"', "{choices: [yes, no]}"),
        ("[yes, no]", "{choices: [yes, no]}"),
    ],
)
def test_a_file_takes_an_answer_as_it_is_asked_for_on_a_line(line: str, written_out: str) -> None:
    short, full = (
        definition(small(probes=f"[{{name: trust, at: [end], ask: How far?, answer: {answer}}}]"))
        for answer in (line, written_out)
    )
    assert short == full
    assert to_json(short) == to_json(full)


@pytest.mark.parametrize("line", ["often", '"{from: 0, to: 10"', '"[yes, no"', '"(yes, no)"'])
def test_a_line_that_is_no_answer_is_a_fault_of_the_file(line: str) -> None:
    with pytest.raises(DefinitionError, match=r"0-10"):
        definition(small(probes=f"[{{name: trust, at: [end], ask: How far?, answer: {line}}}]"))


@pytest.mark.parametrize("answer", ["0-9999999999", "{from: 0, to: 99999999999999999999}", "[yes, null]"])
def test_faults_of_an_answer_are_told_at_its_place(answer: str) -> None:
    says = "this is not text" if "null" in answer else "the ends of a scale have at most 9 digits"
    with pytest.raises(DefinitionError, match=rf"line \d+, probes\[0\]\.answer\S*: {says}"):
        definition(small(probes=f"[{{name: trust, at: [end], ask: How far?, answer: {answer}}}]"))


def test_an_experiment_that_was_stored_with_a_longer_scale_is_still_read() -> None:
    document = to_json(definition(small(probes="[{name: trust, at: [end], ask: How far?, answer: 0-10}]")))
    assert from_json(document.replace('"to": 10', '"to": 99999999999999999999')).probes[0].answer
