"""Whom the network suggests to follow: registered methods, each a small coroutine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from heapq import nsmallest

from sociarium.environments.feed.memory.similarity import nearest
from sociarium.environments.feed.network.reader import Reader
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.population import as_text
from sociarium.environments.feed.world import World
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import FeedSettings, Suggest

POOL = 200
"""People whose words are compared for one visit; of more, so many are drawn."""
_OWN_POSTS = 10

Method = Callable[[int, Reader, Stage], Awaitable[list[PersonState]]]
"""At most so many people whom the reader may be told of, the first to be shown at the front."""


async def suggested_people(settings: FeedSettings, reader: Reader, stage: Stage) -> list[PersonState]:
    """Whom a reader is told of in a visit: nobody they follow already or have muted, and never themselves."""
    if settings.suggest == "none" or not settings.suggestions:
        return []
    return await METHODS[settings.suggest](settings.suggestions, reader, stage)


async def nobody(most: int, reader: Reader, stage: Stage) -> list[PersonState]:
    """Nobody is suggested."""
    return []


async def popular(most: int, reader: Reader, stage: Stage) -> list[PersonState]:
    """Those with the most followers, who are not simulated among them; the first to arrive of equals."""
    return nsmallest(most, _others(reader), key=lambda other: (-other.clout, other.number))


async def friends_of_friends(most: int, reader: Reader, stage: Stage) -> list[PersonState]:
    """Those whom most of the people follow whom one follows; of equals those with the most followers."""
    members = reader.people.members
    ties = Counter(other for friend in reader.member.follows for other in members[friend].follows)
    known = [members[number] for number in ties if _may_be_suggested(members[number], reader.member)]
    return nsmallest(most, known, key=lambda other: (-ties[other.number], -other.clout, other.number))


async def similar(most: int, reader: Reader, stage: Stage) -> list[PersonState]:
    """Those whose profile and posts are nearest to what the reader is like and wrote."""
    pool = list(_others(reader))
    key = f"{reader.visit}/suggested"
    if len(pool) > POOL:
        pool = sorted(stage.rng(key).shuffle(pool)[:POOL], key=lambda other: other.number)
    if not pool:
        return []
    person = reader.member.person
    query = " ".join([_public(reader.member, reader.world), as_text(person.persona)])
    texts = [_public(other, reader.world) for other in pool]
    places = await stage.record(key, lambda: nearest(query, texts, most=most))
    return [pool[place] for place in places]


METHODS: Mapping[Suggest, Method] = {
    "none": nobody,
    "popular": popular,
    "friends_of_friends": friends_of_friends,
    "similar": similar,
}


def _others(reader: Reader) -> Iterable[PersonState]:
    return (other for other in reader.people.members if _may_be_suggested(other, reader.member))


def _may_be_suggested(other: PersonState, member: PersonState) -> bool:
    return other is not member and other.number not in member.follows and not member.has_muted(other.handle)


def _public(member: PersonState, world: World) -> str:
    """What everybody can see of somebody."""
    own = [world.text_of(world.posts[number]) for number in world.by_author.get(member.number, [])[-_OWN_POSTS:]]
    return " ".join([*own, member.person.bio])
