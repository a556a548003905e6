"""People without a model act by what their rule says, in the same ticks as everybody, and ask nobody."""

from __future__ import annotations

from typing import Any

from sociarium.environments.feed.derive import derive
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.rules import OwnPosts, Rule, Trigger
from sociarium.experiment.feed.run_content import (
    AlikeContent,
    FeedContent,
    FeedEventContent,
    FeedSettings,
    GraphContent,
    PopulationContent,
    PopulationShare,
)
from sociarium.experiment.run_content import ModelContent, ProbeContent, RoleContent
from tests.support.feeds_in_memory import Played, content, people, played, reacting

NEWS = FeedEventContent(name="news", day=1, author="paper", text="The WEIR is open.")
OTHER = FeedEventContent(name="other", day=1, minute=1, author="paper", text="Tea at four, weirdly.")


def with_rule(rule: Rule, count: int = 3, **changes: Any) -> FeedContent:
    """A feed of two people whom a model plays and some who act by a rule."""
    bot = AlikeContent(person=Person(handle="bot", role="bot", rule=rule), count=count)
    roles = (RoleContent(name="person", count=2, model="dry"), RoleContent(name="bot", count=count))
    parts: dict[str, Any] = {"graph": GraphContent(kind="complete"), "events": (NEWS, OTHER)}
    return content(2, roles=roles, alike=(bot,), **{**parts, **changes})


def bots(run: Played) -> list[dict[str, Any]]:
    return [person for person in derive(run.events).people if person["role"] == "bot"]


def test_nothing_is_asked_for_them_not_even_privately() -> None:
    probe = ProbeContent(name="mood", of=("person", "bot"), at=("start", "end"), ask="How are you?")
    run = played(with_rule(Rule(repost=Trigger(words=("weir",))), probes=(probe,), days=4))
    assert run.requests
    assert not [key for key in run.requests if "bot_" in key]
    assert {session["who"] for session in run.sessions} >= {"bot_1", "bot_2", "bot_3"}


def test_what_holds_a_word_is_shared_and_nothing_else() -> None:
    run = played(with_rule(Rule(repost=Trigger(words=("weir",)))), reacting())
    shared = [post for post in run.posts.values() if post["kind"] == "repost"]
    assert {post["author"] for post in shared} == {"bot_1", "bot_2", "bot_3"}
    assert {run.posts[post["parent"]]["name"] for post in shared} == {"news"}


def test_a_probability_is_drawn_against_and_both_are_kept() -> None:
    events = tuple(
        FeedEventContent(name=f"n{n}", day=1 + n % 6, minute=0, author="paper", text="the weir") for n in range(60)
    )
    run = played(with_rule(Rule(like=Trigger(words=("weir",), p=0.3)), 20, events=events, days=6), reacting())
    answers = [answer for one in run.sessions if one["who"].startswith("bot") for answer in one["answers"]]
    about = [answer for answer in answers if answer["probabilities"]["like"]]
    assert {answer["probabilities"]["like"] for answer in about} == {0.3}
    assert 0.2 < sum("like" in answer["drawn"] for answer in about) / len(about) < 0.4
    assert all(("like" in answer["drawn"]) == (answer["draw"]["like"] < 0.3) for answer in about)


def test_nobody_is_said_to_feel_what_a_rule_says() -> None:
    run = played(with_rule(Rule(like=Trigger())), reacting())
    feed = derive(run.events)
    assert {one["sentiment"] for one in feed.reactions if one["author"].startswith("bot")} == {None}
    news = next(post for post in feed.posts if post["name"] == "news")
    assert news["likes"] == 3
    assert sum(news["sentiments"].values()) == 2


def test_texts_are_posted_in_turn_once_a_day_and_an_empty_one_is_not() -> None:
    rule = Rule(post=OwnPosts(each_day=("First, friends.", "", "Third.")))
    run = played(with_rule(rule, 1, days=5, feed=FeedSettings(sessions_per_day=2.0)), reacting())
    own = [(post["day"], post["content"]) for post in run.posts.values() if post["author"] == "bot_1"]
    assert own == [(1, "First, friends."), (3, "Third."), (4, "First, friends.")]


def test_who_follows_them_is_followed_back() -> None:
    ties = {"graph": GraphContent(), "people": (*people(2)[:1], Person(handle="ben", follows=("bot_1",)))}
    run = played(with_rule(Rule(follow_back=True), 1, **ties))
    assert {session["who"]: session["follow"] for session in run.sessions if session["day"] == 1}["bot_1"] == ["ben"]
    without = played(with_rule(Rule(), 1, **ties))
    assert {session["who"]: session["follow"] for session in without.sessions}["bot_1"] == []


def test_they_are_marked_as_what_they_are() -> None:
    run = played(with_rule(Rule(repost=Trigger(words=("weir",), p=0.5))))
    assert [bot["rule"] for bot in bots(run)] == [{"repost": {"words": ["weir"], "p": 0.5}}] * 3
    assert {person["rule"] for person in derive(run.events).people if person["role"] == "person"} == {None}
    assert {bot["model"] for bot in bots(run)} == {None}


def test_a_model_may_write_who_they_are_and_a_rule_say_what_they_do() -> None:
    writer = PopulationContent(
        name="bot", role="bot", model="w", prompt="x", models={"w": ModelContent(provider="offline")}
    )
    share = PopulationShare(population=writer, count=2, rule=Rule(like=Trigger()))
    roles = (RoleContent(name="person", count=2, model="dry"), RoleContent(name="bot", count=2))
    run = played(content(2, roles=roles, generated=(share,), events=(NEWS,)), reacting())
    assert [(bot["generated"], bot["rule"]) for bot in bots(run)] == [(True, {"like": {}})] * 2
    assert not [key for key in run.requests if "/bot" in key]


def test_who_is_not_there_changes_no_draw_of_others() -> None:
    alone, among = played(content(2)), played(with_rule(Rule(), 2, events=(), graph=GraphContent()))
    theirs = [(one["who"], one["day"], one["time"]) for one in among.sessions if not one["who"].startswith("bot")]
    assert [(one["who"], one["day"], one["time"]) for one in alone.sessions] == theirs
    assert dict(alone.requests) == {key: among.requests[key] for key in alone.requests}
