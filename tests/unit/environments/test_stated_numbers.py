"""Numbers in sentences: the one that is stated, and none that counts, bounds or denies something."""

from __future__ import annotations

import pytest

from sociarium.environments.stated_numbers import number_in

TEN, HUNDRED, BOTH = (0, 10), (0, 100), (-5, 5)


@pytest.mark.parametrize("text", ["7", "**7**", "7.", "+7", "(7)", '"7"', " 7\n", "7!"])
def test_a_number_alone_needs_no_repair(text: str) -> None:
    assert number_in(text, TEN) == (7, False)


@pytest.mark.parametrize(
    "text",
    ["I would say 7.", "I'd rate my trust in Prisoner_45 as a 7.", "My trust level is 7 out of 10.", "7/10", "# 7",
     "On a scale of 0 to 10, I would rate it a 7", "7 - high trust", "7 (very high)", "Trust level: 7.", "Trust - 7",
     "I trust him 7", "I'm feeling about a 7 right now", "7, because he lied", "7 because he lied", "I'll go with 7",
     "I'd give it a solid 7.", "I think so.\n\n7", "7\n\nHe was kind.", "I don't trust her so I would say 7",
     "I do not trust him at all: 7", "Actually, 7.", "Hmm, 7.", "- 7", "Score=7", "trust: **7**/10", "I choose 7!",
     "The answer is therefore 7", "~7", "about 7", "It's 7", "I\u2019m at a 7", "7 points", "I am 7 sure of it",
     "Mi respuesta es 7.", "Meine Antwort ist 7", "Antwort: 7", "\u7b54\u6848\uff1a7", "7\u3002",
     "7 \u2013 he is kind"],
)  # fmt: skip
def test_a_number_that_a_sentence_states_is_its_answer(text: str) -> None:
    assert number_in(text, TEN) == (7, True)


@pytest.mark.parametrize(
    "text",
    ["I cannot answer question 3", "In 3 days", "in 3 days we shall see", "3 days", "he has 2 sons", "On page 3.",
     "Question 3: I refuse.", "At 7:30", "I have been here for 3 days", "It is day 3", "There are 3 of us",
     "a 3 day wait", "On day 3, I trusted him", "Rule 3 says so", "No. 7", "I trust 3 guards", "1. 7"],
)  # fmt: skip
def test_a_number_that_counts_or_names_something_else_is_no_answer(text: str) -> None:
    assert number_in(text, TEN) is None


@pytest.mark.parametrize(
    "text",
    ["<5", "< 5", "\u2264 3", "\u22655", "5+", "up to 5", "5 or more", "I'd say a 6 or higher", "at most 5",
     "at least 3", "maximum 5", "less than 5", "more than 7", "hardly 7", "almost 7", "between 3 and 5", "5\u20137",
     "5 at most", "4/5", "7 out of 100", "7.5", "5%", "7ish", "beyond 5"],
)  # fmt: skip
def test_a_bound_a_range_and_a_part_of_something_else_are_no_answer(text: str) -> None:
    assert number_in(text, TEN) is None


@pytest.mark.parametrize(
    "text",
    ["not 7", "I cannot give him a 10", "As an AI, I can't give a 7", "Is it 7?", "I would say 8 if he were kind",
     "If he were kind I would say 8", "I refuse to say 7", "I will never say 7"],
)  # fmt: skip
def test_a_number_that_is_denied_asked_or_supposed_is_no_answer(text: str) -> None:
    assert number_in(text, TEN) is None


@pytest.mark.parametrize(
    "text", ["-3", "\u20133", "\u22123", "**-3**", "negative 3", "minus 3", "I'd say minus 3.", "Answer: -3"]
)
def test_a_number_below_zero_is_read_in_each_of_its_forms(text: str) -> None:
    read = number_in(text, BOTH)
    assert read is not None
    assert read[0] == -3


@pytest.mark.parametrize("text", ["\u20133", "negative 3", "minus 3", "-3", "\u22123"])
def test_a_number_below_a_scale_is_not_read_without_its_sign(text: str) -> None:
    read = number_in(text, TEN)
    assert read is not None
    assert read[0] == -3


@pytest.mark.parametrize("text", ["- 3", "\u2014 3", "Answer - 3", "trust-3", "\u20143"])
def test_a_dash_that_may_be_a_minus_leaves_it_open(text: str) -> None:
    assert number_in(text, BOTH) is None


@pytest.mark.parametrize(
    ("text", "number"), [("50%", 50), ("I am 80 % sure", 80), ("50 percent", 50), ("Answer: 7 %.", 7)]
)
def test_a_percentage_is_an_answer_on_a_scale_to_a_hundred(text: str, number: int) -> None:
    read = number_in(text, HUNDRED)
    assert read is not None
    assert read[0] == number


@pytest.mark.parametrize("piece", ["7 ", "no ", "- ", "is a ", "**", ", 7", "scale 0 ", "minus ", "\n", "I say "])
def test_hostile_texts_are_read_in_one_pass(piece: str) -> None:
    assert number_in((piece * 10_000)[:9_998] + "7", TEN) in (None, (7, True), (7, False))
