"""Settings that change on a day hold from its first tick on, for everything that is shown from then."""

from __future__ import annotations

import pytest

from sociarium.environments.feed.derive import derive
from sociarium.exchange.feeds import scheduled_changes
from sociarium.experiment.feed.run_content import (
    FeedContent,
    FeedEventContent,
    FeedFork,
    FeedSettings,
    GraphContent,
    PolicyContent,
    ScheduledSettings,
)
from tests.support.feeds_in_memory import Played, content, lively, played, reacting

BUSY = {"graph": GraphContent(kind="complete")}
LABEL = PolicyContent(do="label", words=("weir",), label="Doubtful.")
NEWS = FeedEventContent(name="news", day=1, every=1, author="paper", text="The weir is open.")
LATE = NEWS.model_copy(update={"minute": 1430})
"""Of each day, and read on the next."""


def scheduled(*changes: ScheduledSettings, days: int = 4, **parts: object) -> FeedContent:
    return content(6, days=days, schedule=changes, **{**BUSY, **parts})


def until(run: Played, day: int) -> list[tuple[str, str]]:
    return [(event.key, event.digest) for event in run.events if event.happening.day < day]


def test_everything_before_the_day_is_as_without_it_and_what_follows_is_not() -> None:
    change = ScheduledSettings(day=3, feed=FeedSettings(following=1), policy=PolicyContent())
    plain, changed = played(scheduled()), played(scheduled(change))
    assert until(plain, 3) == until(changed, 3)
    assert {key: plain.requests[key] for key in plain.requests if key.startswith(("day1/", "day2/"))} == {
        key: changed.requests[key] for key in changed.requests if key.startswith(("day1/", "day2/"))
    }
    counts = {
        day: max(
            sum(seen["list"] == "following" for seen in one["exposures"])
            for one in changed.sessions
            if one["day"] == day
        )
        for day in (2, 3, 4)
    }
    assert counts[2] > 1
    assert (counts[3], counts[4]) == (1, 1)


def test_a_policy_looks_at_all_that_stands_from_its_first_day_and_at_nothing_after_its_last() -> None:
    on = ScheduledSettings(day=2, feed=FeedSettings(), policy=LABEL)
    off = ScheduledSettings(day=4, feed=FeedSettings(), policy=PolicyContent())
    late = {"feed": FeedSettings(sessions_per_day=3.0, recent=40)}
    run = played(scheduled(on, off, days=5, events=(NEWS,), **late), reacting())
    news = {post["id"] for post in run.posts.values() if post["name"] == "news"}
    seen = [one for one in derive(run.events).exposures if one["post"] in news]
    by_day = {day: {one["policy"] for one in seen if one["day"] == day} for day in range(1, 6)}
    assert by_day == {1: {"none"}, 2: {"label"}, 3: {"label"}, 4: {"none"}, 5: {"none"}}
    labelled = [key for key in run.requests if "Note by the network: Doubtful." in run.prompt(key)]
    assert {key.partition("/")[0] for key in labelled} == {"day2", "day3"}


def test_a_post_of_before_is_labelled_where_it_is_shown_after() -> None:
    once = NEWS.model_copy(update={"every": 0, "minute": 1430})
    change = ScheduledSettings(day=2, feed=FeedSettings(), policy=LABEL)
    feed = derive(played(scheduled(change, events=(once,)), reacting()).events)
    [news] = [post for post in feed.posts if post["name"] == "news"]
    assert news["policy"] is None
    assert {one["policy"] for one in feed.exposures if one["post"] == news["id"] and one["day"] > 1} == {"label"}


def test_a_schedule_of_nothing_is_none() -> None:
    assert scheduled().digest == content(6, days=4, **BUSY).digest
    assert "schedule" not in scheduled().model_dump(exclude_defaults=True)


def test_a_fork_after_a_change_goes_on_with_it() -> None:
    on = ScheduledSettings(day=2, feed=FeedSettings(ranking="random"), policy=LABEL)
    whole = scheduled(on, events=(NEWS,))
    fork = whole.model_copy(update={"fork": FeedFork(origin="x", at=3, then=whole)})
    assert [event.digest for event in played(fork).events] == [event.digest for event in played(whole).events]


@pytest.mark.slow
def test_a_fork_with_another_policy_goes_on_as_a_schedule_that_sets_it_then_would() -> None:
    often = {"feed": FeedSettings(sessions_per_day=3.0, recent=40)}
    label = ScheduledSettings(day=3, feed=often["feed"], policy=LABEL)
    never = scheduled(events=(LATE,), **often)
    fork = never.model_copy(
        update={"fork": FeedFork(origin="x", at=2, then=never.model_copy(update={"policy": LABEL}))}
    )
    switched = [event.digest for event in played(scheduled(label, events=(LATE,), **often), reacting()).events]
    assert [event.digest for event in played(fork, reacting()).events] == switched
    assert switched != [event.digest for event in played(never, reacting()).events]


@pytest.mark.slow
def test_a_fork_without_the_policy_takes_the_labels_away_and_one_of_nothing_keeps_those_of_the_schedule() -> None:
    often = {"feed": FeedSettings(sessions_per_day=3.0, recent=40)}
    label = ScheduledSettings(day=2, feed=often["feed"], policy=LABEL)
    whole = scheduled(label, events=(LATE,), **often)
    without = scheduled(events=(LATE,), **often)

    def policies(then: FeedContent, day: int) -> set[str]:
        run = played(whole.model_copy(update={"fork": FeedFork(origin="x", at=3, then=then)}), reacting())
        news = {post["id"] for post in run.posts.values() if post["name"] == "news"}
        return {one["policy"] for one in derive(run.events).exposures if one["post"] in news and one["day"] == day}

    assert (policies(whole, 3), policies(whole, 4)) == ({"label"}, {"label"})
    assert (policies(without, 3), policies(without, 4)) == ({"label"}, {"none"})


def test_what_changes_is_told_by_the_names_of_slots() -> None:
    first = ScheduledSettings(day=2, feed=FeedSettings(ranking="popular"), policy=LABEL)
    second = ScheduledSettings(day=3, feed=FeedSettings(ranking="popular", recent=3), policy=PolicyContent())
    assert scheduled_changes(scheduled(first, second)) == [
        (2, {"feed.ranking": "popular", "policy": "label"}),
        (3, {"feed.recent": 3, "policy": "none"}),
    ]


def test_played_side_by_side_in_any_order_it_comes_to_the_same() -> None:
    change = ScheduledSettings(day=2, feed=FeedSettings(ranking="popular"), policy=LABEL)
    one = scheduled(change, events=(NEWS,))
    assert [e.digest for e in played(one, lively).events] == [
        e.digest for e in played(one, lively, shuffled="x").events
    ]
