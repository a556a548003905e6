"""A fork shares a run's beginning, event for event; with nothing changed it is the same run to its end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sociarium.environments.registry import play, stand_at
from sociarium.experiment.forks import ForkRefused, extension_content, fork_content
from sociarium.experiment.rng import Draws
from sociarium.experiment.run_content import Content, ProbeContent, SectionContent
from sociarium.experiment.stored_content import RunContent
from sociarium.ports.model import ModelRequest
from sociarium.records.events import Event
from sociarium.records.runs import Run
from sociarium.runner.run.stage import RunStage
from tests.support import feeds_in_memory as feeds
from tests.support.conversations_in_memory import Played, content_of


def _conversation() -> Content:
    content = content_of()
    probe = {"name": "trust", "of": (content.roles[0].name,), "at": ("start", "each_day", "end"), "ask": "How?"}
    changes: dict[str, Any] = {
        "days": 2,
        "messages": 6,
        "events": (
            {"name": "bell", "day": 1, "after_message": 2, "author": "Warden", "text": "The bell rings."},
            {"name": "visit", "day": 2, "after_message": 1, "author": "Warden", "text": "A visitor comes."},
        ),
        "probes": (probe,),
        "summarizer": {"model": next(iter(content.models)), "sections": (("Task", "auto", "Sum up the day."),)},
    }
    tree = content.model_dump(exclude={"events", "probes", "summarizer"}) | changes
    return Content.model_validate(tree)


def _told(key: str, request: ModelRequest) -> str:
    """Words that depend on the request alone."""
    if request.purpose == "probe":
        return "free words"
    return f"I say {Draws('told', request.fingerprint()).below(10**6)}."


def _play(content: RunContent) -> Any:
    feed = content.environment == "feed"
    recorder: Any = feeds.Played(feeds.lively) if feed else Played(_told)
    run = Run("run", "experiment", "tester", 1, 7, content.model_dump_json(), "origin", "")
    recorder.ended = asyncio.run(play(content, RunStage(run, content.streams, recorder)))
    return recorder


def _spoken(events: list[Event]) -> int:
    return sum(event.happening.kind == "message" for event in events)


@pytest.mark.parametrize("at", range(1, 7))
def test_a_conversation_that_is_forked_with_nothing_changed_is_the_same(at: int) -> None:
    content = _conversation()
    whole = _play(content)

    forked = _play(fork_content("origin", content, at, content))

    assert forked.events == whole.events
    assert forked.requests == whole.requests
    assert _spoken(whole.events) == 6


@pytest.mark.parametrize("at", range(1, 7))
def test_a_change_rules_from_right_after_the_message_and_not_before(at: int) -> None:
    content = _conversation()
    past = tuple(event for event in content.events if 3 * (event.day - 1) + event.after_message < at)
    other = content.model_copy(update={"sections": (), "events": past})
    whole, forked = _play(content), _play(fork_content("origin", content, at, other))

    same = next(n for n, event in enumerate(whole.events, start=1) if _spoken(whole.events[:n]) == at)
    assert forked.events[:same] == whole.events[:same]
    assert forked.events[same:] != whole.events[same:] or at == 6
    spoken = [key for key in forked.requests if key.endswith("/reply")]
    assert all(forked.requests[key] == whole.requests[key] for key in spoken[:at])
    assert all(forked.requests[key].messages[0].role != "system" for key in spoken[at:])


@pytest.mark.slow
def test_a_feed_that_is_forked_at_any_day_with_nothing_changed_is_the_same() -> None:
    content = feeds.content(20, days=4, probes=_mood(), memory={"reflect_every": 2})
    whole = _play(content)

    for at in range(1, 5):
        forked = _play(fork_content("origin", content, at, content))
        assert forked.events == whole.events
        assert forked.requests == whole.requests


def test_a_changed_feed_is_the_same_until_the_day_is_over() -> None:
    content = feeds.content(4, days=3, probes=_mood(), memory={"reflect_every": 1})
    other = content.model_copy(update={"feed": content.feed.model_copy(update={"reading": "together"})})
    whole, forked = _play(content), _play(fork_content("origin", content, 2, other))

    def of_days(events: list[Event]) -> list[Event]:
        return [one for one in events if one.happening.day <= 2]

    assert of_days(forked.events) == of_days(whole.events)
    assert forked.events != whole.events


def test_an_extension_keeps_all_that_was_and_adds_days() -> None:
    content = _conversation()
    whole = _play(content)
    longer = content.model_copy(update={"days": 4, "messages": 11})

    extended = _play(extension_content("origin", content, longer))

    assert extended.events[: len(whole.events)] == whole.events
    days = [event.happening.day for event in extended.events if event.happening.kind == "message"]
    assert days == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]
    summaries = [event.happening.day for event in extended.events if event.happening.kind == "summary"]
    assert summaries == [1, 2, 3]
    ends = [event.key for event in extended.events if event.happening.data.get("at") == "end"]
    assert [key.split("/probe")[0] for key in ends] == ["end", "end/day4"]


def test_a_feed_is_extended_twice() -> None:
    content = feeds.content(3, days=1, probes=_mood(), memory={"reflect_every": 1})
    whole = _play(content)
    once = extension_content("origin", content, content.model_copy(update={"days": 2}))
    twice = extension_content("other", once, content.model_copy(update={"days": 4}))

    second, third = _play(once), _play(twice)

    assert second.events[: len(whole.events)] == whole.events
    assert third.events[: len(second.events)] == second.events
    assert {event.happening.day for event in third.events if event.happening.kind == "post"} == {1, 2, 3, 4}


def test_a_conversation_forked_at_its_last_message_and_then_extended_has_the_words_of_both() -> None:
    content = _conversation()
    numbered, plural = (
        content.model_copy(update={"sections": (SectionContent(title="Start", shared=text),)})
        for text in ("We are <GUARD_NUMWORD>.", "<GUARD_NUMWORD> <PRISONER_NOUN>.")
    )
    several = (content.roles[0].model_copy(update={"count": 2}), content.roles[1].model_copy(update={"count": 3}))
    content, numbered, plural = (one.model_copy(update={"roles": several}) for one in (content, numbered, plural))
    fork = fork_content("origin", content, 6, numbered)
    longer = plural.model_copy(update={"days": 3, "messages": 10})

    extended = _play(extension_content("other", fork, longer))

    assert extended.ended == "completed"
    assert extended.prompt("day3/turn1/reply")[0] == ("system", "two prisoners.")


def test_a_feed_forked_at_its_last_day_and_then_extended_has_the_words_of_both() -> None:
    content = feeds.content(3, days=2)
    numbered, plural = (
        content.model_copy(update={"prompts": content.prompts.model_copy(update={"post": text})})
        for text in ("<PERSON_NUMWORD> are here.", "<PERSON_NUMWORD> <PERSON_NOUN> are here.")
    )
    fork = fork_content("origin", content, 2, numbered)

    extended = _play(extension_content("other", fork, plural.model_copy(update={"days": 3})))

    assert extended.ended == "completed"
    posts = [request for key, request in extended.requests.items() if key.startswith("day3/") and "/post" in key]
    assert posts
    assert all("three people are here." in request.messages[-1].content for request in posts)


def test_a_fork_of_a_fork_has_both_changes() -> None:
    content = _conversation()
    bare = content.model_copy(update={"sections": ()})
    first = fork_content("origin", content, 2, bare)
    second = fork_content("fork", first, 4, content)

    one, other = _play(first), _play(second)

    same = next(n for n in range(len(one.events)) if _spoken(one.events[:n]) == 4)
    assert other.events[:same] == one.events[:same]
    assert other.requests["day2/turn2/reply"].messages[0].role == "system"


def _mood() -> Any:
    return (ProbeContent(name="mood", of=("person",), at=("each_day", "end"), ask="How are you?"),)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"starting_message": "Another one."}, "read already"),
        ({"messages": 8, "days": 2}, "another number of messages"),
        ({"events": ()}, "have happened already"),
        ({"streams": "independent"}, "draws"),
    ],
)
def test_what_would_alter_the_beginning_is_refused(changes: dict[str, Any], reason: str) -> None:
    content = _conversation()

    with pytest.raises(ForkRefused, match=reason):
        fork_content("origin", content, 4, content.model_copy(update=changes))


def test_a_cast_cannot_change() -> None:
    content = _conversation()
    roles = (content.roles[0].model_copy(update={"count": 3}), *content.roles[1:])

    with pytest.raises(ForkRefused, match="who takes part"):
        fork_content("origin", content, 1, content.model_copy(update={"roles": roles}))


def test_a_moment_before_a_fork_belongs_to_its_origin() -> None:
    forked = fork_content("the origin", _conversation(), 3, _conversation())

    with pytest.raises(ForkRefused, match="a fork itself, and what stands up to 3 it has from run the origin"):
        fork_content("fork", forked, 2, _conversation())


def test_one_stands_at_a_moment_with_what_was_said_until_then() -> None:
    content = _conversation()
    whole = _play(content)
    recorder = Played(_told)
    run = Run("run", "experiment", "tester", 1, 7, content.model_dump_json(), "origin", "")

    state: Any = asyncio.run(stand_at(content, RunStage(run, content.streams, recorder), 4))

    assert state.messages == 4
    said = [event.happening.content for event in whole.events if event.happening.kind == "message"]
    assert [line.text for line in state.lines] == [said[3]]
    assert recorder.events == whole.events[: len(recorder.events)]


def test_further_branches_have_draws_of_their_own_and_the_first_shares_them() -> None:
    content = _conversation().model_copy(
        update={"speaker_selection": "random", "messages": 40, "first_speaker": "random"}
    )
    whole = _play(content)

    first, second = (_play(fork_content("origin", content, 20, content, branch=branch)) for branch in (1, 2))

    def speakers(played: Any) -> list[str]:
        return [event.happening.author for event in played.events if event.happening.kind == "message"]

    assert speakers(first) == speakers(whole)
    assert speakers(second)[:20] == speakers(whole)[:20]
    again = _play(fork_content("fork", fork_content("origin", content, 20, content, branch=2), 30, content, branch=2))
    assert speakers(again)[:30] == speakers(second)[:30]
    assert set(speakers(again)) == set(speakers(whole))


def test_a_feed_of_another_branch_draws_other_times() -> None:
    content = feeds.content(4, days=2)
    whole = _play(content)

    other = _play(fork_content("origin", content, 1, content, branch=2))

    def minutes(played: Any, day: int) -> list[Any]:
        return [(one["who"], one["time"]) for one in played.sessions if one["day"] == day]

    assert minutes(other, 1) == minutes(whole, 1)
    assert minutes(other, 2) != minutes(whole, 2)
