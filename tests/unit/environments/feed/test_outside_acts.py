"""Acts from outside: by accounts that are no people, and in people's names."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.experiment.feed.run_content import FeedContent, FeedEventContent, FeedSettings, PolicyContent
from sociarium.records.inputs import ActKind, OutsidePost
from tests.support.feeds_in_memory import Played, content, played, reacting

NEWS = FeedEventContent(name="news", day=1, author="newswire", text="Rain again.")
"""The first post, p1."""


def feed(**changes: Any) -> FeedContent:
    """Nobody posts of their own accord, so that the numbers of posts are known."""
    return content(4, **{"days": 2, "events": (NEWS,), "feed": FeedSettings(post=0.0)} | changes)


def with_acts(*acts: tuple[ActKind, str, str, str], override: bool = True, of: FeedContent | None = None) -> Played:
    """A feed into which acts are put as its second day begins: kind, author, target, words."""
    inbox = [OutsidePost(number, author, text, kind, target, override)
             for number, (kind, author, target, text) in enumerate(acts, start=1)]  # fmt: skip
    return played(of or feed(), reacting(), inbox={"day2/inputs": inbox})


def told(run: Played) -> DerivedFeed:
    return derive(run.events)


def counts(run: Played, post: str = "p1") -> tuple[int, int, int, int]:
    one = next(one for one in told(run).posts if one["id"] == post)
    return one["likes"], one["replies"], one["reposts"], one["quotes"]


def test_answers_quotes_shares_and_likes_from_outside_take_effect_and_are_counted() -> None:
    run = with_acts(("reply", "radio", "p1", "So?"), ("quote", "radio", "p1", "Ha."), ("repost", "radio", "p1", ""),
                    ("like", "radio", "p1", ""))  # fmt: skip
    assert counts(run) == (1, 1, 1, 1)
    kinds = [(one["kind"], one["author"], one["parent"], one["source"], one["name"]) for one in told(run).posts[1:]]
    assert kinds == [("reply", "radio", "p1", "input", "1"), ("quote", "radio", "p1", "input", "2"),
                     ("repost", "radio", "p1", "input", "3")]  # fmt: skip
    assert {one["source"] for one in told(run).reactions} == {"input"}
    assert {(one["sentiment"], one["probability"], one["draw"]) for one in told(run).reactions} == {(None, None, None)}
    prompts = "".join(run.prompts_of("read").values())
    assert "quoting @newswire: “Rain again.”" in prompts


def test_an_act_in_a_persons_name_is_an_override_that_the_person_remembers() -> None:
    run = with_acts(("reply", "BEN", "p1", "It never rains."), ("like", "ben", "p1", ""), ("post", "ben", "", "Sun!"))
    assert {(one["author"], one["source"]) for one in told(run).posts[1:]} == {("ben", "override")}
    [like] = told(run).acts
    assert (like["author"], like["kind"], like["source"], like["why"]) == ("ben", "like", "override", None)
    plan = next(prompt for key, prompt in run.prompts_of("plan").items() if key.startswith("day2/ben/"))
    assert "you answered @newswire: “It never rains.”" in plan
    assert "you liked what @newswire wrote: “Rain again.”" in plan
    assert "you posted: “Sun!”" in plan


def test_a_post_of_an_earlier_version_in_a_persons_name_is_an_input_as_it_was() -> None:
    run = with_acts(("post", "ben", "", "Sun!"), override=False)
    assert [one["source"] for one in told(run).posts] == ["event", "input"]


def test_who_acts_on_a_post_has_seen_it() -> None:
    run = with_acts(*(("like", who, "p1", "") for who in ("ada", "ben")),
                    of=feed(events=(NEWS.model_copy(update={"day": 2}),)))  # fmt: skip
    assert [one["why"] for one in told(run).acts] == ["no such post"] * 2
    run = with_acts(("post", "radio", "", "Fog."), ("like", "ada", "p2", ""))
    seen = {session["who"] for session in run.sessions for one in session["exposures"] if one["post"] == "p2"}
    assert "ada" not in seen
    assert "ben" in seen


def test_follows_are_ties_of_people_and_more_followers_by_accounts_outside() -> None:
    run = with_acts(("follow", "ada", "CLEO", ""), ("follow", "radio", "cleo", ""), ("follow", "radio", "cleo", ""))
    feed_told = told(run)
    assert [(one["target"], one["why"]) for one in feed_told.acts] == [
        ("cleo", None), ("cleo", None), ("cleo", "already so")]  # fmt: skip
    day_2 = [(one["person"], one["other"]) for one in feed_told.follows if one["day"] == 2]
    assert set(day_2) >= {("ada", "cleo"), ("radio", "cleo")}
    plan = next(prompt for key, prompt in run.prompts_of("plan").items() if key.startswith("day2/cleo/"))
    assert "new followers: @ada, @radio" in plan


@pytest.mark.parametrize("author", ["radio", "ben"])
def test_one_account_likes_and_shares_a_post_once(author: str) -> None:
    acts = [(kind, author, "p1", "") for kind in ("like", "repost") for _ in range(2)]
    run = with_acts(*acts)  # type: ignore[arg-type]
    assert counts(run) == (1, 0, 1, 0)
    assert [one["why"] for one in told(run).acts] == [None, "already so", "already so"]


def test_a_like_by_the_persons_own_model_is_not_repeated() -> None:
    inbox = {"day2/inputs": [OutsidePost(1, "ada", "", "like", "p1", override=True)]}
    run = played(feed(), reacting(like=1.0), inbox=inbox)
    assert counts(run)[0] == 4
    assert [one["why"] for one in told(run).acts] == ["already so"]


@pytest.mark.parametrize("target", ["p9", "p0", "p", "", "p1x", "p\u0661", "P1", "p" + "9" * 6000, "p-1", "\x1b[31m"])
def test_an_act_on_a_post_that_is_not_there_has_no_effect_and_is_on_record(target: str) -> None:
    run = with_acts(("reply", "ben", target, "So?"))
    assert len(told(run).posts) == 1
    [act] = told(run).acts
    assert (act["kind"], act["target"], act["content"], act["why"]) == ("reply", target, "So?", "no such post")
    assert run.ended == "completed"


def test_what_a_policy_took_away_cannot_be_acted_on() -> None:
    run = with_acts(("like", "radio", "p1", ""), of=feed(policy=PolicyContent(do="remove", words=("rain",))))
    assert [one["why"] for one in told(run).acts] == ["no such post"]


def test_an_act_on_a_share_is_about_what_is_shared() -> None:
    run = with_acts(("repost", "radio", "p1", ""), ("like", "paper", "p2", ""), ("reply", "paper", "p2", "So?"))
    assert counts(run) == (1, 1, 1, 0)
    assert told(run).acts[0]["target"] == "p1"
