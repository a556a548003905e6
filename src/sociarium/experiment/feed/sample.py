"""A small feed that is like a large one, so that a plan costs the same for ten people and for ten thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sociarium.experiment.feed.run_content import FeedContent

MOST_PEOPLE = 36
"""People in a sample: with a post a day each, the usual lists are full from the second day on."""
MOST_DAYS = 8

T = TypeVar("T")


def person_days(content: FeedContent) -> int:
    """Days that people whom models play spend on the network, all together."""
    start = _size(content, asked=True)
    coming = content.newcomers
    arrived = sum(coming.arrivals(day) for day in range(1, content.days + 1)) if coming else 0
    return start * content.days + arrived


def sample(content: FeedContent) -> tuple[FeedContent, float]:
    """A feed with some of the people for some of the days, and how many times larger the whole one is."""
    every = content.memory.reflect_every
    days = min(content.days, MOST_DAYS, max(3, 2 * every + 1))
    start = _size(content)
    newcomers = content.newcomers
    share = min(1.0, MOST_PEOPLE / max(start, newcomers.arrivals(days) if newcomers else 0, 1))
    people = _spread(content.people, round(len(content.people) * share))
    handles = {person.handle for person in people}
    followers = [
        person.model_copy(update={"follows": tuple(handle for handle in person.follows if handle in handles)})
        for person in people
    ]
    generated = [
        entry.model_copy(update={"count": count})
        for entry in content.generated
        if (count := max(1, round(entry.count * share)))
    ]
    if newcomers is not None:
        arriving = round(newcomers.per_day * share)
        newcomers = newcomers.model_copy(update={"per_day": arriving}) if arriving else None
    alike = [
        some.model_copy(update={"count": max(1, round(some.count * share))}) for some in content.alike if some.count
    ]
    changes = {
        "days": days,
        "people": tuple(followers),
        "alike": tuple(alike),
        "generated": tuple(generated),
        "newcomers": newcomers,
    }
    sample = content.model_copy(update=changes)
    return sample, person_days(content) / max(person_days(sample), 1)


def _size(content: FeedContent, *, asked: bool = False) -> int:
    """People who are there from the start, all or those whom models play."""
    people = sum(person.rule is None or not asked for person in content.people)
    written = sum(share.count for share in content.generated if share.rule is None or not asked)
    return people + written + (0 if asked else sum(some.count for some in content.alike))


def _spread(items: Sequence[T], count: int) -> list[T]:
    """So many of the items, evenly spread."""
    return [items[place * len(items) // count] for place in range(count)] if count else []
