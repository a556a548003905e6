"""A person of a feed: who is she, and how did she change?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.viewer.feed_reading import FeedReading, moment_text
from sociarium.viewer.pages.feed import Heading, heading, opinion_of
from sociarium.viewer.pages.feed_posts import Account, PostCard, account, card
from sociarium.viewer.pages.network import number_text
from sociarium.viewer.words import count_in_words

SHOWN = 20
_MOST_TIES = 60
_WIDE, _HIGH = 360, 96


@dataclass(frozen=True, slots=True)
class LifeDay:
    """A day in a person's life, newest first in the page.

    Attributes:
        answers: to private questions: name, answer, and what else was said.
        did: in words.
    """

    day: int
    state: str
    plan: str
    memory: str
    did: str
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Tied:
    """Who follows or is followed, since when."""

    account: Account
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
        why: where she comes from.
    """

    run: str
    heading: Heading
    account: Account
    bio: str
    persona: tuple[tuple[str, str], ...]
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
    person = read.people.get(handle)
    if person is None:
        raise NotFound(f"run {read.run[:12]} has no person {handle!r}")
    own = [post for post in reversed(read.feed.posts) if post["author"] == handle]
    ties = _ties(read, handle)
    opinion = opinion_of(read, "")
    return PersonPage(
        run=read.run,
        heading=heading(store, read),
        account=account(read, handle),
        bio=person["bio"] or "",
        persona=tuple(_persona(person["persona"])),
        joined=person["joined"],
        model=person["model"] or "",
        origin=f"written by a model, of {person['population']}" if person["generated"] else "written in the file",
        followers=person["followers"],
        outside=person["followers_count"] or 0,
        following=person["following"],
        seen=len(read.timelines.get(handle, ())),
        days=tuple(_days(read, handle)),
        opinion=opinion,
        ends=read.scale(opinion),
        course=_points(read.opinions(opinion).get(handle, []), read.scale(opinion)),
        ties=tuple(ties[:_MOST_TIES]),
        more_ties=max(0, len(ties) - _MOST_TIES),
        cards=tuple(card(read, post, inline=inline) for post in own[:SHOWN]),
        posts=len(own),
        day=read.day,
    )


def _persona(persona: Any) -> list[tuple[str, str]]:
    if isinstance(persona, dict):
        return [(str(name), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
                for name, value in persona.items()]  # fmt: skip
    return [("", str(persona))] if persona else []


def _days(read: FeedReading, handle: str) -> list[LifeDay]:
    states: dict[int, dict[str, str]] = defaultdict(dict)
    for one in read.feed.states:
        if one["person"] == handle:
            states[one["day"]] |= {name: text for name, text in one.items() if isinstance(text, str) and text}
    answers: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for answer in read.answers:
        if answer.person == handle:
            value = "no valid answer" if answer.value is None else _answer_text(answer.value)
            words = "" if answer.words.strip() in {"", value} or answer.words.lstrip().startswith("{") else answer.words
            name = answer.name if answer.at == "each_day" else f"{answer.name}, {moment_text(answer.at, answer.day)}"
            answers[answer.day].append((name, value, words))
    did = _deeds(read, handle)
    return [
        LifeDay(
            day,
            states[day].get("state", ""),
            states[day].get("plan", ""),
            states[day].get("memory", ""),
            did.get(day, ""),
            tuple(answers[day]),
        )
        for day in sorted({*states, *answers, *did}, reverse=True)
    ]


def _deeds(read: FeedReading, handle: str) -> dict[int, str]:
    """What somebody did on each day, in words."""
    days: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    ties: dict[int, list[str]] = defaultdict(list)
    for post in read.feed.posts:
        if post["author"] == handle:
            days[post["day"]][post["kind"]] += 1
    for one in read.feed.reactions:
        if one["author"] == handle and one["kind"] == "like":
            days[one["day"]]["like"] += 1
    for sight in read.timelines.get(handle, ()):
        days[sight.day]["seen"] += 1
    for tie in read.feed.follows:
        if tie["person"] == handle and tie["day"]:
            ties[tie["day"]].append(f"{tie['change']}ed {account(read, tie['other']).name}")
    nouns = (("post", "post", None), ("reply", "reply", "replies"), ("quote", "quote", None))
    sentences = {}
    for day in {*days, *ties}:
        wrote = [count_in_words(days[day][kind], one, many) for kind, one, many in nouns if days[day][kind]]
        parts = [f"wrote {', '.join(wrote)}"] if wrote else []
        parts += [f"{word} {days[day][kind]}" for kind, word in (("repost", "reposted"), ("like", "liked"))
                  if days[day][kind]]  # fmt: skip
        parts += ties[day][:6]
        parts.append(f"saw {count_in_words(days[day]['seen'], 'post')}")
        sentences[day] = "; ".join(parts)
    return sentences


def _ties(read: FeedReading, handle: str) -> list[Tied]:
    since: dict[tuple[str, str], tuple[str, int]] = {}
    for tie in read.feed.follows:
        if handle in (tie["person"], tie["other"]):
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


def _answer_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
