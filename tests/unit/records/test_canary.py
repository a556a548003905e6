"""Answers to the canary of a sweep: what is kept of them, and where they changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sociarium.exchange.canary_text import change_texts, same_texts
from sociarium.records.canary import CanaryAnswer, canary_answers, canary_changes, canary_value, hash_of_answer
from sociarium.records.steering import SteeringOrder, order_fault, steering_state


def answer(text: str, **changes: Any) -> CanaryAnswer:
    first = CanaryAnswer(
        "gpt", "start", 0, 12, text, hash_of_answer(text), "question", {"temperature": 0}, "gpt-1", "fp_1", 40, 20,
        0.01, "ada", "2026-11-26T08:00:00+00:00",
    )  # fmt: skip
    return replace(first, **changes)


def order(number: int, one: CanaryAnswer, **more: Any) -> SteeringOrder:
    value = {**canary_value(one), **more}
    return SteeringOrder("s", number, "canary", {"model": one.model}, value, None, "", one.by, one.at)


def test_an_answer_stands_whole_in_the_log_of_its_sweep_and_steers_nothing() -> None:
    kept = order(1, answer("Storm."))
    assert not order_fault(kept)
    assert canary_answers([kept]) == [answer("Storm.")]
    state = steering_state([kept])
    assert replace(state, number=0) == steering_state([])


def test_an_answer_of_a_later_version_is_left_out() -> None:
    assert canary_answers([order(1, answer("Storm."), loudness=3)]) == []


def test_models_that_answer_alike_are_told_with_how_often() -> None:
    answers = [answer("Storm."), answer("Storm.", moment="end")]
    assert canary_changes(answers) == []
    assert ["did not change: 2" in text for text in same_texts(answers)] == [True]


def test_what_changed_is_told_with_the_moments_between_which_it_did() -> None:
    answers = [
        answer("Storm."),
        answer("Storm.", model="other"),
        answer("Storm.", moment="middle"),
        answer("Calm.", moment="end", served_model="gpt-2", at="2026-11-26T12:00:00+00:00"),
    ]
    [change] = canary_changes(answers)
    assert change.what == ("answer", "served model")
    between = "between the middle (2026-11-26 08:00) and the end (2026-11-26 12:00)"
    assert change_texts(answers) == [f"answers of gpt to the canary changed {between}, and its served model"]


def test_another_fingerprint_is_a_change_though_the_words_are_the_same() -> None:
    [text] = change_texts([answer("Storm."), answer("Storm.", moment="end", fingerprint="fp_2")])
    assert text.startswith("fingerprint of gpt to the canary changed")


def test_a_model_that_does_not_say_its_version_has_not_changed_it() -> None:
    assert canary_changes([answer("Storm."), answer("Storm.", fingerprint=None)]) == []


def test_words_that_a_model_may_have_drawn_are_told_with_that() -> None:
    sampled = [answer(text, sent={"temperature": 0.7}) for text in ("Storm.", "Calm.")]
    assert "answers differ by themselves" in change_texts(sampled)[0]


def test_answers_to_different_questions_are_not_compared() -> None:
    assert canary_changes([answer("Storm."), answer("Calm.", prompt="another")]) == []
