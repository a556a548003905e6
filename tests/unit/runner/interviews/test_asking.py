"""An agent is asked at a moment of a run: what is sent, what is kept, and that the run stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.environments.requests import JOINT
from sociarium.errors import Ambiguous, BadInput, NotFound, RequestRefused, SetupError
from sociarium.exchange.interviews import interview_document
from sociarium.experiment.answer_form import AnswerForm
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ChatMessage, ModelReply, ModelRequest, ServedReply
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.records.interviews import Interview
from sociarium.runner.interviews.interviewer import stand_in_run
from sociarium.runner.interviews.questions import OtherModel
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.interviewed import PRICE, Replying, ask_run
from tests.support.played_stores import played, replayed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def _run(store: Store, text: str, **options: int) -> str:
    begun = played(store, text, **options)
    return next(iter(store.slots(begun.sweep.id))).status.run


def _conversation(store: Store, **changes: str) -> str:
    return _run(store, small(**({"sweep": "{factors: {messages: 6, days: 2}}"} | changes)))


def _left_behind(store: Store, run: str) -> tuple[object, ...]:
    return (store.run(run), store.run_statuses([run]), store.journal(run), store.events(run), store.claims(run),
            store.inputs(run), store.members_of_run(run))  # fmt: skip


@pytest.mark.parametrize("at", [1, 2, 4, 5])
def test_what_is_sent_is_what_the_run_sent_at_that_moment_and_the_question(store: Store, at: int) -> None:
    run, model = _conversation(store), Replying()
    day, turn = divmod(at, 3)
    request = replayed(store, run).requests[f"day{day + 1}/turn{turn + 1}/reply"]
    speaker = store.events(run)
    name = [event.happening.author for event in speaker if event.happening.kind == "message"][at]

    ask_run(store, run, "Why?", agent=name, at=str(at), model=model)

    [sent] = model.requests
    last = request.messages[-1]
    assert sent == replace(
        request, messages=(*request.messages[:-1], last._replace(content=f"{last.content}{JOINT}Why?"))
    )


def test_the_run_and_its_journal_stay_as_they_are(store: Store) -> None:
    run = _conversation(store)
    before = _left_behind(store, run)

    ask_run(store, run, "Why?", "And then?")

    assert _left_behind(store, run) == before
    assert replayed(store, run).ended == "completed"


def test_an_interview_keeps_moment_model_tokens_cost_and_who_asked(store: Store) -> None:
    run = _conversation(store)
    model = Replying(lambda _request: ModelReply("Because.", prompt_tokens=100, completion_tokens=10))

    [result] = ask_run(store, run, "Why?", at="day2/turn1", model=model)

    one = result.interview
    assert (one.run, one.turn, one.at, one.question, one.by) == (run, 1, "day2/turn1", "Why?", "eve")
    assert (one.model, one.provider_model, one.version) == ("dry", "offline", "offline")
    assert one.reply == {"text": "Because.", "finish_reason": "stop", "prompt_tokens": 100, "completion_tokens": 10}
    assert one.cost == pytest.approx((100 * PRICE.input + 10 * PRICE.output) / 1e6)
    assert one.fingerprint == model.requests[0].fingerprint()
    assert (one.answer, one.form, one.flags, one.other_model, result.warnings) == (None, "", (), False, ())
    assert store.interviews(run) == [one]


def test_further_questions_are_sent_with_those_before_and_their_answers(store: Store) -> None:
    run, model = _conversation(store), Replying(lambda request: f"Answer {len(request.messages)}.")

    ask_run(store, run, "One?", "Two?", "Three?", model=model)

    first, second, third = (request.messages for request in model.requests)
    assert second == (*first, ChatMessage("assistant", f"Answer {len(first)}."), ChatMessage("user", "Two?"))
    assert third == (*second, ChatMessage("assistant", f"Answer {len(second)}."), ChatMessage("user", "Three?"))
    assert [(one.turn, one.question) for one in store.interviews(run)] == [(1, "One?"), (2, "Two?"), (3, "Three?")]
    assert len({one.sitting for one in store.interviews(run)}) == 1


@pytest.mark.parametrize("silence", ["", "**", "\u200b", '""'])
def test_an_answer_that_says_nothing_stands_in_no_later_prompt(store: Store, silence: str) -> None:
    run = _conversation(store)
    model = Replying(lambda request: silence if "One?" in request.messages[-1].content else "Yes.")

    first, second = ask_run(store, run, "One?", "Two?", model=model)

    assert first.interview.flags == ("invalid", "retried")
    assert [message.role for message in model.requests[-1].messages].count("assistant") == [
        message.role for message in model.requests[0].messages
    ].count("assistant")
    assert (second.interview.turn, second.interview.text) == (2, "Yes.")


def test_an_answer_that_does_not_fit_is_asked_for_again_and_all_replies_are_kept_and_paid(store: Store) -> None:
    run, replies = _conversation(store), iter(["No idea.", "I would say seven", '{"answer": 7}'])
    model = Replying(lambda _request: ModelReply(next(replies), prompt_tokens=10, completion_tokens=1))

    [result] = ask_run(store, run, "How far?", form=AnswerForm(scale=(8, 10)), model=model)

    assert (result.interview.answer, result.interview.flags) == (None, ("invalid", "retried"))
    assert [one["text"] for one in result.interview.former] == ["No idea.", "I would say seven"]
    assert result.interview.cost == pytest.approx(3 * (10 * PRICE.input + PRICE.output) / 1e6)


def test_an_answer_is_read_as_one_of_a_private_question_is(store: Store) -> None:
    run, model = _conversation(store), Replying(lambda _request: "I would say 7.")

    [result] = ask_run(store, run, "How far?", form=AnswerForm(scale=(0, 10)), model=model)

    assert (result.interview.answer, result.interview.form) == (7, "0-10")
    assert result.interview.flags == ("repaired",)
    request = model.requests[0]
    assert request.messages[-1].content.endswith("How far?\n\nAnswer with a whole number from 0 to 10, nothing else.")
    assert request.schema is not None
    assert request.schema["properties"]["answer"]["maximum"] == 10


def test_a_prompt_that_does_not_fit_is_on_record(store: Store) -> None:
    run, model = _conversation(store), Replying(lambda _request: ModelReply("", finish_reason="overlong"))

    [result] = ask_run(store, run, "Why?", model=model)

    assert result.interview.flags == ("context_cut",)
    assert store.interviews(run) == [result.interview]


def test_right_after_the_message_that_ended_a_run_is_its_end(store: Store) -> None:
    def says(request: ModelRequest) -> ModelReply | None:
        return ModelReply("I refuse.", finish_reason="refused") if len(request.messages) > 3 else None

    begun = played(store, small(), model=Replying(says))
    [slot] = store.slots(begun.sweep.id)
    assert (slot.status.ended, slot.status.counters.messages) == ("refused", 3)
    model = Replying()

    for at in ("3", "day1/turn3", "end"):
        ask_run(store, slot.status.run, "Why?", at=at, model=model)

    assert len({request.messages for request in model.requests}) == 1
    assert "I refuse." in {message.content for message in model.requests[0].messages}
    with pytest.raises(BadInput, match="has not come to message 4"):
        ask_run(store, slot.status.run, "Why?", at="4", model=model)


def test_words_to_a_prompt_that_was_cut_are_no_answer(store: Store) -> None:
    run = _conversation(store)
    [result] = ask_run(store, run, "Why?", model=Replying(lambda _request: "Because."))
    assert interview_document(result.interview)["answer"] == "Because."

    document = interview_document(replace(result.interview, flags=("context_cut",)))

    assert (document["answer"], document["text"]) == (None, "Because.")


def test_a_seed_of_the_run_derives_from_run_sitting_and_turn(store: Store) -> None:
    run = _conversation(store, models="{dry: {provider: offline, seed: run}}")
    model = Replying()

    one, two = ask_run(store, run, "Why?", "Why?", model=model)
    [other] = ask_run(store, run, "Why?", model=model)

    seeds = [request.model.options["seed"] for request in model.requests]
    assert len(set(seeds)) == 3
    stage = stand_in_run(store, run, "end").rebuilt.stage
    keys = [f"interview/{each.interview.id}/{each.interview.agent}" for each in (one, two, other)]
    assert seeds == [stage.seed(key) for key in keys]


def test_another_version_of_the_model_is_told_and_kept(store: Store) -> None:
    run = _conversation(store)

    [same] = ask_run(store, run, "Why?")
    [other] = ask_run(store, run, "Why?", model=Replying(version="offline-2"))

    assert (same.interview.other_model, same.warnings) == (False, ())
    assert other.interview.other_model
    assert other.warnings == (
        "another version's reading: dry is served as offline-2 now and was offline when the run was played",
    )


def test_another_model_is_told_and_kept(store: Store) -> None:
    run, model = _conversation(store), Replying()
    other = OtherModel("other", ModelContent(provider="openai", model="gpt", options={"temperature": 0.5}))

    [result] = ask_run(store, run, "Why?", agent="role:guard", other=other, model=model)

    one = result.interview
    assert (one.model, one.provider_model, one.other_model) == ("other", "openai:gpt", True)
    assert model.requests[0].model.options == {"temperature": 0.5}
    assert result.warnings == (
        f"another model's reading: other (openai:gpt) answers, and dry (offline) played {one.agent}",
    )


def test_the_model_that_played_by_its_name_is_no_other_one(store: Store) -> None:
    run = _conversation(store)

    [result] = ask_run(store, run, "Why?", other=OtherModel("dry", ModelContent(provider="offline")))

    assert not result.interview.other_model


def test_a_model_that_does_not_answer_leaves_nothing(store: Store) -> None:
    class Refusing(Offline):
        async def ask(self, request: ModelRequest) -> ServedReply:
            raise RequestRefused("not this one")

    run = _conversation(store)
    with pytest.raises(RequestRefused):
        ask_run(store, run, "Why?", model=Refusing())
    assert store.interviews(run) == []


@pytest.mark.parametrize("selector", ["Guard_{}", "{}", "guard_{}", "role:guard", "ROLE: Guard"])
def test_an_agent_is_meant_by_name_number_or_role(store: Store, selector: str) -> None:
    run = _conversation(store)
    name = next(event.happening.author for event in store.events(run) if event.happening.role == "guard")

    [result] = ask_run(store, run, "Why?", agent=selector.format(name.rpartition("_")[2]))

    assert result.interview.agent == name


def test_who_is_not_there_has_nearest_names(store: Store) -> None:
    run = _conversation(store, roles='{guard: {}, prisoner: {}, visitor: {script: ["Time."]}}')
    with pytest.raises(NotFound, match=r"nobody 'Gard' can be asked .* did you mean .*role:guard"):
        ask_run(store, run, "Why?", agent="Gard")
    visitor = next(event.happening.author for event in store.events(run) if event.happening.role == "visitor")
    with pytest.raises(NotFound, match=f"{visitor} of run .* is played by no model"):
        ask_run(store, run, "Why?", agent=visitor)


def test_a_role_of_several_is_ambiguous_in_a_run(store: Store) -> None:
    run = _conversation(store, sweep="{factors: {messages: 6, agents.guard: 2}}")
    with pytest.raises(Ambiguous, match=r"'role:guard' means 2 agents .* name one: Guard_\d+, Guard_\d+"):
        ask_run(store, run, "Why?")


@pytest.mark.parametrize("handle", ["bob", "@bob", "@BOB"])
def test_somebody_of_a_feed_is_meant_by_handle(store: Store, handle: str) -> None:
    run, model = _run(store, small_feed()), Replying()

    [result] = ask_run(store, run, "How are you?", agent=handle, at="day1", model=model)

    assert (result.interview.agent, result.interview.at) == ("bob", "day1")
    assert "Day 1 is over." in model.requests[0].messages[-1].content


def test_a_run_that_has_not_come_to_a_moment_is_refused_there_and_asked_before(store: Store) -> None:
    begun = played(store, small(sweep="{factors: {messages: 6, days: 2}}"), max_tokens=120)
    run = next(iter(store.slots(begun.sweep.id))).status.run
    reached = sum(event.happening.kind == "message" for event in store.events(run))
    assert 0 < reached < 6

    ask_run(store, run, "Why?", at="1")
    with pytest.raises(BadInput, match=f"run {run[:12]} has not come to its end"):
        ask_run(store, run, "Why?")
    with pytest.raises(BadInput, match=f"run {run[:12]} has not come to message 6"):
        ask_run(store, run, "Why?", at="day2/turn3")


def test_a_blank_question_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="the question is empty"):
        ask_run(store, _conversation(store), " \n")


def test_whom_a_person_played_is_asked_of_a_model_alone(store: Store) -> None:
    run = _conversation(store, models="{dry: {provider: person}, other: {provider: offline}}")
    with pytest.raises(SetupError, match="was played by a person; ask a model in their place with --model"):
        ask_run(store, run, "Why?")
    [result] = ask_run(store, run, "Why?", other=OtherModel("other", ModelContent(provider="offline")))
    assert isinstance(result.interview, Interview)
