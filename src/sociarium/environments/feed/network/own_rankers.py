"""Rankers of a researcher's own: what they are given, and whether they return it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal, cast

from sociarium.environments.feed.network.reader import Reader
from sociarium.environments.feed.population import as_text
from sociarium.environments.feed.world import Post, hashtags
from sociarium.environments.stage import Stage
from sociarium.errors import RankerFault
from sociarium.ports.rankers import RankedPost, RankingReader

_OWN_POSTS = 10
_MOST_NAMED = 5


async def by_own_ranker(name: str, posts: Sequence[Post], reader: Reader, stage: Stage) -> list[Post]:
    """The order that a researcher's function gives; once it stands in the journal, nothing is called for it.

    Raises:
        RankerFault: the function failed, or returned other posts than it was given.
        SetupError: it is not loaded.
    """

    def order() -> list[str]:
        shown = [_ranked_post(post, reader) for post in posts]
        returned = stage.ranker(name)(tuple(shown), _ranking_reader(reader), stage.rng(f"{reader.key}/rank"))
        return _ids_in_order(name, reader.key, [post.id for post in shown], returned)

    by_id = {post.id: post for post in posts}
    ids: list[str] = await stage.record(f"{reader.key}/rank", order)
    return [by_id[id_] for id_ in ids]


def _ids_in_order(name: str, key: str, shown: Sequence[str], returned: Any) -> list[str]:
    """The ids of what a ranker returned, which are those that it was given. Raises `RankerFault`."""
    if not isinstance(returned, Sequence) or isinstance(returned, str | bytes):
        raise RankerFault(
            f"the ranker {name} returned {type(returned).__name__} at {key}; it returns the posts that it was given, "
            "as a list in their order"
        )
    ids = [post.id if isinstance(post, RankedPost) else f"a {type(post).__name__}" for post in returned]
    before, after = Counter(shown), Counter(ids)
    faults = [
        f"{what} {_names(list(posts))}"
        for what, posts in (
            ("dropped", before.keys() - after.keys()),
            ("invented", after.keys() - before.keys()),
            ("doubled", {id_ for id_, count in after.items() if count > 1 and id_ in before}),
        )
        if posts
    ]
    if faults:
        raise RankerFault(
            f"the ranker {name} did not return the posts that it was given at {key}: it {' and '.join(faults)}"
        )
    return ids


def _names(ids: Sequence[str]) -> str:
    some = sorted(ids, key=lambda id_: (len(id_), id_))
    more = len(some) - _MOST_NAMED
    return ", ".join(some[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _ranked_post(post: Post, reader: Reader) -> RankedPost:
    author = None if post.member is None else reader.people.members[post.member]
    return RankedPost(
        id=post.id,
        author=post.author,
        followers=author.clout if author else 0,
        is_followed=post.member in reader.member.follows,
        kind=cast('Literal["post", "reply", "quote"]', post.kind),
        text=post.content,
        hashtags=tuple(hashtags(post.content)),
        day=post.day,
        minute=post.minute,
        parent=None if post.parent is None else reader.world.posts[post.parent].id,
        likes=post.likes,
        replies=post.replies,
        reposts=post.reposts,
        quotes=post.quotes,
        policy=post.verdict,
    )


def _ranking_reader(reader: Reader) -> RankingReader:
    member, world = reader.member, reader.world
    own = world.by_author.get(member.number, [])[-_OWN_POSTS:]
    return RankingReader(
        handle=member.handle,
        name=member.person.name,
        bio=member.person.bio,
        persona=as_text(member.person.persona),
        role=member.role,
        follows=frozenset(reader.people.members[number].handle for number in member.follows),
        followers=member.clout,
        own_posts=tuple(world.text_of(world.posts[number]) for number in own),
        day=reader.day,
        minute=reader.minute,
        list=reader.list,
    )
