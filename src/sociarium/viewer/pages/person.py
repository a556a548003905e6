"""A person of a feed: who is she, and how did she change?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.exchange.feed_people import LifeDay, life_days, person_of, persona_parts
from sociarium.exchange.feed_reading import FeedReading
from sociarium.ports.store import Store
from sociarium.viewer.pages.feed import Heading, heading, opinion_of
from sociarium.viewer.pages.feed_posts import AccountView, PostCard, account, card
from sociarium.viewer.pages.network import number_text

SHOWN = 20
_MOST_TIES = 60
_WIDE, _HIGH = 360, 96


@dataclass(frozen=True, slots=True)
class Tied:
    """Who follows or is followed, since when."""

    account: AccountView
    follows_her: str
    she_follows: str


@dataclass(frozen=True, slots=True)
class Point:
    """A number in a small picture."""

    x: float
    y: float
    moment: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person.

    Attributes:
        persona: attribute and text of each part; the attribute is empty where it is one text.
        course: of the opinion, as points of a picture 360 by 96; empty where there are fewer than two.
        past: what she did before, as she reads it, a line for each.
        why: where she comes from.
    """

    run: str
    heading: Heading
    account: AccountView
    bio: str
    persona: tuple[tuple[str, str], ...]
    background: str
    past: tuple[str, ...]
    joined: int
    model: str
    origin: str
    followers: int
    outside: int
    following: int
    seen: int
    days: tuple[LifeDay, ...]
    opinion: str
    ends: tuple[float, float]
    course: tuple[Point, ...]
    ties: tuple[Tied, ...]
    more_ties: int
    cards: tuple[PostCard, ...]
    posts: int
    day: int


def person_page(store: Store, read: FeedReading, handle: str, *, inline: bool = False) -> PersonPage:
    """A person by handle. Raises `NotFound`."""
    person = person_of(read, handle)
    own = read.authored.get(handle, [])[::-1]
    ties = _ties(read, handle)
    opinion = opinion_of(read, "")
    return PersonPage(
        run=read.run,
        heading=heading(store, read),
        account=account(read, handle),
        bio=person["bio"] or "",
        persona=tuple(persona_parts(person["persona"])),
        background=person["background"],
        # Pages that are handed on do not carry what somebody who exists wrote elsewhere.
        past=() if inline else tuple(read.past(handle)),
        joined=person["joined"],
        model=person["model"] or ("acts by a rule" if person["rule"] else ""),
        origin=f"written by a model, of {person['population']}" if person["generated"] else "written in the file",
        followers=person["followers"],
        outside=person["followers_count"] or 0,
        following=person["following"],
        seen=len(read.timelines.get(handle, ())),
        days=tuple(reversed(life_days(read, handle))),
        opinion=opinion,
        ends=read.scale(opinion),
        course=_points(read.opinions(opinion).get(handle, []), read.scale(opinion)),
        ties=tuple(ties[:_MOST_TIES]),
        more_ties=max(0, len(ties) - _MOST_TIES),
        cards=tuple(card(read, post, inline=inline) for post in own[:SHOWN]),
        posts=len(own),
        day=read.day,
    )


def _ties(read: FeedReading, handle: str) -> list[Tied]:
    since: dict[tuple[str, str], tuple[str, int]] = {}
    for tie in read.changes_of_ties.get(handle, ()):
        since[(tie["person"], tie["other"])] = (tie["change"], tie["day"])
    others = dict.fromkeys(other for pair in since for other in pair if other != handle)
    return [
        Tied(account(read, other), _since(since.get((other, handle))), _since(since.get((handle, other))))
        for other in others
    ]


def _since(change: tuple[str, int] | None) -> str:
    if change is None:
        return "no"
    what, day = change
    return f"until day {day}" if what == "unfollow" else f"since day {day}" if day else "yes"


def _points(course: Sequence[tuple[str, float]], ends: tuple[float, float]) -> tuple[Point, ...]:
    if len(course) < 2:
        return ()
    low, high = min(ends[0], *(value for _, value in course)), max(ends[1], *(value for _, value in course))
    step, span = (_WIDE - 56) / (len(course) - 1), max(high - low, 1e-9)
    return tuple(
        Point(round(28 + at * step, 1), round(72 - 54 * (value - low) / span, 1), moment, number_text(value))
        for at, (moment, value) in enumerate(course)
    )
