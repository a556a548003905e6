"""Somebody is asked beside a run: they are sent what the run sent them at that moment, and the question."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sociarium.environments.interviews import Exchange, interview_messages, respondents
from sociarium.environments.registry import play, stand_at
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ChatMessage
from sociarium.records.runs import Run
from sociarium.runner.run.stage import RunStage
from tests.support import feeds_in_memory as feeds
from tests.support.conversations_in_memory import Played, content_of, says_its_key


def _run(content: Any) -> Run:
    return Run("run", "experiment", "tester", 1, 0, content.model_dump_json(), "run", "")


def _whole(content: Any, recorder: Any) -> Any:
    asyncio.run(play(content, RunStage(_run(content), content.streams, recorder)))
    return recorder


def _at(content: Any, recorder: Any, at: int | None) -> Any:
    return asyncio.run(stand_at(content, RunStage(_run(content), content.streams, recorder), at))


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_agent_is_sent_what_its_next_request_holds_and_the_question(at: int) -> None:
    content = content_of()
    whole, moment = _whole(content, Played(says_its_key)), _at(content, Played(says_its_key), at)
    request = whole.requests[f"day1/turn{at + 1}/reply"]
    name = whole.speakers()[0][at]

    messages = interview_messages(moment, name, "Why?", day=1)

    last = request.messages[-1]
    assert messages == (*request.messages[:-1], ChatMessage("user", f"{last.content}\n\nWhy?"))


def test_an_agent_who_spoke_last_is_asked_in_place_of_the_call_for_its_turn() -> None:
    content = content_of()
    moment = _at(content, Played(says_its_key), 1)
    name = moment.agents[0].name

    messages = interview_messages(moment, name, "Why?", day=1)

    assert [message.role for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[-1].content == "Why?"


def test_further_questions_of_a_sitting_follow_the_answers_before() -> None:
    moment = _at(content_of(), Played(says_its_key), 2)
    name = moment.agents[0].name
    before = [Exchange("One?", "First."), Exchange("Two?", "Second.")]

    messages = interview_messages(moment, name, "Three?", day=1, sitting=before)

    first = interview_messages(moment, name, "One?", day=1)
    assert messages == (
        *first,
        ChatMessage("assistant", "First."),
        ChatMessage("user", "Two?"),
        ChatMessage("assistant", "Second."),
        ChatMessage("user", "Three?"),
    )


def test_a_person_is_sent_what_a_private_question_of_that_day_holds() -> None:
    probe = ProbeContent(name="mood", of=("person",), at=("each_day",), ask="How are you?")
    content = feeds.content(3, days=2, probes=(probe,))
    whole, moment = _whole(content, feeds.Played(feeds.lively)), _at(content, feeds.Played(feeds.lively), 1)

    messages = interview_messages(moment, "ben", "How are you?", day=1)

    assert messages == whole.requests["day1/probe/mood/ben"].messages


def test_those_whom_models_play_can_be_asked() -> None:
    content = content_of(roles='{guard: {script: ["One.", "Two."]}, prisoner: {}}')
    moment = _at(content, Played(says_its_key), None)

    assert [(one.role, one.model) for one in respondents(moment)] == [("prisoner", "dry")]
