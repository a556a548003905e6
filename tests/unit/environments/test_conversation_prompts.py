"""What an agent reads: its system prompt, the starting message, its own words and those of others."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.conversations_in_memory import played

SECTIONS = """
  - title: Starting prompt
    private: {guard: "I am <SELF_NAME>.", prisoner: "I sit with <GUARD_NUMWORD> <GUARD_NOUN>."}
  - {title: Place, shared: "A wing for <AGENTS_NUM>.\\n\\nCold."}
  - {title: Goal, private: {guard: "Keep order."}}
  - {title: Silent, shared: "  "}
  - {title: Empty, heading: always, shared: ""}
  - {title: Last, heading: always, private: {prisoner: "Hope."}}"""


def sweep(factors: str) -> str:
    return f"{{factors: {{{factors}}}}}"


def test_a_system_prompt_is_the_starting_prompt_and_then_each_section_under_its_title() -> None:
    run = played(sections=SECTIONS, sweep=sweep("messages: 2, agents.guard: 2, agents.prisoner: 0"))
    assert run.prompt("day1/turn1/reply")[0] == (
        "system",
        f"I am {run.agents[0]}.\n\n## Place\n\nA wing for 2.\n\nCold.\n\n## Goal\n\nKeep order.\n\n## Empty",
    )
    assert f"I am {run.agents[1]}." in run.prompt("day1/turn2/reply")[0][1]


def test_a_role_that_a_section_leaves_out_has_no_such_section() -> None:
    run = played(sections=SECTIONS, sweep=sweep("messages: 2"))
    assert run.prompt("day1/turn2/reply")[0] == (
        "system",
        "I sit with one guard.\n\n## Place\n\nA wing for 2.\n\nCold.\n\n## Empty\n\n## Last\n\nHope.",
    )


def test_an_agent_without_any_prompt_is_sent_no_system_message() -> None:
    empty = '[{title: Starting prompt, private: {guard: "", prisoner: ""}}]'
    assert played(sections=empty).prompt("day1/turn1/reply") == [("user", "Start.")]


def test_own_words_are_the_assistants_and_those_of_others_begin_with_their_names() -> None:
    run = played(["One.", "Two.", "Three.", "Four.", "Five."], sweep=sweep("messages: 5, agents.prisoner: 2"))
    guard, first, second = run.agents
    assert run.prompt("day1/turn1/reply")[1:] == [("user", "Start.")]
    # The starting message and what others said are neighbours of one role, and are joined.
    assert run.prompt("day1/turn2/reply")[1:] == [("user", f"Start.\n\n{guard}: One.")]
    assert run.prompt("day1/turn4/reply")[1:] == [
        ("user", "Start."),
        ("assistant", "One."),
        ("user", f"{first}: Two.\n\n{second}: Three."),
    ]
    assert run.prompt("day1/turn5/reply")[1:] == [
        ("user", f"Start.\n\n{guard}: One."),
        ("assistant", "Two."),
        ("user", f"{second}: Three.\n\n{guard}: Four."),
    ]


def test_the_chat_roles_take_turns_whoever_speaks() -> None:
    run = played(sweep=sweep("messages: 12, agents.guard: 2, agents.prisoner: 2, speaker_selection: random"))
    for key in run.requests:
        roles = [role for role, _ in run.prompt(key)]
        assert roles[:2] == ["system", "user"]
        assert all(one != other for one, other in pairwise(roles))


def test_without_a_speaker_prefix_words_stand_alone() -> None:
    run = played(["One.", "Two.", "Three."], speaker_prefix="never", sweep=sweep("messages: 3"),
                 events="[{name: bell, after_message: 1, text: Ring.}]")  # fmt: skip
    assert run.prompt("day1/turn2/reply")[1:] == [("user", "Start.\n\nOne.\n\nRing.")]
    assert run.prompt("day1/turn3/reply")[1:] == [("user", "Start."), ("assistant", "One."), ("user", "Ring.\n\nTwo.")]


def test_an_empty_message_is_stored_but_sent_to_nobody() -> None:
    run = played(["", "", "", "Two.", "Three."], sweep=sweep("messages: 3"))
    assert run.texts() == ["", "Two.", "Three."]
    assert run.prompt("day1/turn2/reply")[1:] == [("user", "Start.")]
    assert run.prompt("day1/turn3/reply")[1:] == [("user", f"Start.\n\n{run.agents[1]}: Two.")]


def test_events_are_said_at_their_moment_by_their_author() -> None:
    run = played(
        ["One.", "Two.", "Three.", "Four."],
        events="""
  - {name: before, day: 2, text: "Good morning, <AGENTS_NUM>."}
  - {name: after, day: 1, after_message: 1, author: Loudspeaker, text: Search.}
  - {name: end, day: 1, after_message: 2, text: Night.}""",
        sweep=sweep("messages: 4, days: 2"),
    )
    order = [event.key for event in run.events if event.happening.kind in {"message", "event"}]
    assert order == [
        "day1/turn1", "event/after", "day1/turn2", "event/end", "event/before", "day2/turn1", "day2/turn2",
    ]  # fmt: skip
    guard, _ = run.agents
    assert run.prompt("day1/turn2/reply")[1:] == [("user", f"Start.\n\n{guard}: One.\n\nLoudspeaker: Search.")]
    assert run.prompt("day2/turn1/reply")[1:] == [("user", "Start.\n\nResearcher: Good morning, 2.")]
    assert [event.happening.index for event in run.of_kind("event")] == [0, 0, 0]
    assert [event.happening.index for event in run.of_kind("message")] == [1, 2, 1, 2]


def test_an_event_does_not_count_among_the_messages() -> None:
    run = played(events="[{name: bell, after_message: 1, text: Ring.}]", sweep=sweep("messages: 3"))
    assert len(run.texts()) == 3


@pytest.mark.parametrize(("condition", "texts"), [(0, []), (1, ["Search the cell."]), (2, [])])
def test_an_event_without_words_in_a_condition_says_nothing(condition: int, texts: list[str]) -> None:
    run = played(
        condition=condition,
        events='[{name: order, text: {variants: {none: "", order: Search the cell., blank: " "}}}]',
        sweep=sweep("event.order: [none, order, blank]"),
    )
    assert [event.happening.content for event in run.of_kind("event")] == texts
    assert ("Search" in run.prompt("day1/turn1/reply")[1][1]) is bool(texts)


def test_an_event_later_than_its_day_never_happens() -> None:
    events = "[{name: late, after_message: 5, text: x}, {name: another day, day: 2, text: y}]"
    assert not played(events=events).of_kind("event")


VISITED = {
    "roles": '{guard: {}, visitor: {script: ["I am <SELF_NAME>.", "I see <GUARD_NUM>."]}}',
    "sections": "[{title: Starting prompt, private: {guard: You guard.}}]",
}


def test_scripted_roles_say_their_lines_in_turn_without_a_model_and_are_then_passed_over() -> None:
    run = played(lambda key, _: "Yes.", **VISITED, sweep=sweep("messages: 7"))
    guard, visitor = run.agents
    assert run.speakers() == [[guard, visitor, guard, visitor, guard, guard, guard]]
    assert [run.texts()[1], run.texts()[3]] == [f"I am {visitor}.", "I see 1."]
    assert sorted(run.requests) == [f"day1/turn{turn}/reply" for turn in (1, 3, 5, 6, 7)]
    assert run.of_kind("agent")[1].happening.data == {"scripted": True}


def test_a_script_goes_on_over_the_days() -> None:
    run = played(lambda key, _: "Yes.", **VISITED, sweep=sweep("messages: 6, days: 3"))
    guard, visitor = run.agents
    assert run.speakers() == [[guard, visitor], [guard, visitor], [guard, guard]]


def test_each_agent_of_a_scripted_role_has_the_whole_script() -> None:
    run = played(**VISITED, sweep=sweep("messages: 4, agents.guard: 0, agents.visitor: 2"))
    assert run.texts() == [f"I am {run.agents[0]}.", f"I am {run.agents[1]}.", "I see 0.", "I see 0."]


@pytest.mark.parametrize("selection", ["round_robin", "random"])
def test_a_run_in_which_nobody_can_speak_any_more_ends_silent(selection: str) -> None:
    run = played(**VISITED, sweep=sweep(f"messages: 4, agents.guard: 0, speaker_selection: {selection}"))
    assert run.ended == "silent"
    assert len(run.texts()) == 2
    assert not run.requests
