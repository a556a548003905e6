"""Answers in the forms in which models write them: one meaning, or none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.conversation.speakers import speaker_in
from sociarium.environments.probes import read_answer
from sociarium.environments.structured_output import read_object
from sociarium.environments.template_tokens import without_tokens
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ModelReply

SCALE = ProbeContent(name="p", of=("guard",), at=("end",), ask="?", scale=(0, 10))
HUNDRED = ProbeContent(name="p", of=("guard",), at=("end",), ask="?", scale=(0, 100))
DOSE = ProbeContent(name="p", of=("guard",), at=("end",), ask="?", choices=("1", "2", "10"))
VOTE = ProbeContent(name="p", of=("guard",), at=("end",), ask="?", choices=("yes", "no", "not sure"))
NAMES = ("Guard_313", "Guard_31", "Prisoner_7")


def read(probe: ProbeContent, text: str, *, cut: bool = False) -> tuple[Any, tuple[str, ...]]:
    answer = read_answer(probe, ModelReply(text, finish_reason="length" if cut else "stop"))
    return (None, ()) if answer is None else (answer.value, answer.repairs)


@pytest.mark.parametrize(
    ("probe", "text", "value", "repairs"),
    [
        (VOTE, '```json\n{"answer": "yes"}\n```', "yes", ("fence",)),
        (VOTE, "```\nyes\n```", "yes", ("fence",)),
        (VOTE, "Answer: yes", "yes", ("sentence",)),
        (VOTE, "**Answer:** Yes.", "yes", ("sentence",)),
        (VOTE, "My final answer is **no**", "no", ("sentence",)),
        (VOTE, "Yes, because he is kind.", "yes", ("sentence",)),
        (VOTE, '{"answer": "Answer: yes"}', "yes", ("sentence",)),
        (VOTE, "{'answer': 'yes'}", "yes", ("quotes",)),
        (VOTE, "{answer: not sure}", "not sure", ("unquoted",)),
        (VOTE, '{"Answer": "yes",} ', "yes", ("key_case", "trailing_comma")),
        (VOTE, 'Here you are: {"answer": "no"}', "no", ("prose",)),
        (VOTE, '{"answer": "yes"}{"answer": "yes"}', "yes", ("repeated",)),
        (VOTE, '{"response": {"answer": "yes"}}', "yes", ("wrapped",)),
        (VOTE, '"{\\"answer\\": \\"yes\\"}"', "yes", ("wrapped",)),
        (VOTE, '[{"answer": "yes"}]', "yes", ("wrapped",)),
        (VOTE, '{"answer": "yes" // as asked\n}', "yes", ("comment",)),
        (VOTE, '{“answer”: “yes”}', "yes", ("quotes",)),
        (VOTE, '{"answer": "yes"', "yes", ("unclosed",)),
        (VOTE, 'The form is {"answer": <choice>}. {"answer": "no"}', "no", ("prose",)),
        (VOTE, '{"answer": "yes"}<|im_end|>', "yes", ()),
        (SCALE, '{"answer": "7"}', 7, ("number",)),
        (SCALE, '{"answer": 7.0}', 7, ("number",)),
        (SCALE, '{"answer": "7/10"}', 7, ("sentence", "number")),
        (SCALE, "On a scale from 0 to 10: 7", 7, ("sentence",)),
        (SCALE, "I trust Guard_313: 7", 7, ("sentence",)),
        (SCALE, '{"why": "fair", "answer": 7}', 7, ()),
        (HUNDRED, '{"answer": "70 %"}', 70, ("sentence", "number")),
        (HUNDRED, "70%", 70, ("sentence",)),
        (SCALE, "7", 7, ()),
        (DOSE, "1", "1", ()), (DOSE, "1.", "1", ()), (DOSE, "1: he lied", "1", ("sentence",)),
        (DOSE, "Answer: 10", "10", ("sentence",)), (DOSE, '{"answer": 2}', "2", ()),
    ],
)  # fmt: skip
def test_an_answer_is_read_and_what_was_repaired_is_said(
    probe: ProbeContent, text: str, value: Any, repairs: tuple[str, ...]
) -> None:
    got, kinds = read(probe, text)
    assert got == value
    assert set(kinds) == set(repairs)


@pytest.mark.parametrize(
    ("probe", "text"),
    [
        (VOTE, '{"answer": "yes"}{"answer": "no"}'), (VOTE, '{"answer": "yes", "answer": "no"}'),
        (VOTE, '{"answer": "yes", "answer": "no",}'), (VOTE, '{"answer": "yes", "Answer": "no"}'),
        (VOTE, "Yes and no"), (VOTE, "I cannot say yes"),
        (VOTE, "Answer: yes or no"), (VOTE, "Answer: not yes"), (VOTE, '{"answer": ["yes", "no"]}'),
        (VOTE, '{"answer": "yes|no"}'), (VOTE, '{"answer": "maybe"}'), (VOTE, '{"answer": "yes"} No. Answer: no'),
        (VOTE, '{"answer": "he said "yes""}'), (VOTE, '{"answer": true}'), (VOTE, '{"answer": "yes or'),
        (SCALE, '{"answer": 70}'), (SCALE, "70 %"), (SCALE, '{"answer": 0.7}'), (SCALE, "7.5 or 8"), (SCALE, "4/5"),
        (SCALE, "8 out of 100"), (SCALE, "more than 7"), (SCALE, "not 7"), (SCALE, "between 3 and 5"), (SCALE, "3-5"),
        (SCALE, "\u22127"), (SCALE, '{"answer": "-7"}'), (SCALE, '{"answer": 7} Actually, 8.'), (SCALE, "7,000"),
        (SCALE, '{"answer": 07}'), (SCALE, '{"answer": 7, "answer": 7.5}'), (SCALE, '{"answer": True}'),
        (SCALE, '{"answer": 1, "answer": true}'), (SCALE, '{"answer": 7 8}'), (SCALE, '{"other": 7}'),
        (DOSE, "1:30"), (DOSE, "1,5"), (DOSE, "1.5"), (DOSE, "1/2"), (DOSE, "Answer: 1:30"), (DOSE, "2,10"),
    ],
)  # fmt: skip
def test_what_can_be_meant_in_two_ways_is_no_answer(probe: ProbeContent, text: str) -> None:
    assert read(probe, text) == (None, ())


def test_a_number_that_the_limit_may_have_cut_is_no_answer_and_one_before_a_cut_reason_is() -> None:
    assert read(HUNDRED, '{"answer": 7') == (7, ("unclosed",))
    assert read(HUNDRED, '{"answer": 7', cut=True) == (None, ())
    assert read(HUNDRED, '{"answer": 7, "why": "he is', cut=True) == (7, ("unclosed",))
    assert read(VOTE, '{"answer": "not', cut=True) == (None, ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Guard\\_313", "Guard_313"), ('{"speaker": "Guard\\_313"}', "Guard_313"), ("**Guard_31**", "Guard_31"),
        ('{"speaker": "guard_313"}', "Guard_313"), ('{"Speaker": "Prisoner_7", "why": "Guard_31 spoke"}', "Prisoner_7"),
        ("Prisoner_7 should speak next.", "Prisoner_7"), ("```\n{'speaker': 'Guard_31'}\n```", "Guard_31"),
        ("Guard_313 or Guard_31", None), ("Not Guard_31", None), ("anyone but Guard_31", None), ("Guard_3", None),
        ('{"speaker": "Guard_31"}{"speaker": "Guard_313"}', None), ('{"speaker": "Guard_31"} No: Guard_313.', None),
        ("Guard_313 should not speak", None), ("Guard_313 has already spoken.", None), ("Guard_313 can't speak", None),
        ("Guard_313 isn't next", None), ("**Guard_313** must stay silent", None), ("Guard_313 spoke last", None),
        ("Guard_313, since nobody else has spoken", "Guard_313"), ("Guard_313 because he has not spoken", "Guard_313"),
        ("Guard_313 should answer what was not asked", None), ("It is the turn of Guard_313.", "Guard_313"),
        ('{"speaker": ["Guard_31"]}', None), ("Guard_3131", None), ("", None),
    ],
)  # fmt: skip
def test_a_speaker_is_one_name_or_none(text: str, name: str | None) -> None:
    named = speaker_in(ModelReply(text), NAMES)
    assert (named and named[0]) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"posts": [], "plan": "x",}', {"posts": [], "plan": "x"}),
        ('{"response": {"posts": []}}', {"posts": []}),
        ('{"a": 1}{"posts": []}{"posts": []}', {"posts": []}),
        ("{'posts': [], 'plan': 'it\\'s so'}", {"posts": [], "plan": "it's so"}),
        ('{"posts": [1, 2,], "plan": "two\nlines"}', {"posts": [1, 2], "plan": "two\nlines"}),
        ('{"posts": None, "plan": True}', {"posts": None, "plan": True}),
        ('{"posts": [] "plan": ""}', {"posts": [], "plan": ""}),
        ('{"Posts": {"P1": {"Like": 1}}}', {"posts": {"P1": {"like": 1}}}),
    ],
)  # fmt: skip
def test_an_object_of_a_feed_is_read(text: str, value: Mapping[str, Any]) -> None:
    got = read_object(text, ("posts", "plan", "like"), depth=3)
    assert got is not None
    assert got.value == value


def test_of_two_equal_objects_one_is_read_and_of_two_others_none() -> None:
    got = read_object('{"a": 1}{"a": 1}', ("a",))
    assert got is not None
    assert (got.value, got.repairs) == ({"a": 1}, ("repeated",))
    assert read_object('{"a": 1}{"a": 2}', ("a",)) is None


@pytest.mark.parametrize(
    "text", ['{"posts": ["ada", "bo', '{"posts": ["ada",', '{"posts": {"p1": {"like": 1, "pl',
             '{"posts": {"p1": {"plan": "x'],
)  # fmt: skip
def test_what_a_limit_took_from_an_answer_is_not_guessed(text: str) -> None:
    assert read_object(text, ("posts", "plan", "like"), cut=True, depth=3) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Good morning.<|im_end|>", "Good morning."), ("<|im_start|>assistant\nGood morning.", "Good morning."),
        ("Good morning.</s>", "Good morning."), ("<s> Good morning.<pad><pad>", "Good morning."),
        ("Good morning.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nYes", "Good morning."),
        ("<start_of_turn>model\nGood morning.<end_of_turn>", "Good morning."),
    ],
)  # fmt: skip
def test_tokens_of_a_template_are_cut(text: str, rest: str) -> None:
    assert without_tokens(text) == (rest, True)


@pytest.mark.parametrize("text", ["I <s>hate</s> love it", "`<|im_end|>` ends it", "plain", " a < b | c > d "])
def test_words_that_are_no_tokens_stay(text: str) -> None:
    assert without_tokens(text) == (text, False)


def _single(text: str) -> str:
    return text.replace('"', "'")


MUTATIONS: list[Callable[[str], str]] = [
    lambda text: f"```json\n{text}\n```",
    lambda text: f"Sure, here it is:\n{text}\nI hope that helps.",
    lambda text: text[:-1] + ",}",
    lambda text: text[:-1],
    lambda text: f"{text}\n{text}",
    lambda text: f'{{"result": {text}}}',
    lambda text: f"[{text}]",
    lambda text: json.dumps(text),
    lambda text: text.replace('"answer"', '"ANSWER"', 1),
    lambda text: text.replace('"answer"', "answer", 1),
    lambda text: text.replace("{", "{ /* so */ ", 1),
    lambda text: text.replace(": ", ":\n", 1),
    lambda text: f"{text}<|im_end|>",
    _single,
]


@given(st.integers(-5, 15), st.lists(st.sampled_from(MUTATIONS), max_size=4), st.integers(0, 60))
def test_a_mutated_number_is_itself_or_none(number: int, mutations: list[Callable[[str], str]], length: int) -> None:
    text = json.dumps({"answer": number})
    for mutate in mutations:
        text = mutate(text)
    value, _ = read(SCALE, text)
    assert value in (number if 0 <= number <= 10 else None, None)
    cut, _ = read(SCALE, text[:length], cut=True)
    assert cut in (number if 0 <= number <= 10 else None, None)
    if len(mutations) == 1 and 0 <= number <= 10:
        assert value == number


@given(st.sampled_from(VOTE.choices), st.lists(st.sampled_from(MUTATIONS), max_size=4), st.integers(0, 60))
def test_a_mutated_choice_is_itself_or_none(choice: str, mutations: list[Callable[[str], str]], length: int) -> None:
    text = json.dumps({"answer": choice})
    for mutate in mutations:
        text = mutate(text)
    assert read(VOTE, text)[0] in (choice, None)
    assert read(VOTE, text[:length], cut=True)[0] in (choice, None)
    if len(mutations) == 1:
        assert read(VOTE, text)[0] == choice


SIGNS = st.text(st.sampled_from(list("{}[]\"':,\\/#*`<|> \n017.-etrufalsanswyNone")), max_size=80)


@given(SIGNS | st.text(), st.booleans())
def test_nothing_that_is_said_breaks_the_reader(text: str, cut: bool) -> None:
    for probe in (SCALE, VOTE):
        value, _ = read(probe, text, cut=cut)
        assert value is None or value in VOTE.choices or 0 <= value <= 10
    named = speaker_in(ModelReply(text), NAMES)
    assert named is None or named[0] in NAMES
    read_object(text, ("answer", "posts"), cut=cut, depth=3)


@given(st.dictionaries(st.sampled_from(["posts", "plan", "x"]), st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6),
    min_size=1), st.integers(0, 3))  # fmt: skip
def test_an_object_is_read_as_json_reads_it_whatever_is_around(value: dict[str, Any], which: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    text = [text, f"```json\n{text}\n```", f"So: {text}", text[:-1] + ",}"][which]
    got = read_object(text, ("posts", "plan"))
    if not value.keys().isdisjoint({"posts", "plan"}) and got is not None:
        assert got.value == value
    if which == 0 and not value.keys().isdisjoint({"posts", "plan"}):
        assert got is not None


@pytest.mark.parametrize(
    "piece", ["{", "[", '{"', "{'", '{"a":', "{a:1 ", "/*", "{/*", "//", "`", "```", "\\", '{"answer": 1}',
              '{"answer":[',
              "<|", "<s>", "yes ", "Answer: ", "7 ", "1,", "Guard_31 ", "{}", "'a", "{#", '"', "not ",
              "{\"a\": {\"b\": ", "…"],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", '{"answer": '])
def test_hostile_answers_are_read_in_one_pass(piece: str, before: str) -> None:
    text = before + piece * 30_000
    read(SCALE, text)
    read(VOTE, text, cut=True)
    speaker_in(ModelReply(text), NAMES)
    read_object(text, ("answer",), depth=3)
