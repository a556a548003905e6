"""Probes: asked in private at their moments, read from JSON or words, and never part of a history."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.probes import read_answer
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ModelReply, ModelRequest
from tests.support.conversations_in_memory import played

TRUST = "[{name: trust, of: [prisoner], at: [start, each_day, end], ask: Trust?, answer: {from: 0, to: 10}}]"


def sweep(factors: str) -> str:
    return f"{{factors: {{{factors}}}}}"


def seven(key: str, request: ModelRequest) -> str:
    return '{"answer": 7}' if request.purpose == "probe" else "Well."


def test_a_probe_is_asked_once_at_each_of_its_moments() -> None:
    run = played(seven, probes=TRUST, sweep=sweep("messages: 6, days: 3"))
    asked = [key for key in run.requests if "probe" in key]
    assert asked == [f"{moment}/probe/trust/prisoner.1" for moment in ("start", "day1", "day2", "end")]
    told = [(event.happening.day, event.happening.data["at"]) for event in run.of_kind("probe")]
    assert told == [(0, "start"), (1, "each_day"), (2, "each_day"), (3, "end")]
    assert [event.happening.data["answer"] for event in run.of_kind("probe")] == [7] * 4


@pytest.mark.parametrize(
    ("at", "moments"),
    [
        ("[start]", ["start"]),
        ("[end]", ["end"]),
        ("[each_day]", ["day1", "day2"]),
        ("[each_day, end]", ["day1", "end"]),
        ("[end, start]", ["start", "end"]),
    ],
)
def test_a_probe_is_asked_at_no_other_moment(at: str, moments: list[str]) -> None:
    probes = f"[{{name: trust, of: [prisoner], at: {at}, ask: Trust?}}]"
    run = played(probes=probes, sweep=sweep("messages: 4, days: 2"))
    assert [key.partition("/")[0] for key in run.requests if "probe" in key] == moments


def test_a_probe_asks_every_agent_of_its_roles_or_all_that_a_model_plays() -> None:
    roles = '{guard: {}, prisoner: {}, visitor: {script: ["Hello."]}}'
    several = "[{name: a, of: [prisoner], at: [start], ask: x}, {name: b, at: [start], ask: x}]"
    run = played(roles=roles, probes=several, sweep=sweep("messages: 1, agents.prisoner: 2"))
    asked = [key.removeprefix("start/probe/") for key in run.requests if "probe" in key]
    assert asked == ["a/prisoner.1", "a/prisoner.2", "b/guard.1", "b/prisoner.1", "b/prisoner.2"]


def test_a_probe_never_enters_anyones_history() -> None:
    changes = {"sweep": sweep("messages: 6, days: 2"), "summarizer": "[{title: Starting prompt, content: Sum up.}]"}
    plain = played(seven, **changes)
    probed = played(seven, probes=TRUST.replace("of: [prisoner], ", ""), **changes)
    asked = {key: request for key, request in probed.requests.items() if "/probe/" not in key}
    assert asked == plain.requests
    assert probed.texts() == plain.texts()


def test_a_probe_is_asked_after_what_its_agent_has_read() -> None:
    run = played(["One.", "Two.", "7"], probes=TRUST.replace("start, each_day, ", ""), sweep=sweep("messages: 2"))
    guard, prisoner = run.agents
    assert run.prompt("end/probe/trust/prisoner.1") == [
        ("system", f"I am {prisoner}."),
        ("user", f"Start.\n\n{guard}: One."),
        ("assistant", "Two."),
        ("user", "Trust?\n\nAnswer with a whole number from 0 to 10, nothing else."),
    ]


def test_a_question_after_the_words_of_others_is_joined_to_them() -> None:
    probes = '[{name: mood, of: [guard], at: [end], ask: "How are you, <SELF_NAME>?"}]'
    run = played(["One.", "Two.", "Fine."], probes=probes, sweep=sweep("messages: 2"))
    guard, prisoner = run.agents
    assert run.prompt("end/probe/mood/guard.1")[-1] == ("user", f"{prisoner}: Two.\n\nHow are you, {guard}?")
    assert run.requests["end/probe/mood/guard.1"].schema is None
    assert run.of_kind("probe")[0].happening.data["answer"] == "Fine."


def test_a_structured_answer_is_asked_for_with_a_schema() -> None:
    run = played(seven, probes=TRUST, sweep=sweep("messages: 1"))
    assert run.requests["start/probe/trust/prisoner.1"].schema == {
        "type": "object",
        "properties": {"answer": {"type": "integer", "minimum": 0, "maximum": 10}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    choices = "[{name: c, of: [guard], at: [start], ask: x, answer: {choices: [stay, go]}}]"
    schema = played(probes=choices).requests["start/probe/c/guard.1"].schema
    assert schema is not None
    assert schema["properties"] == {"answer": {"type": "string", "enum": ["stay", "go"]}}


def test_an_answer_that_does_not_fit_is_asked_for_twice_again_and_then_null_and_flagged() -> None:
    run = played(lambda key, _: "Who knows.", probes=TRUST.replace("start, each_day, ", ""), sweep=sweep("messages: 1"))
    asked = [key for key in run.requests if "probe" in key]
    assert asked == [f"end/probe/trust/prisoner.1{again}" for again in ("", "/2", "/3")]
    told = run.of_kind("probe")[0].happening
    assert told.data == {"name": "trust", "at": "end", "answer": None, "call": asked[-1]}
    assert (told.content, told.flags) == ("Who knows.", ("invalid", "retried"))
    assert run.ended == "completed"


@pytest.mark.parametrize("silence", ["", "\u200b", "\u00a0", "**", "</s>"])
def test_a_free_answer_that_nobody_can_see_is_none(silence: str) -> None:
    probes = "[{name: mood, of: [guard], at: [end], ask: Well?}]"
    run = played(lambda key, _: silence if "probe" in key else "Yes.", probes=probes, sweep="{factors: {messages: 1}}")
    happening = run.of_kind("probe")[0].happening
    assert (happening.data["answer"], happening.flags) == (None, ("invalid", "retried"))


def test_an_answer_that_fits_at_last_is_kept_and_flagged_as_retried() -> None:
    run = played(["Hm.", "4", "Well."], probes=TRUST.replace(", each_day, end", ""), sweep=sweep("messages: 1"))
    told = run.of_kind("probe")[0].happening
    assert (told.data["answer"], told.flags) == (4, ("retried",))


def test_a_refused_probe_is_null_and_flagged_and_the_run_goes_on() -> None:
    refusal = ModelReply("No.", finish_reason="refused")
    run = played([refusal, "Well."], probes=TRUST.replace(", each_day, end", ""), sweep=sweep("messages: 1"))
    told = run.of_kind("probe")[0].happening
    assert (told.data["answer"], told.flags) == (None, ("refused",))
    assert run.ended == "completed"


def test_a_probe_too_long_for_its_model_is_not_cut_in_silence() -> None:
    models = "{dry: {provider: offline}, m: {provider: ollama, model: x, context: 50}}"
    overlong = ModelReply("", finish_reason="overlong")
    run = played(lambda key, _: overlong, models=models, probes=TRUST, sweep=sweep("messages: 1, model.probes: m"))
    assert (run.ended, len(run.requests), run.of_kind("probe")) == ("context_cut", 1, [])
    full = played(lambda key, _: ModelReply("7", prompt_tokens=50), models=models, probes=TRUST,
                  sweep=sweep("messages: 1, model.probes: m"))  # fmt: skip
    [told] = full.of_kind("probe")
    assert (full.ended, told.happening.flags, told.happening.data["answer"]) == ("context_cut", ("context_cut",), None)
    assert told.happening.content == "7", "it stays on record"


def scale(text: str) -> str | int | None:
    return value(ProbeContent(name="p", of=("guard",), at=("end",), ask="?", scale=(0, 10)), text)


def value(probe: ProbeContent, text: str) -> str | int | None:
    read = read_answer(probe, ModelReply(text))
    return None if read is None else read.value


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"answer": 7}', 7), ('{"answer": "7"}', 7), ('{"answer": 7.0}', 7), (' {"answer": 10}\n', 10), ("7", 7),
        ("0", 0), ("7.", 7), ("**7**", 7), ("I would say 7.", 7), ("7, because he is fair", 7), ("7/10", 7),
        ("7 out of 10", 7), ("Trust: 7", 7), ("I trust him (7).", 7), ("7, really 7", 7), ("'7'", 7), ("+7", 7),
        ('```json\n{"answer": 7}\n```', 7),
        ("11", None), ("-1", None), ("7.5", None), ("7,5", None), ("6 or 7", None), ("seven", 7), ("", None),
        ('{"answer": 11}', None), ('{"answer": null}', None), ('{"answer": true}', None), ('{"reply": 7}', None),
        ('{"answer": 7.5}', None), ("[7]", 7), ("[7, 8]", None), ("null", None), ("NaN", None), ("1e999", None),
        ("70", None), ("1" * 5000, None), ("[" * 100_000, None),
    ],
)  # fmt: skip
def test_a_number_is_read_from_json_or_from_words(text: str, answer: int | None) -> None:
    assert scale(text) == answer


@given(
    st.integers(0, 10),
    st.sampled_from(["", "I say ", "Answer: ", "\n"]),
    st.sampled_from(["", ".", "!", ", yes", "/10"]),
)
def test_whatever_stands_around_one_number_it_is_the_answer(number: int, before: str, after: str) -> None:
    assert scale(f"{before}{number}{after}") == number
    assert scale(json.dumps({"answer": number})) == number


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"answer": "go"}', "go"), ("go", "go"), ("Go.", "go"), ('"GO"', "go"), (" **None** ", "none"), ("1", "1"),
        ('{"answer": "none"}', "none"),
        ("go away", None), ("", None), ("{}", None), ('{"answer": null}', None), ("null", None),
        ('{"other": "go"}', None), ('["go"]', "go"), ('["go", "stay"]', None), ("stay or go", None),
    ],
)  # fmt: skip
def test_a_choice_is_read_from_json_or_from_words(text: str, answer: str | None) -> None:
    choices = ("stay", "go", "none", "1")
    probe = ProbeContent(name="p", of=("guard",), at=("end",), ask="?", choices=choices)
    assert value(probe, text) == answer


@pytest.mark.parametrize(
    "text", ["/ " * 600_000, "out of " * 200_000, "1," * 600_000, "/" + " " * 1_200_000, "-" * 1_200_000]
)
def test_hostile_answers_are_read_in_one_pass(text: str) -> None:
    assert scale(text) in {None, 1}
