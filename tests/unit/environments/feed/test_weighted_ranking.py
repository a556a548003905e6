"""The ranking that draws by popularity."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import cast

from sociarium.environments.feed.network.ranking import METHODS
from sociarium.environments.feed.network.reader import ListName, Reader
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.world import Post, World
from sociarium.experiment.feed.run_content import FeedSettings
from sociarium.records.runs import Run
from sociarium.runner.run.stage import RunStage
from tests.support.feeds_in_memory import Played, content, people, played, reacting

READER = PersonState(0, "ada", people(1)[0], "dry", "You are somebody.", joined=0)


def a_post(number: int, likes: int) -> Post:
    return Post(number, "ben", 1, day=1, minute=0, kind="post", content="tea", likes=likes)


async def order(posts: list[Post], key: str, seed: int = 0) -> list[str]:
    stage = RunStage(Run("run", "experiment", "tester", 1, seed, "", "run", ""), "common", Played(reacting()))
    visit, _, name = key.rpartition("/")
    reader = replace(Reader(READER, World(), People(), 1, 0, visit), list=cast(ListName, name))
    return [post.id for post in await METHODS["weighted"](posts, reader, stage)]


async def test_each_post_stands_in_the_list_once_and_one_visit_has_one_order() -> None:
    posts = [a_post(number, likes=number) for number in range(12)]
    first = await order(posts, "day1/ada/1/recent")
    assert sorted(first) == sorted(post.id for post in posts)
    assert await order(list(reversed(posts)), "day1/ada/1/recent") == first


async def test_persons_visits_and_seeds_have_orders_of_their_own() -> None:
    posts = [a_post(number, likes=1) for number in range(12)]
    keys = ("day1/ada/1/recent", "day1/ada/2/recent", "day1/ben/1/recent", "day1/ada/1/following")
    orders = {tuple(await order(posts, key)) for key in keys} | {tuple(await order(posts, keys[0], seed=7))}
    assert len(orders) == 5


async def test_a_post_comes_first_as_often_as_its_reactions_say() -> None:
    posts = [a_post(0, likes=7), a_post(1, likes=1), a_post(2, likes=0), a_post(3, likes=0)]
    first = Counter([(await order(posts, f"day{visit}/ada/1/recent"))[0] for visit in range(3000)])
    assert {id_: round(count / 3000, 1) for id_, count in first.items()} == {"p1": 0.7, "p2": 0.2, "p3": 0.1, "p4": 0.1}


def test_a_feed_is_played_by_it_and_is_neither_the_latest_first_nor_the_most_popular() -> None:
    settings = FeedSettings(ranking="weighted", sessions_per_day=2.5, post=1.0)
    run = played(content(8, days=2, feed=settings), reacting(like=0.5))
    orders = {}
    for session in run.sessions:
        for seen in session["exposures"]:
            orders.setdefault((session["key"], seen["list"]), []).append(int(seen["post"][1:]))
    assert any(numbers != sorted(numbers, reverse=True) for numbers in orders.values())
    assert run.ended == "completed"
