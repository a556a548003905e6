"""Days, ticks and arrivals: who sees what when, and the same result whatever the order of completion."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import pytest

from sociarium.environments.feed.derive import derive
from sociarium.experiment.feed.run_content import (
    FeedEventContent,
    FeedSettings,
    GraphContent,
    MemoryContent,
    NewcomersContent,
    PopulationContent,
    PopulationShare,
)
from sociarium.experiment.run_content import ModelContent, ProbeContent, RoleContent
from sociarium.ports.model import ModelRequest
from sociarium.records.inputs import OutsidePost
from tests.support.feeds_in_memory import Played, content, lively, played, reacting

TROLLS = PopulationContent(
    name="troll", role="person", model="dry", prompt="x", models={"dry": ModelContent(provider="offline")}
)

MOOD = ProbeContent(name="mood", of=("person",), at=("start", "end"), ask="Mood?", scale=(0, 10))


def told(run: Played) -> list[object]:
    return [(event.key, event.seq, event.happening) for event in run.events]


@pytest.mark.slow
@pytest.mark.parametrize("tick", [0, 60, 1440])
@pytest.mark.parametrize("reading", ["by_list", "together"])
def test_the_result_is_the_same_whatever_the_order_of_completion(tick: int, reading: str) -> None:
    probe = ProbeContent(name="mood", of=("person",), at=("start", "each_day", "end"), ask="Mood?", scale=(0, 10))
    feed = content(8, days=3, feed=FeedSettings(tick=tick, reading=reading, sessions_per_day=1.5), probes=(probe,))
    runs = [played(feed, reacting(reply=0.3, repost=0.2), shuffled=order) for order in (None, "one", "other")]
    assert told(runs[0]) == told(runs[1]) == told(runs[2])
    assert list(runs[0].requests) != list(runs[1].requests) or tick == 0
    assert {key: request.fingerprint() for key, request in runs[0].requests.items()} == {
        key: request.fingerprint() for key, request in runs[1].requests.items()
    }


def test_people_of_a_tick_do_not_see_what_the_others_do_in_it() -> None:
    run = played(content(8, days=2, feed=FeedSettings(tick=1440)), reacting(reply=0.5))
    for session in run.sessions:
        assert all(run.posts[seen["post"]]["day"] < session["day"] for seen in session["exposures"])
    hourly = played(content(8, days=2, feed=FeedSettings(tick=60)), reacting(reply=0.5))
    same_day = 0
    for session in hourly.sessions:
        begin = session["time"] // 60 * 60
        for seen in session["exposures"]:
            post = hourly.posts[seen["post"]]
            assert (post["day"], post["time"]) < (session["day"], begin)
            same_day += post["day"] == session["day"]
    assert same_day


def test_with_a_tick_of_nothing_everybody_sees_all_that_was_done_before() -> None:
    run = played(content(6, days=1, feed=FeedSettings(tick=0)), reacting())
    shown = [len(session["exposures"]) for session in run.sessions]
    assert shown == [0, 1, 2, 3, 4, 5]
    order = [key.split("/")[1] for key in run.requests]
    assert list(dict.fromkeys(order)) == [session["who"] for session in run.sessions]
    changes = sum(one != other for one, other in pairwise(order))
    assert changes == 5


def test_posts_take_effect_in_the_order_of_log_on_and_are_numbered_so() -> None:
    run = played(content(12, days=2, feed=FeedSettings(tick=240, sessions_per_day=2, post=1.0)), reacting(reply=0.2))
    moments = [(post["day"], post["time"]) for post in run.posts.values()]
    assert moments == sorted(moments)
    assert list(run.posts) == [f"p{n}" for n in range(1, len(moments) + 1)]


def test_two_sessions_in_one_tick_are_taken_in_turn_and_show_nothing_twice() -> None:
    run = played(
        content(4, days=2, feed=FeedSettings(tick=1440, sessions_per_day=3, following=1, recent=1)), reacting()
    )
    exposures = derive(run.events).exposures
    assert max(Counter((one["person"], one["post"]) for one in exposures).values()) == 1
    assert Counter(session["who"] for session in run.sessions).total() == 24
    assert any("/2/read" in key for key in run.requests)


def test_a_fraction_of_sessions_is_the_probability_of_one_more() -> None:
    feed = FeedSettings(sessions_per_day=1.5, post=0.0, replies=0, following=0, recent=0)
    run = played(content(40, days=3, feed=feed), reacting())
    each = Counter((session["who"], session["day"]) for session in run.sessions)
    assert set(each.values()) == {1, 2}
    assert 40 <= sum(count == 2 for count in each.values()) <= 80


EVENTS = (
    FeedEventContent(name="rumour", day=2, every=3, minute=600, author="newswire", text="It is said."),
    FeedEventContent(name="launch", day=1, minute=0, author="ADA", text="Vote for <AGENTS_NUM>."),
    FeedEventContent(name="empty", day=1, author="ada", text="  "),
)


def test_events_come_on_their_days_by_their_authors_and_are_seen() -> None:
    run = played(content(4, days=8, events=EVENTS), reacting())
    put = [post for post in run.posts.values() if post["source"] == "event"]
    assert [(one["name"], one["day"], one["time"], one["author"], one["content"]) for one in put] == [
        ("launch", 1, 0, "ada", "Vote for 4."),
        ("rumour", 2, 600, "newswire", "It is said."),
        ("rumour", 5, 600, "newswire", "It is said."),
        ("rumour", 8, 600, "newswire", "It is said."),
    ]
    told = derive(run.events)
    seen = Counter(run.posts[one["post"]]["name"] for one in told.exposures)
    assert seen["launch"] == 3
    assert seen["rumour"] >= 8
    for one in told.exposures:
        post = run.posts[one["post"]]
        assert (post["day"], post["time"]) <= (one["day"], int(one["time"][:2]) * 60 + int(one["time"][3:]))


def test_inputs_are_asked_for_at_each_tick_and_stand_from_then_on() -> None:
    feed = content(3, days=2)
    keys = played(feed, reacting()).inputs_asked
    assert keys[0] == "day1/inputs"
    assert keys[-1] == "end/inputs"
    assert len(keys) == len(set(keys))
    tick = next(key for key in keys if key.startswith("day2/tick"))
    run = played(feed, reacting(), inbox={tick: [OutsidePost(1, "Ada", "Live!"), OutsidePost(2, "stranger", "Hello.")]})
    put = [post for post in run.posts.values() if post["source"] == "input"]
    assert [(one["author"], one["content"], one["name"], one["day"]) for one in put] == [
        ("ada", "Live!", "1", 2),
        ("stranger", "Hello.", "2", 2),
    ]
    after = [session for session in run.sessions if session["day"] == 2 and session["who"] != "ada"]
    assert all({put[0]["id"], put[1]["id"]} <= {seen["post"] for seen in session["exposures"]} for session in after)


@pytest.mark.slow
def test_generated_people_come_in_blocks_after_those_given_with_handles_of_their_own() -> None:
    run = played(content(2, days=1, generated=(PopulationShare(population=TROLLS, count=230),)), reacting())
    assert run.people_asked == [
        ("people/troll/1", 1, 100),
        ("people/troll/101", 101, 200),
        ("people/troll/201", 201, 230),
    ]
    handles = [event.happening.author for event in run.of_kind("person")]
    assert handles[:3] == ["ada", "ben", "troll1"]
    assert len(set(handles)) == 232
    generated = [event.happening.data["generated"] for event in run.of_kind("person")]
    assert generated == [False] * 2 + [True] * 230


def test_newcomers_arrive_from_the_second_day_on_and_join_in() -> None:
    coming = NewcomersContent(population=TROLLS, per_day=2)
    graph = GraphContent(kind="scale_free", degree=2)
    run = played(content(5, days=3, newcomers=coming, graph=graph), reacting())
    assert run.people_asked == [("day2/newcomers/1", 1, 2), ("day3/newcomers/3", 3, 4)]
    joined = [(event.happening.author, event.happening.day) for event in run.of_kind("person")][5:]
    assert joined == [("troll1", 2), ("troll2", 2), ("troll3", 3), ("troll4", 3)]
    assert all(len(event.happening.data["follows"]) == 2 for event in run.of_kind("person")[5:])
    assert {session["day"] for session in run.sessions if session["who"] == "troll1"} == {2, 3}


def test_newcomers_alone_begin_a_feed_and_are_asked_at_its_start() -> None:
    coming = NewcomersContent(population=TROLLS, per_day=3, from_day=1)
    feed = content(0, days=2, newcomers=coming, graph=GraphContent(kind="scale_free", degree=1), probes=(MOOD,),
                   roles=(RoleContent(name="person", count=3, model="dry"),))  # fmt: skip
    run = played(feed, reacting())
    assert run.people_asked == [("day1/newcomers/1", 1, 3), ("day2/newcomers/4", 4, 6)]
    assert [len(event.happening.data["follows"]) for event in run.of_kind("person")] == [0, 1, 1, 1, 1, 1]
    asked = [(event.happening.author, event.happening.day) for event in run.of_kind("probe")]
    assert asked == [(f"troll{n}", 0) for n in (1, 2, 3)] + [(f"troll{n}", 2) for n in (1, 2, 3, 4, 5, 6)]
    assert {session["who"] for session in run.sessions if session["day"] == 1} == {"troll1", "troll2", "troll3"}


def test_newcomers_may_come_late() -> None:
    run = played(content(2, days=4, newcomers=NewcomersContent(population=TROLLS, per_day=2, from_day=4)), reacting())
    assert run.people_asked == [("day4/newcomers/1", 1, 2)]


def test_days_without_anybody_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was to write people wrote none for the first two days; a bulletin and a question come all the same."""

    async def late(self: Played, key: str, population: object, first: int, last: int) -> list[object]:
        return [{"handle": f"guest{first}", "role": "person", "persona": "x"}] if first > 2 else [None]

    monkeypatch.setattr(Played, "people", late)
    coming = NewcomersContent(population=TROLLS, per_day=1, from_day=1)
    bulletin = FeedEventContent(name="bulletin", day=1, every=1, author="newswire", text="Rain.")
    feed = content(0, days=3, newcomers=coming, probes=(MOOD.model_copy(update={"at": ("start", "each_day")}),),
                   events=(bulletin,), memory=MemoryContent(reflect_every=1), graph=GraphContent(kind="random"),
                   roles=(RoleContent(name="person", count=1, model="dry"),))  # fmt: skip
    run = played(feed, reacting())
    assert run.ended == "completed"
    assert [post["day"] for post in run.posts.values() if post["author"] == "newswire"] == [1, 2, 3]
    assert {event.happening.author for event in run.of_kind("probe")} == {"guest3"}
    assert {session["day"] for session in run.sessions} == {3}


