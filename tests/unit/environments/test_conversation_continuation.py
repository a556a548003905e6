"""No request ends with an agent's own message: the line that follows it, whoever chose the speaker."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sociarium.environments.conversation.continuation import CONTINUATION, occasion
from sociarium.experiment.conversation.settable import SPEAKER_SELECTIONS
from sociarium.experiment.rng import Draws
from sociarium.experiment.run_content import SpeakerSelection
from sociarium.ports.model import ModelReply, ModelRequest
from tests.support.conversations_in_memory import Answer, Played, content_of, played

OWN = ["system", "user", "assistant", "user", "assistant", "user"]
ALONE = "{guard: {}, prisoner: {script: [Hello.]}}"
PROBES = """
  - {name: mood, at: [start, each_day, end], ask: Mood?}
  - {name: trust, of: [guard], at: [each_day], ask: Trust?, answer: {from: 0, to: 10}}"""


def sweep(factors: str) -> str:
    return f"{{factors: {{{factors}}}}}"


def alone(answers: Answer | list[str] | None = None, **changes: str | None) -> Played:
    """A guard who speaks three times, alone."""
    changes = {"sweep": sweep("messages: 3, agents.prisoner: 0")} | changes
    return played(answers or ["One.", "Two.", "Three."], **changes)


def continued(run: Played) -> list[bool]:
    return [event.happening.data.get("continuation", False) for event in run.of_kind("message")]


def test_an_agent_that_speaks_again_reads_the_line_after_each_of_its_messages() -> None:
    run = alone()
    said = [text for role, text in run.prompt("day1/turn3/reply") if role != "system"]
    assert said == ["Start.", "One.", CONTINUATION, "Two.", CONTINUATION]
    assert [role for role, _ in run.prompt("day1/turn3/reply")] == OWN
    assert continued(run) == [False, True, True]


def test_what_an_agent_was_asked_with_is_what_it_sees_later() -> None:
    run = alone()
    for one, other in pairwise(f"day1/turn{turn}/reply" for turn in (1, 2, 3)):
        before = run.prompt(one)
        assert run.prompt(other)[: len(before)] == before


def test_words_of_others_need_no_line() -> None:
    run = played(["One.", "Two.", "Three.", "Four."])
    assert CONTINUATION not in str(run.requests)
    assert continued(run) == [False] * 4


def test_the_line_stands_where_all_that_came_between_is_empty() -> None:
    run = played(["One.", "", "Two."], reply="{empty_retries: 0}", sweep=sweep("messages: 3"))
    assert run.prompt("day1/turn3/reply")[-2:] == [("assistant", "One."), ("user", CONTINUATION)]
    assert continued(run) == [False, False, True]


def test_an_empty_message_of_its_own_is_not_sent_and_asks_for_no_second_line() -> None:
    run = alone(["One.", "", "Three."], reply="{empty_retries: 0}")
    assert run.prompt("day1/turn3/reply") == run.prompt("day1/turn2/reply")
    assert run.prompt("day1/turn3/reply")[-2:] == [("assistant", "One."), ("user", CONTINUATION)]


def test_who_is_left_when_scripts_have_come_to_their_end_reads_the_line() -> None:
    run = played(["One.", "Two.", "Three."], roles=ALONE, sweep=sweep("messages: 4"))
    assert continued(run) == [False, False, False, True]
    assert run.ended == "completed"


def test_an_announcement_between_two_messages_is_enough() -> None:
    run = alone(events="[{name: bell, after_message: 1, text: It rings.}]")
    assert continued(run) == [False, False, True]
    assert run.prompt("day1/turn2/reply")[-1] == ("user", "Researcher: It rings.")


def test_a_probe_puts_its_question_in_place_of_the_line() -> None:
    run = alone(lambda key, _: f"At {key}.", probes="[{name: mood, at: [end], ask: Mood?}]")
    asked = run.prompt("end/probe/mood/guard.1")
    assert asked[-2:] == [("assistant", "At day1/turn3/reply."), ("user", "Mood?")]
    assert [text for _, text in asked].count(CONTINUATION) == 2
    joined = played(lambda key, _: "Well.", probes="[{name: mood, at: [end], ask: Mood?}]", sweep=sweep("messages: 2"))
    assert joined.prompt("end/probe/mood/guard.1")[-1][1].endswith("Well.\n\nMood?")


def test_a_line_of_the_files_own_is_rendered_for_its_reader() -> None:
    run = alone(continuation='"<SELF_NAME> has the floor, of <GUARD_NUMWORD> <GUARD_NOUN>."')
    assert run.prompt("day1/turn2/reply")[-1] == ("user", f"{run.agents[0]} has the floor, of one guard.")


def test_the_line_is_part_of_the_request() -> None:
    one, same, other = (alone(continuation=line) for line in (None, None, "Go on."))
    key = "day1/turn2/reply"
    assert one.requests[key].fingerprint() == same.requests[key].fingerprint() != other.requests[key].fingerprint()
    assert one.requests["day1/turn1/reply"].fingerprint() == other.requests["day1/turn1/reply"].fingerprint()


def test_a_line_that_is_not_written_is_no_part_of_the_content() -> None:
    assert "continuation" not in content_of().model_dump_json(exclude_defaults=True)
    written = content_of(continuation=CONTINUATION)
    assert written.continuation == CONTINUATION
    assert written.digest != content_of().digest


def test_a_factor_chooses_between_lines() -> None:
    changes = {"continuation": "{variants: {a: First., b: Second.}}",
               "sweep": sweep("messages: 3, agents.prisoner: 0, continuation: [a, b]")}  # fmt: skip
    lines = [alone(condition=condition, **changes).prompt("day1/turn2/reply")[-1][1] for condition in (0, 1)]
    assert lines == ["First.", "Second."]


@pytest.mark.parametrize(
    ("changes", "factors", "when"),
    [
        ({}, "messages: 4", "silence"),
        ({}, "messages: 2", "never"),
        ({}, "messages: 4, days: 2", "never"),
        ({}, "messages: 6, days: 2", "silence"),
        ({}, "messages: 4, agents.prisoner: 3", "never"),
        ({}, "messages: 4, agents.prisoner: 3, speaker_selection: random", "silence"),
        ({}, "messages: 2, speaker_selection: random", "never"),
        ({}, "messages: 2, speaker_selection: auto", "twice"),
        ({}, "messages: 2, speaker_selection: manual", "twice"),
        ({}, "messages: 2, days: 2, speaker_selection: auto", "never"),
        ({}, "messages: 2, agents.prisoner: 0", "twice"),
        ({}, "messages: 1, agents.prisoner: 0", "never"),
        ({"roles": ALONE}, "messages: 4", "twice"),
        ({"roles": ALONE}, "messages: 2", "never"),
        ({"roles": ALONE}, "messages: 4, speaker_selection: random", "twice"),
        ({"roles": "{guard: {script: [A., B.]}, prisoner: {script: [C.]}}"}, "messages: 3", "never"),
    ],
)
def test_when_the_line_can_be_needed_is_known_before(changes: dict[str, str], factors: str, when: str) -> None:
    content = content_of(sweep=sweep(factors), **changes)
    assert occasion(content) == when


def answering(seed: str, silent: float) -> Answer:
    """A model that is silent at times, refuses to answer as it should at others, and names one or nobody."""

    def answer(key: str, request: ModelRequest) -> ModelReply:
        draws = Draws(seed, key)
        if draws.random() < silent:
            return ModelReply("" if draws.random() < 0.5 else "Prisoner: No!")
        if request.purpose == "manager":
            assert request.schema is not None
            return ModelReply(json.dumps({"speaker": draws.choice(request.schema["properties"]["speaker"]["enum"])}))
        return ModelReply(draws.choice(["Yes.", "No.", "Guard: Well.\nPrisoner: Hm.", "7", "Yes. No."]))

    return answer


ROLES = ["{guard: {}, prisoner: {}}", ALONE, "{guard: {}, prisoner: {script: ['']}}",
         "{guard: {}, prisoner: {}, visitor: {script: [Time is up., I leave.]}}"]  # fmt: skip


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.sampled_from(SPEAKER_SELECTIONS),
    st.sampled_from(ROLES),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 9),
    st.sampled_from([0.0, 0.3, 0.9]),
    st.sampled_from(["always", "never"]),
    st.sampled_from([None, PROBES]),
    st.sampled_from([None, "[{name: bell, after_message: 2, text: It rings.}, {name: late, day: 2, text: Again.}]"]),
    st.integers(0, 10**6),
)
def test_no_request_ends_with_an_own_message_and_user_and_assistant_take_turns(
    selection: SpeakerSelection, roles: str, guards: int, days: int, more: int, silent: float, prefix: str,
    probes: str | None, events: str | None, seed: int,
) -> None:  # fmt: skip
    run = played(
        answering(str(seed), silent),
        seed=seed,
        roles=roles,
        sections='[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: ""}}]',
        summarizer="[{title: Starting prompt, content: Sum up.}]",
        speaker_prefix=prefix,
        reply="{empty_retries: 0}",
        probes=probes,
        events=events,
        sweep=sweep(f"speaker_selection: {selection}, agents.guard: {guards}, days: {days}, messages: {days + more}"),
    )
    assert run.ended in {"completed", "silent"}
    for request in run.requests.values():
        spoken = [message.role for message in request.messages if message.role != "system"]
        assert spoken == [("user", "assistant")[number % 2] for number in range(len(spoken))]
        assert spoken[-1] == "user"
        assert all(message.content.strip() for message in request.messages)
    for event in run.of_kind("message"):
        told = event.happening.data
        if "call" in told:
            ends = run.requests[told["call"]].messages[-1].content == CONTINUATION
            assert told.get("continuation", False) is ends
