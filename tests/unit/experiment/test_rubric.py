"""Rubrics from YAML: what they may say, and how faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.rubric import Rubric, read_rubric, rubric_document, rubric_of

SHIPPED = Path(__file__).parents[3] / "experiments" / "rubrics"


@pytest.mark.parametrize(("name", "values"), [("hostility.yaml", (1, 2, 3, 4, 5)), ("persuasion.yaml", ("yes", "no"))])
def test_the_rubrics_that_are_shipped_survive_their_documents(name: str, values: tuple[object, ...]) -> None:
    rubric = read_rubric((SHIPPED / name).read_text(), name)
    assert rubric.values == values
    again = rubric_of(rubric_document(rubric))
    assert again == rubric
    assert again.digest == rubric.digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("of: word", "of: this is not one of 'message', 'post' or 'run'"),
        ("answer: {choices: [one]}", "this is empty; write at least 2"),
        ("answers: 5", "line 6, answers: unknown key 'answers'; did you mean answer"),
        ("meanings: {9: much}", "meanings: '9' is no value of the answer"),
        ("examples: [{text: a, answer: 9}]", "examples: '9' is no value of the answer"),
        ("examples: [{text: a, answer: 1, wy: b}]", "unknown key 'wy'; did you mean why"),
        ("answer: 0-999999999999", "line 3, answer: the ends of a scale have at most 9 digits; write shorter numbers"),
        ('answer: "(calm, sharp)"', "line 3, answer: an answer is {from: 0, to: 10} or {choices: [...]}"),
        ("repeats: 0", "this is less than 1"),
        ("name: ../etc", "this is no name of a measure"),
        ("models: {}", "models: this is empty"),
        ("a: [", "line"),
    ],
)
def test_faults_are_told_with_their_place_and_mend(change: str, message: str) -> None:
    lines = {"name": "name: tone", "question": "question: How?", "answer": "answer: {from: 1, to: 5}",
             "models": "models: {m: {provider: offline}}", "of": "of: run"}  # fmt: skip
    lines[change.partition(":")[0]] = change
    with pytest.raises(DefinitionError) as error:
        read_rubric("\n".join(lines.values()), "tone.yaml")
    assert message in str(error.value)


def test_models_and_repeats_are_not_what_is_asked() -> None:
    rubric = read_rubric((SHIPPED / "hostility.yaml").read_text(), "hostility.yaml")
    assert isinstance(rubric, Rubric)
    assert rubric.model_copy(update={"repeats": 5, "models": {}}).digest == rubric.digest
    assert rubric.model_copy(update={"question": "Other?"}).digest != rubric.digest


@pytest.mark.parametrize(
    ("line", "written_out"),
    [
        ("1-5", "{from: 1, to: 5}"),
        ("calm, sharp", "{choices: [calm, sharp]}"),
        ("[calm, sharp]", "{choices: [calm, sharp]}"),
    ],
)
def test_an_answer_on_a_line_asks_the_same(line: str, written_out: str) -> None:
    text = "name: tone\nquestion: How?\nanswer: %s\nmodels: {dry: {provider: offline}}\n"
    short, full = (read_rubric(text % answer, "tone.yaml") for answer in (line, written_out))
    assert (short, short.digest) == (full, full.digest)


def test_values_of_a_scale_of_any_length_are_known() -> None:
    text = "name: tone\nquestion: How?\nanswer: 0-999999999\nmodels: {dry: {provider: offline}}\nmeanings: {%s: much}\n"
    assert read_rubric(text % 999999999, "tone.yaml").meanings == {"999999999": "much"}
    with pytest.raises(DefinitionError, match="is no value of the answer"):
        read_rubric(text % 1000000000, "tone.yaml")
