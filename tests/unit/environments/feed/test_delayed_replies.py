"""Replies that are under way: when they take effect, who sees them when, and what is on record of them."""

from __future__ import annotations

import pytest

from sociarium.environments.feed.derive import derive
from sociarium.experiment.feed.run_content import DelayContent, FeedContent, FeedEventContent, FeedFork, FeedSettings
from tests.support.feeds_in_memory import Played, content, lively, played, reacting

NEWS = FeedEventContent(name="news", day=1, minute=1, author="newswire", text="Rain again.")


def answering(least: int, most: int, **changes: object) -> FeedContent:
    rules = FeedSettings(reply_delay=DelayContent(least=least, most=most), sessions_per_day=3, post=0.0)
    return content(5, **{"days": 2, "events": (NEWS,), "feed": rules, **changes})


def minutes_of(day: int, time: int) -> int:
    return (day - 1) * 1440 + time


def delays(run: Played) -> dict[str, int]:
    """By the call in which a reply was written: minutes from the visit to the moment at which it stands."""
    visits = {one["call"]: minutes_of(session["day"], session["time"])
              for session in run.sessions for one in session.get("later", ())}  # fmt: skip
    arrivals = {post["call"]: minutes_of(post["day"], post["time"])
                for post in run.posts.values() if post["kind"] == "reply"}  # fmt: skip
    return {call: arrivals[call] - visits[call] for call in arrivals}


def test_a_reply_takes_effect_after_its_delay_and_not_before() -> None:
    found = delays(played(answering(45, 45), reacting(reply=1.0)))
    assert len(found) > 5
    assert set(found.values()) == {45}


def test_a_delay_is_drawn_anew_for_each_reply_between_its_bounds() -> None:
    found = delays(played(answering(5, 180), reacting(reply=1.0)))
    assert all(5 <= minutes <= 180 for minutes in found.values())
    assert len(set(found.values())) > 3


def test_posts_stand_in_the_order_of_their_times() -> None:
    bulletins = tuple(
        NEWS.model_copy(update={"name": f"n{hour}", "minute": 60 * hour, "every": 1}) for hour in range(24)
    )
    run = played(answering(5, 600, days=3, events=bulletins), reacting(reply=0.3))
    moments = [minutes_of(post["day"], post["time"]) for post in run.posts.values()]
    assert moments == sorted(moments)


@pytest.mark.parametrize("tick", [0, 60])
def test_nobody_sees_a_reply_before_it_takes_effect(tick: int) -> None:
    feed = answering(300, 300)
    feed = feed.model_copy(update={"feed": feed.feed.model_copy(update={"tick": tick})})
    run = played(feed, reacting(reply=1.0))
    came = {id_: minutes_of(post["day"], post["time"]) for id_, post in run.posts.items()}
    seen = [(came[one["post"]], minutes_of(session["day"], session["time"]))
            for session in run.sessions for one in session["exposures"]]  # fmt: skip
    assert any(run.posts[one["post"]]["kind"] == "reply" for session in run.sessions for one in session["exposures"])
    assert all(posted <= visited for posted, visited in seen)


def test_a_reply_may_take_effect_on_the_next_day_and_its_reaction_counts_then() -> None:
    run = played(answering(1000, 1000), reacting(reply=1.0))
    told = derive(run.events)
    on_next = [post for post in told.posts if post["kind"] == "reply" and post["day"] == 2]
    assert on_next
    when = {(one["author"], one["post"]): (one["day"], one["time"]) for one in told.reactions if one["kind"] == "reply"}
    assert all(when[post["author"], post["parent"]] == (2, post["time"]) for post in on_next)
    assert sum(post["replies"] for post in told.posts) == sum(post["kind"] == "reply" for post in told.posts)


def test_a_reply_that_would_come_after_the_end_never_takes_effect_but_is_on_record() -> None:
    run = played(answering(1440, 1440, days=1), reacting(reply=1.0))
    later = [one for session in run.sessions for one in session.get("later", ())]
    assert {one["day"] for one in later} == {2}
    assert {post["kind"] for post in run.posts.values()} == {"post"}
    assert not derive(run.events).reactions
    assert all(one["call"] in run.requests for one in later)


def test_a_feed_that_goes_on_after_its_end_lets_the_replies_that_are_under_way_arrive() -> None:
    feed = answering(1440, 1440, days=1)
    run = played(feed.model_copy(update={"fork": FeedFork(origin="run", at=None, then=answering(1440, 1440))}),
                 reacting(reply=1.0))  # fmt: skip
    written = {one["call"] for session in run.sessions if session["day"] == 1 for one in session.get("later", ())}
    assert written == {post["call"] for post in run.posts.values() if post["kind"] == "reply"}


def test_quotes_and_feeds_without_a_delay_are_as_ever() -> None:
    quoting = played(answering(600, 600), reacting(quote=1.0))
    assert not [session for session in quoting.sessions if "later" in session]
    plain = answering(0, 0).model_copy(update={"feed": FeedSettings(sessions_per_day=3, post=0.0)})
    assert not [session for session in played(plain, reacting(reply=1.0)).sessions if "later" in session]


@pytest.mark.parametrize("tick", [0, 120])
def test_in_whatever_order_models_answer_the_feed_is_the_same(tick: int) -> None:
    rules = FeedSettings(reply_delay=DelayContent(least=5, most=900), sessions_per_day=2, mute=True,
                         ranking="weighted", tick=tick)  # fmt: skip
    feed = content(6, days=3, feed=rules)
    plain, *mixed = (played(feed, lively, shuffled=seed) for seed in (None, "a", "b"))
    assert [event.key for event in plain.events] == [event.key for event in mixed[0].events]
    assert all([event.digest for event in one.events] == [event.digest for event in plain.events] for one in mixed)
