"""When people log on, and how the day is cut into ticks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from sociarium.environments.feed.people import PersonState
from sociarium.environments.stage import Stage

MINUTES = 24 * 60


class Visit(NamedTuple):
    """Somebody's log-on; sorted, they stand in the order in which they take effect.

    Attributes:
        chance: decides among those of one minute.
        ordinal: of the person's visits on that day, from 1.
    """

    minute: int
    chance: int
    number: int
    ordinal: int


class Tick(NamedTuple):
    """A stretch of the day.

    Attributes:
        begin: the minute at which the world is seen.
        log_ons: in order; within a tick of no length only one.
    """

    begin: int
    log_ons: tuple[Visit, ...]


def draw_visits(members: Iterable[PersonState], per_day: float, day: int, stage: Stage) -> list[Visit]:
    """Everybody's visits of a day, in order.

    Args:
        per_day: of each person; a fraction is the probability of one more.
    """
    visits = []
    whole, more = int(per_day), per_day - int(per_day)
    for member in members:
        if member.model is None and member.rule is None:
            continue
        draws = stage.rng(f"day{day}/{member.handle}/sessions")
        count = whole + (draws.random() < more)
        for ordinal, minute in enumerate(sorted(draws.below(MINUTES) for _ in range(count)), start=1):
            # Two visits of one person in one minute stay in their order.
            chance = draws.bits() if ordinal == 1 else 2**64
            visits.append(Visit(minute, chance, member.number, ordinal))
    return sorted(visits)


def ticks(visits: Iterable[Visit], tick: int) -> Iterator[Tick]:
    """The ticks of a day in which somebody logs on; with a `tick` of 0 each visit is one."""
    if tick == 0:
        for one in visits:
            yield Tick(one.minute, (one,))
        return
    for place, some in groupby(visits, key=lambda one: one.minute // tick):
        yield Tick(place * tick, tuple(some))
