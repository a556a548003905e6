"""Replies as models give them to questions for a number, a choice or a name: what each says, if anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sociarium.environments.conversation.speakers import speaker_in
from sociarium.environments.probes import read_answer
from sociarium.environments.stated_numbers import number_in
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ModelReply

ROWS = [json.loads(line) for line in Path(__file__).with_suffix(".jsonl").read_text().splitlines()]
SCALES = {"0 to 10": (0, 10), "-5 to 5": (-5, 5), "0 to 100": (0, 100), "1 to 7": (1, 7)}
CHOICES = {
    "yes, no, not sure": ("yes", "no", "not sure"),
    "1, 2, 10": ("1", "2", "10"),
    "A, B, C": ("A", "B", "C"),
    "agreement": ("Agree", "Disagree", "Strongly agree", "Strongly disagree", "Neutral"),
}
NAMES = ("Guard_313", "Guard_31", "Prisoner_7", "Ann", "Judge Moss", "Will", "Joanna")


def value_of(form: str, reply: str) -> str | int | None:
    if form == "speakers":
        named = speaker_in(ModelReply(reply), NAMES)
        return named and named[0]
    probe = ProbeContent(
        name="p", of=("guard",), at=("end",), ask="?", scale=SCALES.get(form), choices=CHOICES.get(form)
    )
    answer = read_answer(probe, ModelReply(reply))
    return answer and answer.value


@pytest.mark.parametrize("form", [*SCALES, *CHOICES, "speakers"])
def test_a_reply_is_read_as_a_person_reads_it(form: str) -> None:
    rows = [(reply, value) for of, reply, value in ROWS if of == form]
    assert rows
    assert [(reply, value_of(form, reply)) for reply, _ in rows] == rows


@pytest.mark.parametrize(
    "piece", ["7 ", "seven ", "*a", "*", "(", "( 0 = a", "where 0 is ", "scale 0 to ", "7 if ", "he would say ",
              "\\boxed{", "<answer>", "\n1. ", "hmm ", "x x: ", "Ann "],
)  # fmt: skip
def test_hostile_replies_are_read_at_once(piece: str) -> None:
    text = (piece * 10_000)[:9_998] + "7"
    for form in (*SCALES, *CHOICES, "speakers"):
        value_of(form, text)


def test_a_number_that_is_said_too_often_is_no_answer() -> None:
    assert number_in("7 " * 60, (0, 10)) is None
    assert value_of("speakers", "Ann " * 60) is None


@pytest.mark.parametrize("reply", ["Toxic: No", "toxic - no", "Toxic? No.", "Toxic, I'd say no.", "**Toxic:** false"])
def test_a_choice_that_is_a_question_with_no_for_its_answer_is_not_made(reply: str) -> None:
    probe = ProbeContent(name="p", of=("guard",), at=("end",), ask="?", choices=("toxic", "not toxic"))
    assert read_answer(probe, ModelReply(reply)) is None
