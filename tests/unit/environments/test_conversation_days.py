"""Days, their summaries, and who speaks on them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.ports.model import ModelReply, ModelRequest
from tests.support.conversations_in_memory import played

SUMMARIZER = '[{title: Starting prompt, content: "Sum up for <AGENTS_NUM>."}, {title: Tone, content: Dry.}]'


def sweep(factors: str) -> str:
    return f"{{factors: {{{factors}}}}}"


def told(key: str, request: ModelRequest) -> str:
    return f"  Told of {key}.\n" if key.endswith("summary") else "Well."


@pytest.mark.parametrize(("messages", "days", "each"), [(10, 3, [4, 3, 3]), (3, 3, [1, 1, 1]), (5, 1, [5])])
def test_messages_are_shared_evenly_among_days(messages: int, days: int, each: list[int]) -> None:
    run = played(sweep=sweep(f"messages: {messages}, days: {days}"))
    assert [len(day) for day in run.speakers()] == each
    assert run.ended == "completed"
    places = [(event.happening.day, event.happening.index) for event in run.of_kind("message")]
    assert places == [(day + 1, index + 1) for day, length in enumerate(each) for index in range(length)]


def test_messages_per_day_are_those_of_each_day() -> None:
    assert [len(day) for day in played(sweep=sweep("messages_per_day: 3, days: 2")).speakers()] == [3, 3]


def test_two_days_have_exactly_one_summary_and_the_second_begins_with_it() -> None:
    run = played(told, summarizer=SUMMARIZER, sweep=sweep("messages: 4, days: 2"))
    assert [key for key in run.requests if "summary" in key] == ["day1/summary"]
    assert [(event.key, event.happening.day) for event in run.of_kind("summary")] == [("day1/summary", 1)]
    assert run.of_kind("summary")[0].happening.content == "Told of day1/summary."
    assert run.prompt("day1/turn1/reply")[1] == ("user", "Start.")
    assert run.prompt("day2/turn1/reply")[1:] == [("user", "Start.\nDay 1 summary:\nTold of day1/summary.")]


def test_summaries_add_up_over_the_days_and_histories_begin_empty() -> None:
    run = played(told, summarizer=SUMMARIZER, sweep=sweep("messages: 6, days: 3"))
    opening = "Start.\nDay 1 summary:\nTold of day1/summary.\nDay 2 summary:\nTold of day2/summary."
    assert run.prompt("day3/turn1/reply")[1:] == [("user", opening)]
    assert "day3/summary" not in run.requests


def test_the_summarizer_reads_its_prompt_and_the_transcript_of_the_day() -> None:
    run = played(["One.", "Two.", "Quiet.", "Three.", "Four."], summarizer=SUMMARIZER,
                 sweep=sweep("messages: 4, days: 2"))  # fmt: skip
    guard, prisoner = run.agents
    assert run.prompt("day1/summary") == [
        ("system", "Sum up for 2.\n\n## Tone\n\nDry."),
        ("user", f"Start.\n\n{guard}: One.\n\n{prisoner}: Two."),
    ]


@pytest.mark.parametrize("days", [1, 3])
def test_without_a_summarizer_days_are_not_summarised(days: int) -> None:
    run = played(sweep=sweep(f"messages: 6, days: {days}"))
    assert not run.of_kind("summary")
    assert run.prompt(f"day{days}/turn1/reply")[1:] == [("user", "Start.")]


@pytest.mark.parametrize("silence", [" \n", "\u200b", "Guard: **", "<|im_end|>"])
def test_an_empty_summary_is_asked_for_again_flagged_and_left_out(silence: str) -> None:
    run = played(lambda key, _: silence if "summary" in key else "Well.", summarizer=SUMMARIZER,
                 sweep=sweep("messages: 4, days: 2"))  # fmt: skip
    assert [key for key in run.requests if "summary" in key] == [f"day1/summary{again}" for again in ("", "/2", "/3")]
    assert run.of_kind("summary")[0].happening.flags[-2:] == ("empty", "retried")
    assert run.prompt("day2/turn1/reply")[1:] == [("user", "Start.")]
    assert run.ended == "completed"


def test_a_label_before_a_summary_is_cut_flagged_and_read_by_nobody() -> None:
    run = played(["One.", "Two.", "**PRISONER_7**: They met.", "Three.", "Four."], summarizer=SUMMARIZER,
                 sweep=sweep("messages: 4, days: 2"))  # fmt: skip
    summary = run.of_kind("summary")[0].happening
    assert (summary.content, summary.flags) == ("They met.", ("trimmed",))
    assert run.prompt("day2/turn1/reply")[1:] == [("user", "Start.\nDay 1 summary:\nThey met.")]


@pytest.mark.parametrize("label", ["", "Prisoner: "])
def test_a_summary_that_begins_with_the_days_last_message_is_an_echo(label: str) -> None:
    last = "Let me out of here."
    for summary, flags in ((f"{label}{last} They met.", True), (f"{label}They met. {last}", False)):
        run = played(["One.", last, summary, "Three.", "Four."], summarizer=SUMMARIZER,
                     sweep=sweep("messages: 4, days: 2"))  # fmt: skip
        happening = run.of_kind("summary")[0].happening
        assert ("echoed" in happening.flags) is flags
        assert happening.content == summary.removeprefix(label)


def test_a_summary_that_is_the_transcript_is_an_echo() -> None:
    def answer(key: str, request: ModelRequest) -> str:
        return request.messages[-1].content if "summary" in key else "One and two."

    run = played(answer, summarizer=SUMMARIZER, sweep=sweep("messages: 4, days: 2"))
    assert run.of_kind("summary")[0].happening.flags == ("echoed",)


def test_a_summary_that_is_only_a_label_is_asked_for_again() -> None:
    run = played(["One.", "Two.", "Guard:", "They met.", "Three.", "Four."], summarizer=SUMMARIZER,
                 sweep=sweep("messages: 4, days: 2"))  # fmt: skip
    summary = run.of_kind("summary")[0].happening
    assert (summary.content, summary.flags) == ("They met.", ("retried",))


def test_a_summarizer_that_refuses_ends_the_run() -> None:
    refusal = ModelReply("I would rather not.", finish_reason="refused")
    run = played(["One.", "Two.", refusal], summarizer=SUMMARIZER, sweep=sweep("messages: 4, days: 2"))
    assert run.ended == "refused"
    assert run.of_kind("summary")[0].happening.flags == ("refused",)


def test_round_robin_is_in_order_of_creation_and_anew_each_day() -> None:
    run = played(sweep=sweep("messages: 8, days: 2, agents.guard: 2"))
    one, two, prisoner = run.agents
    assert run.speakers() == [[one, two, prisoner, one]] * 2


def test_round_robin_begins_with_the_first_speakers_role_and_goes_on_from_there() -> None:
    run = played(first_speaker="prisoner", sweep=sweep("messages: 5, agents.guard: 2, agents.prisoner: 2"))
    one, two, three, four = run.agents
    assert run.speakers() == [[three, four, one, two, three]]


@pytest.mark.slow
@given(st.integers(0, 2**40), st.sampled_from(["guard", "prisoner", "random"]))
def test_random_selection_never_draws_one_agent_twice_running(seed: int, first: str) -> None:
    run = played(seed=seed, first_speaker=first, sweep=sweep("messages: 24, days: 2, agents.guard: 2, "
                 "speaker_selection: random"))  # fmt: skip
    for day in run.speakers():
        assert all(one != other for one, other in pairwise(day))
        assert first == "random" or day[0] == run.agents[0 if first == "guard" else 2]


def test_random_selection_lets_everybody_speak_and_differs_by_replicate() -> None:
    long = sweep("messages: 60, agents.guard: 3, speaker_selection: random")
    days = [played(sweep=long, replicate=replicate).speakers()[0] for replicate in (1, 2)]
    assert all(len(set(day)) == 4 for day in days)
    order = [[day.index(name) for name in day] for day in days]
    assert order[0] != order[1]


def test_a_random_first_speaker_is_drawn_anew_for_each_day() -> None:
    run = played(first_speaker="random", sweep=sweep("messages: 30, days: 30, agents.guard: 2"))
    assert {name for day in run.speakers() for name in day} == set(run.agents)


def test_an_agent_alone_goes_on_by_itself() -> None:
    run = played(sweep=sweep("messages: 3, agents.guard: 0, speaker_selection: random"))
    assert run.speakers() == [run.agents * 3]


@pytest.mark.slow
def test_names_are_the_role_and_three_digits_of_their_own() -> None:
    run = played(sweep=sweep("messages: 1, agents.guard: 400, agents.prisoner: 500"))
    assert all(name.partition("_")[0] in {"Guard", "Prisoner"} for name in run.agents)
    assert sorted(int(name.partition("_")[2]) for name in run.agents) == list(range(100, 1000))


def test_a_role_of_several_words_makes_names_of_one() -> None:
    run = played(
        roles='{"night: guard": {}}',
        sections='[{title: Starting prompt, private: {"night: guard": "I am <SELF_NAME>."}}]',
        sweep=sweep("messages: 1"),
    )
    assert run.agents[0].startswith("Night_guard_")
    assert run.prompt("day1/turn1/reply")[0] == ("system", f"I am {run.agents[0]}.")
