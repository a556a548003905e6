"""What a ranker of a researcher's own is given, and what becomes of what it returns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest

from sociarium.environments.feed import play
from sociarium.errors import RankerFault, SetupError
from sociarium.experiment.feed.run_content import FeedContent, FeedSettings, GraphContent
from sociarium.experiment.rng import Draws
from sociarium.ports.rankers import RankedPost, Ranker, RankingReader
from sociarium.records.runs import Run
from sociarium.runner.run.stage import RunStage
from tests.support.feeds_in_memory import Played, content, lively

NAME = "my_lab.rankers:calm"


class Given:
    """Rankers that are one function."""

    digests: ClassVar[dict[str, str]] = {}

    def __init__(self, function: Ranker) -> None:
        self.function = function

    def ranker(self, name: str) -> Ranker:
        assert name == NAME
        return self.function


def feed(**settings: Any) -> FeedContent:
    return content(
        6,
        days=2,
        feed=FeedSettings(ranking=NAME, sessions_per_day=2.0, **settings),
        graph=GraphContent(kind="complete"),
    )


def ranked(function: Callable[..., Any] | None, played_feed: FeedContent | None = None) -> Played:
    run, one = Played(lively), played_feed or feed()
    stage = RunStage(Run("run", "e", "t", 1, 0, "", "run", ""), one.streams, run, Given(function) if function else None)
    run.ended = asyncio.run(play(one, stage))
    return run


def test_posts_stand_in_the_order_that_it_returns() -> None:
    orders: list[list[str]] = []

    def fewest_likes(posts: Sequence[RankedPost], _reader: RankingReader, _rng: Draws) -> list[RankedPost]:
        order = sorted(posts, key=lambda post: (post.likes, int(post.id[1:])))
        orders.append([post.id for post in order])
        return order

    run = ranked(fewest_likes)
    assert len(orders) > 5
    shown = [
        [seen["post"] for seen in one["exposures"] if seen["list"] == name]
        for one in run.sessions
        for name in ("replies", "following", "recent")
    ]
    for order in orders:
        assert any(order[: len(some)] == some for some in shown if len(some) > 1)
    assert sorted(map(tuple, orders)) == sorted(
        tuple(order) for key, order in run.recorded.items() if key.endswith("/rank")
    )


def test_it_is_given_what_the_network_knows() -> None:
    calls: list[tuple[Sequence[RankedPost], RankingReader]] = []

    def watching(posts: Sequence[RankedPost], reader: RankingReader, _rng: Draws) -> Sequence[RankedPost]:
        calls.append((posts, reader))
        return posts

    run = ranked(watching)
    for posts, reader in calls:
        assert reader.handle not in {post.author for post in posts}
        assert reader.persona == f"{reader.handle} likes tea."
        assert len(reader.follows) > 1
        assert all(post.is_followed == (post.author in reader.follows) for post in posts)
        for post in posts:
            stored = run.posts[post.id]
            assert (post.text, post.author, post.day, post.minute) == (
                stored["content"], stored["author"], stored["day"], stored["time"])  # fmt: skip
            assert 0 <= post.followers <= 5
    assert {reader.list for _, reader in calls} <= {"replies", "following", "recent"}
    assert {reader.day for _, reader in calls} == {1, 2}


def test_its_draws_are_those_of_the_list_and_the_same_again() -> None:
    def by_chance(posts: Sequence[RankedPost], _reader: RankingReader, rng: Draws) -> list[RankedPost]:
        return rng.shuffle(posts)

    first, again = ranked(by_chance), ranked(by_chance)
    assert [event.digest for event in first.events] == [event.digest for event in again.events]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda posts, *_: posts[1:], r"it dropped p\d+$"),
        (lambda posts, *_: [*posts, posts[0]], r"it doubled p\d+$"),
        (lambda posts, *_: [posts[0], *posts[:-1]], r"it dropped p\d+ and doubled p\d+$"),
        (lambda posts, *_: [*posts[:-1], "nonsense"], r"it dropped p\d+ and invented a str$"),
        (lambda *_: None, "returned NoneType"),
        (lambda posts, *_: {post.id: post for post in posts}, "returned dict"),
    ],
)
def test_whoever_returns_other_posts_is_refused_with_what_differs(function: Callable[..., Any], words: str) -> None:
    with pytest.raises(RankerFault, match=words) as error:
        ranked(function)
    assert "at day1/" in str(error.value)


def test_a_post_of_its_own_making_is_refused() -> None:
    def inventive(posts: Sequence[RankedPost], _reader: RankingReader, _rng: Draws) -> list[RankedPost]:
        first = posts[0]
        fields = {name: getattr(first, name) for name in RankedPost.__slots__}
        return [*posts, RankedPost(**{**fields, "id": "p999"})]

    with pytest.raises(RankerFault, match="invented p999"):
        ranked(inventive)


def test_without_leave_nothing_is_ranked() -> None:
    with pytest.raises(SetupError, match="--allow-code"):
        ranked(None)


def test_what_stands_in_the_journal_needs_no_function() -> None:
    first = ranked(lambda posts, *_: posts)

    class FromJournal(Played):
        async def record(self, key: str, compute: Callable[[], Any]) -> Any:
            return first.recorded[key]

    run = FromJournal(lively)
    one = feed()
    asyncio.run(play(one, RunStage(Run("run", "e", "t", 1, 0, "", "run", ""), one.streams, run)))
    assert [event.digest for event in run.events] == [event.digest for event in first.events]