@pytest.mark.parametrize("kind", ["random", "small_world", "scale_free", "complete"])
def test_graphs_have_their_degree_and_nobody_follows_themselves(kind: str) -> None:
    feed = content(40, days=1, graph=GraphContent(kind=kind, degree=4))
    feed = feed.model_copy(update={"people": tuple(p.model_copy(update={"follows": ()}) for p in feed.people)})
    run = played(feed, reacting())
    follows = {event.happening.author: event.happening.data["follows"] for event in run.of_kind("person")}
    ties = sum(map(len, follows.values()))
    assert ties == (40 * 39 if kind == "complete" else 160)
    assert not [who for who, others in follows.items() if who in others]
    assert ("graph" in run.recorded) == (kind != "complete")
    if kind == "scale_free":
        fame = Counter(other for others in follows.values() for other in others)
        assert max(fame.values()) >= 12


def test_newcomers_in_a_complete_graph_are_followed_by_all_and_the_ledger_knows() -> None:
    coming = NewcomersContent(population=TROLLS, per_day=1)

    def loyal(key: str, request: ModelRequest) -> str:
        intent = {"follow": [], "unfollow": [], "plan": "", "state": "calm"}
        return json.dumps(intent) if key.endswith("/plan") else lively(key, request)

    run = played(content(3, days=2, newcomers=coming, graph=GraphContent(kind="complete")), loyal)
    told = derive(run.events)
    assert {one["handle"]: (one["followers"], one["following"]) for one in told.people}["troll1"] == (3, 3)
    assert {one["followers"] for one in told.people} == {3}


def test_probes_are_asked_of_their_roles_at_their_moments_and_are_never_remembered() -> None:
    probe = ProbeContent(name="mood", of=("person",), at=("start", "each_day", "end"), ask="Secret question?")
    run = played(content(2, days=3, probes=(probe,)), reacting())
    asked = [key for key in run.requests if "/probe/" in key]
    assert asked == [f"{at}/probe/mood/{who}" for at in ("start", "day1", "day2", "end") for who in ("ada", "ben")]
    assert [(e.happening.day, e.happening.data["at"]) for e in run.of_kind("probe")][::2] == [
        (0, "start"), (1, "each_day"), (2, "each_day"), (3, "end")]  # fmt: skip
    others = [request for key, request in run.requests.items() if "/probe/" not in key]
    assert not [one for one in others if "Secret" in str(one.messages)]
