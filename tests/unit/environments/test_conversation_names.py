"""What agents are called where a role gives them a name: what others read, and what is cut of replies."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from sociarium.environments.conversation.agents import cast
from sociarium.environments.conversation.parsing import names_for, parse
from sociarium.ports.model import ModelRequest
from sociarium.records.runs import Run
from sociarium.runner.run.replay_recorder import ReplayRecorder
from sociarium.runner.run.stage import RunStage
from tests.support.conversations_in_memory import Played, content_of, played

ROLES = "{guard: {name: Juror}, prisoner: {name: Juror}, cook: {}}"
SECTIONS = (
    '[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: "I am <SELF_NAME>.", '
    'cook: "I am <SELF_NAME>."}}]'
)
MANY = "{factors: {messages: 6, agents.guard: 2, agents.prisoner: 2}}"


def jury(answer: Callable[[str, ModelRequest], str] | None = None, **changes: str | None) -> Played:
    parts = {"roles": ROLES, "sections": SECTIONS, "sweep": MANY} | changes
    return played(**({"answer": answer} if answer else {}), **parts)  # type: ignore[arg-type]


def everything_read(run: Played) -> str:
    return "\n".join(message.content for request in run.requests.values() for message in request.messages)


def test_others_read_the_name_and_nowhere_the_role() -> None:
    run = jury(answer=lambda _, request: f"words of {request.purpose}",
               sweep=MANY.replace("messages: 6", "messages: 6, days: 2, speaker_selection: auto"),
               summarizer="[{title: Starting prompt, content: Sum up.}]")  # fmt: skip
    assert [name.partition("_")[0] for name in run.agents] == ["Juror"] * 4 + ["Cook"]
    assert len(set(run.agents)) == 5
    assert not re.search("guard|prisoner", everything_read(run), re.IGNORECASE)
    manager = run.prompt("day1/turn2/manager")[-1][1]
    assert f"{run.agents[0]} (Juror)" in manager
    assert f"{run.agents[4]} (cook)" in manager
    assert {event.happening.role for event in run.of_kind("agent")} == {"guard", "prisoner", "cook"}
    assert f"I am {run.agents[3]}." in everything_read(run)


def test_a_name_changes_neither_numbers_nor_draws() -> None:
    plain, named = (jury(roles=roles, sweep=MANY.replace("messages: 6", "messages: 6, speaker_selection: random"))
                    for roles in ("{guard: {}, prisoner: {}, cook: {}}", ROLES))  # fmt: skip
    assert [name.partition("_")[2] for name in plain.agents] == [name.partition("_")[2] for name in named.agents]
    assert [[name.partition("_")[2] for name in day] for day in plain.speakers()] == [
        [name.partition("_")[2] for name in day] for day in named.speakers()
    ]


def test_a_name_is_part_of_a_content_only_where_it_is_written() -> None:
    plain, absent = content_of(), content_of(roles="{guard: {}, prisoner: {name: Juror}}",
                                             sweep="{factors: {messages: 4, agents.prisoner: 0}}")  # fmt: skip
    assert "agent_name" not in str(plain.model_dump(exclude_defaults=True))
    assert "agent_name" not in str(absent.model_dump(exclude_defaults=True)), "nobody is called so"
    named = content_of(roles="{guard: {}, prisoner: {name: Juror}}")
    assert named.digest != plain.digest
    assert content_of(roles="{guard: {}, prisoner: {name: Juror}}").digest == named.digest


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("{own}: I agree.", "I agree."),
        ("**Juror:** I agree.", "I agree."),
        ("guard: I agree.", "I agree."),
        ("Juror_999: I agree.", "I agree."),
        ("I agree.\nJuror_999: No.", "I agree."),
        ("I agree.\n{same_role}: No.", "I agree."),
        ("I agree.\n{other_role}: No.", "I agree."),
        ("I agree.\nprisoner: No.", "I agree."),
        ("I agree.\nCook: No.", "I agree."),
        ("I agree.\nJuror: a word with many meanings.", "I agree.\nJuror: a word with many meanings."),
    ],
)
def test_labels_with_the_name_are_cut(reply: str, said: str) -> None:
    content = content_of(roles=ROLES, sections=SECTIONS, sweep=MANY)
    run = Run("run", "e", "t", 1, 0, "", "run", "")
    agents = cast(content, RunStage(run, "common", ReplayRecorder("run", {}, None)))
    names = names_for(agents[0].name, {agent.name: agent.labels for agent in agents}, [])
    written = reply.format(own=agents[0].name, same_role=agents[1].name, other_role=agents[2].name)
    assert parse(written, names).text == said


def test_an_agent_with_a_role_like_the_others_name_keeps_its_words() -> None:
    names = names_for("Juror_417", {"Juror_417": ("juror",), "Juror_500": ("Juror", "sceptic")}, [])
    assert parse("Juror: I agree.\nSceptic: No.", names).text == "I agree."
    assert parse("I agree.\nJuror: mine.", names).text == "I agree.\nJuror: mine."


@pytest.mark.parametrize(("name", "called"), [("Jury member", "Jury_member_"), ('"a: b"', "A_b_"), ("Å", "Å_")])
def test_any_name_is_one_word_before_a_number(name: str, called: str) -> None:
    run = played(roles=f"{{guard: {{name: {name}}}, prisoner: {{}}}}")
    assert run.agents[0].startswith(called)
    assert re.fullmatch(r"\S+_\d{3}", run.agents[0])
