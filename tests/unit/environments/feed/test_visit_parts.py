"""The parts of a visit, each alone: steps and their log, prompts of decisions, and what changes of the person."""

from __future__ import annotations

import pytest

from sociarium.environments.feed.memory.recall import Activity
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.timeline import Exposure, ListName
from sociarium.environments.feed.visit.decisions import Authors, Intent, split_by_follow
from sociarium.environments.feed.visit.person_changes import adopt, remember
from sociarium.environments.feed.visit.prompts import plan_parts
from sociarium.environments.feed.visit.reactions import Judgement, Reaction, judgements_of
from sociarium.environments.feed.visit.steps import StepLog, Steps
from sociarium.environments.feed.visit.writing import write_own_post
from sociarium.environments.feed.world import Post, World
from sociarium.experiment.feed.run_content import FeedSettings
from sociarium.ports.model import ModelReply
from sociarium.records.runs import Run
from sociarium.runner.run.stage import RunStage
from tests.support.feeds_in_memory import Answer, Played, content, people

FEED = content(3, feed=FeedSettings(post="daily"))


def somebody(number: int = 0) -> PersonState:
    person = people(3)[number]
    return PersonState(number, person.handle, person, "dry", "You are somebody.", joined=0)


def stage_of(answer: Answer) -> tuple[RunStage, Played]:
    answering = Played(answer)
    return RunStage(Run("run", "experiment", "tester", 1, 0, "", "run", ""), FEED.streams, answering), answering


def steps_of(member: PersonState) -> Steps:
    return Steps(FeedState(FEED, World(), People([member])), member, f"day1/{member.handle}/1")


def post_by(member: PersonState, number: int) -> Post:
    return Post(number=number, author=member.handle, member=member.number, day=1, minute=5, kind="post", content="tea",
                parent=None, verdict="none")  # fmt: skip


def judgement(post: Post, *drawn: Reaction, name: ListName = "recent", sentiment: str = "neutral") -> Judgement:
    return Judgement(Exposure(post, name, 1), {}, sentiment, "hm", (), cut=False, draw={}, drawn=drawn)


@pytest.mark.parametrize(
    ("reply", "calls", "reason"),
    [
        (ModelReply("nonsense"), 3, "invalid"),
        (ModelReply("", finish_reason="refused"), 1, "refused"),
        (ModelReply("", finish_reason="overlong"), 1, "overlong"),
    ],
)
async def test_a_step_without_an_answer_is_skipped_and_every_call_of_it_noted(
    reply: ModelReply, calls: int, reason: str
) -> None:
    stage, answering = stage_of(lambda key, request: reply)
    steps = steps_of(somebody())
    result = await steps.ask("plan", ["What now?"], stage, read=lambda reply: None)
    assert result is None or result.value is None
    assert steps.log.skipped == [("plan", reason)]
    assert steps.log.calls == list(answering.requests)
    assert len(steps.log.calls) == calls
    assert {request.purpose for request in answering.requests.values()} == {"plan"}


def test_a_log_notes_repairs_of_values_and_is_silent_where_there_are_none() -> None:
    log = StepLog()
    log.note_repair("plan", 0)
    assert (log.repaired, log.flags) == ({}, set())
    log.note_repair("plan", 2)
    log.note_repair("plan", 1)
    assert (log.repaired, log.flags) == ({"plan": 3}, {"repaired"})


def test_a_log_is_the_same_in_whatever_order_its_steps_ended() -> None:
    one, other = StepLog(), StepLog()
    for log, names in ((one, "ab"), (other, "ba")):
        for name in names:
            log.calls.append(name)
            log.skip(name, "empty")
        log.sort()
    assert one == other


def test_authors_are_told_apart_by_whom_the_person_follows() -> None:
    members = [somebody(number) for number in range(3)]
    members[0].follows = {2}
    exposures = [Exposure(post_by(member, number), "recent", number + 1) for number, member in enumerate(members)]
    assert split_by_follow(members[0], exposures, People(members)) == Authors(["ben"], ["cleo"])


@pytest.mark.parametrize(
    ("judged", "is_empty", "words"),
    [(True, False, "you did: like"), (False, True, "There is nothing new in your feed."), (False, False, "")],
)
def test_decisions_are_asked_with_what_was_made_of_the_feed(judged: bool, is_empty: bool, words: str) -> None:
    member = somebody()
    state = FeedState(FEED, World(), People([member]))
    judgements = [judgement(post_by(somebody(1), 0), "like")] if judged else []
    parts = plan_parts("It is day 1.", judgements, Authors([], []), state, member, is_empty=is_empty)
    assert parts[0] == "It is day 1."
    assert words in parts[1]
    assert bool(parts[1]) == bool(words)


def test_only_posts_with_an_answer_are_judged_in_the_order_shown() -> None:
    stage, _ = stage_of(lambda key, request: "")
    exposures = [Exposure(post_by(somebody(1), number), "recent", number + 1) for number in range(3)]
    answer = {"like": 1.0, "reply": 0.0, "repost": 0.0, "quote": 0.0, "sentiment": "neutral", "words": "",
              "repaired": (), "cut": False}  # fmt: skip
    judgements = judgements_of(exposures, {exposures[n].post.id: answer for n in (2, 0)}, stage, "day1/ada/1")
    assert [(one.exposure, one.drawn) for one in judgements] == [(exposures[0], ("like",)), (exposures[2], ("like",))]


def test_a_person_adopts_plan_and_state_and_says_whether_the_state_is_new() -> None:
    member = somebody()
    assert adopt(member, Intent(plan="rest", state="calm"))
    assert (member.plan, member.state) == ("rest", "calm")
    assert not adopt(member, Intent(plan="go", state="calm"))
    assert not adopt(member, Intent(plan="stay", state=None))
    assert (member.plan, member.state) == ("stay", "calm")


def test_a_person_remembers_what_they_saw_and_did_but_not_yet_what_they_will_write() -> None:
    member, other = somebody(), somebody(1)
    posts = [post_by(other, number) for number in range(5)]
    judgements = [
        judgement(posts[0], name="replies"),
        judgement(posts[1], sentiment="negative"),
        judgement(posts[2]),
        judgement(posts[3], "like", "reply"),
    ]
    remember(member, [Exposure(post, "recent", 1) for post in posts], judgements, day=2)
    assert member.posts_seen == {0, 1, 2, 3, 4}
    assert member.memory.deeds == [
        Activity(2, "answered", 0, "hm"),
        Activity(2, "read", 1, "hm"),
        Activity(2, "like", 3),
    ]


async def test_who_posted_today_is_not_asked_for_a_daily_post_again() -> None:
    member = somebody()
    stage, answering = stage_of(lambda key, request: "Good morning.")
    draft = await write_own_post("It is day 1.", 1, steps_of(member), stage)
    assert draft is not None
    assert draft.text == "Good morning."
    member.posted_on = 1
    assert await write_own_post("It is day 1.", 1, steps_of(member), stage) is None
    assert list(answering.requests) == ["day1/ada/1/post"]
