"""In which order posts come: registered methods, each a small coroutine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from sociarium.environments.feed.memory.similarity import nearest
from sociarium.environments.feed.network.own_rankers import by_own_ranker
from sociarium.environments.feed.network.reader import Reader
from sociarium.environments.feed.population import as_text
from sociarium.environments.feed.world import Post
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import CodeName, Ranking

_OWN_POSTS = 10


Method = Callable[[Sequence[Post], Reader, Stage], Awaitable[list[Post]]]


async def chronological(posts: Sequence[Post], reader: Reader, stage: Stage) -> list[Post]:
    """The latest first."""
    return sorted(posts, key=lambda post: -post.number)


async def popular(posts: Sequence[Post], reader: Reader, stage: Stage) -> list[Post]:
    """Those with the most reactions first, the latest of equals."""
    return sorted(posts, key=lambda post: (-post.reactions, -post.number))


async def by_weight(posts: Sequence[Post], reader: Reader, stage: Stage) -> list[Post]:
    """Drawn one after another: a post with n reactions is n + 1 times as likely to come next as one with none."""
    draws = stage.rng(f"{reader.key}/rank")
    left = sorted(posts, key=lambda post: -post.number)
    total = sum(post.reactions + 1 for post in left)
    ranked = []
    while left:
        drawn = draws.below(total)
        place = 0
        while drawn > left[place].reactions:
            drawn -= left[place].reactions + 1
            place += 1
        post = left.pop(place)
        total -= post.reactions + 1
        ranked.append(post)
    return ranked


async def similar(posts: Sequence[Post], reader: Reader, stage: Stage) -> list[Post]:
    """Those first that are near to what the reader is like and wrote; the others follow, the latest first."""
    latest = await chronological(posts, reader, stage)
    world, member = reader.world, reader.member
    own = [world.text_of(world.posts[number]) for number in world.by_author.get(member.number, [])[-_OWN_POSTS:]]
    query = " ".join([*own, member.person.bio, as_text(member.person.persona)])
    texts = [post.content for post in latest]
    places = await stage.record(f"{reader.key}/similar", lambda: nearest(query, texts, most=len(texts)))
    near = set(places)
    return [latest[place] for place in places] + [post for place, post in enumerate(latest) if place not in near]


async def at_random(posts: Sequence[Post], reader: Reader, stage: Stage) -> list[Post]:
    """As chance has it."""
    return stage.rng(f"{reader.key}/rank").shuffle(posts)


METHODS: Mapping[Ranking, Method] = {
    "chronological": chronological,
    "popular": popular,
    "weighted": by_weight,
    "similar": similar,
    "random": at_random,
}


def method_of(ranking: Ranking | CodeName) -> Method:
    """The method of a name; a name that is none of these is that of a researcher's own ranker."""
    for name, method in METHODS.items():
        if name == ranking:
            return method
    return partial(by_own_ranker, ranking)
