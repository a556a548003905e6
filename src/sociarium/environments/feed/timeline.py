"""What somebody is shown at a log-on: replies to them, posts of those they follow, recent posts of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from sociarium.environments.feed.network.policy import TREATMENTS
from sociarium.environments.feed.network.ranking import method_of
from sociarium.environments.feed.network.reader import ListName, Reader
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.world import SCANNED, Post, World
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import FeedContent

POOL = 100
"""Posts among which a ranking chooses, the latest that the person has not seen."""


class Exposure(NamedTuple):
    """A post in a list.

    Attributes:
        rank: its place, from 1.
        via: the repost by which it came.
    """

    post: Post
    list: ListName
    rank: int
    via: Post | None = None


class _Criteria(NamedTuple):
    """What a list may hold.

    Attributes:
        most: posts at most.
        excluded: numbers of posts that another list holds.
    """

    most: int
    excluded: frozenset[int]


async def timeline(content: FeedContent, reader: Reader, stage: Stage) -> list[Exposure]:
    """Everything that a person is shown in a visit, list by list, each post once."""
    settings = content.feed
    exposures: list[Exposure] = []
    most: tuple[tuple[ListName, int], ...] = (
        ("replies", settings.replies),
        ("following", settings.following),
        ("recent", settings.recent),
    )
    for name, count in most:
        listed = frozenset(one.post.number for one in exposures)
        exposures += await _list(content, replace(reader, list=name), _Criteria(count, listed), stage)
    return exposures


async def _list(content: FeedContent, reader: Reader, criteria: _Criteria, stage: Stage) -> list[Exposure]:
    world, member, name, count = reader.world, reader.member, reader.list, criteria.most
    if not count:
        return []
    via: dict[int, Post] = {}
    pool: list[Post] = []
    # The latest of a chronological list need no wider choice, unless some of them are put last.
    plain = content.feed.ranking == "chronological" and content.policy.do != "downrank"
    for number in islice(_numbers(world, member, name), SCANNED):
        post = world.original_of(number)
        if member.has_muted(world.posts[number].author):
            continue
        if not _may_see(member, post, criteria.excluded) or post.number in via:
            continue
        via[post.number] = world.posts[number]
        pool.append(post)
        if len(pool) == (count if plain else max(POOL, count)):
            break
    ranked = await method_of(content.feed.ranking)(pool, reader, stage) if len(pool) > 1 else pool
    chosen = TREATMENTS[content.policy.do](ranked)[:count]
    return [
        Exposure(post, name, rank, via[post.number] if via[post.number] is not post else None)
        for rank, post in enumerate(chosen, start=1)
    ]


def _may_see(member: PersonState, post: Post, excluded: frozenset[int]) -> bool:
    return (
        post.member != member.number
        and not member.has_muted(post.author)
        and post.verdict != "remove"
        and post.number not in member.posts_seen
        and post.number not in excluded
    )


def _numbers(world: World, member: PersonState, name: ListName) -> Iterator[int]:
    match name:
        case "replies":
            return reversed(world.replies_to.get(member.number, []))
        case "following":
            return world.of_authors(iter(member.follows))
        case "recent":
            # Those of people one follows have a list of their own.
            return (n for n in reversed(world.originals) if world.posts[n].member not in member.follows)
