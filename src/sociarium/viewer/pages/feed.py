"""A feed: what is this public doing, and how does it feel?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sociarium.exchange.feed_reading import FEELINGS, FeedReading
from sociarium.exchange.threads import threads
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.feed_posts import Account, PostCard, account, card
from sociarium.viewer.pages.network import Network, network, number_text

SHOWN = 50
"""Posts on one page."""
_MOST_PEOPLE = 12
_MOST_TAGS = 12

Order = Literal["latest", "answered", "threads", "flagged"]
ORDERS: Mapping[Order, str] = {
    "latest": "Latest first",
    "answered": "Most answered",
    "threads": "Threads",
    "flagged": "Flagged",
}


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """What is shown of a feed.

    Attributes:
        reader: as whom it is seen; empty: everyone's posts.
        day: up to its end; 0: all.
        opinion: a probe, by which the network is shaded; empty: the first one.
    """

    reader: str = ""
    order: Order = "latest"
    tag: str = ""
    text: str = ""
    day: int = 0
    opinion: str = ""
    page: int = 1
    inline: bool = False

    def address(self, **changes: object) -> dict[str, object]:
        """The fields of an address that shows this with changes; those that say nothing are left out."""
        whole = {"as": self.reader, "order": self.order, "tag": self.tag, "q": self.text, "day": self.day,
                 "opinion": self.opinion, "page": 1, **changes}  # fmt: skip
        usual = {"as": "", "order": "latest", "tag": "", "q": "", "day": 0, "opinion": "", "page": 1}
        return {name: value for name, value in whole.items() if value != usual[name]}


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a feed's run belongs."""

    experiment: Experiment
    sweep: SweepRecord | None
    title: str
    condition: tuple[tuple[str, str], ...]
    replicate: int
    state: str
    error: str | None
    is_offline: bool


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What happened on a day."""

    day: int
    posts: int
    replies: int
    quotes: int
    reposts: int
    seen: int
    readers: int
    felt: Mapping[str, int]
    follows: int
    unfollows: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed, or a person's view of it.

    Attributes:
        days: that have begun, of `planned`; `day` is the one at whose end it is shown.
        course: of the opinion: its name, its mean at the first and at the last moment, and how many have one.
        accounts: with how many posts they wrote, or saw where `seen_as` is somebody.
    """

    run: str
    heading: Heading
    query: FeedQuery
    day: int
    days: int
    planned: int
    people: int
    posts: int
    course: tuple[str, str, str, int] | None
    seen_as: Account | None
    accounts: tuple[tuple[Account, int], ...]
    more_people: int
    tags: tuple[tuple[str, int], ...]
    opinions: tuple[str, ...]
    cards: tuple[PostCard, ...]
    matches: int
    page: int
    pages: int
    network: Network
    on_day: DayCounts


def feed_page(store: Store, read: FeedReading, query: FeedQuery) -> FeedPage:
    """A feed by what was read of it; a person or day that does not exist shows everyone's, or all."""
    reader = query.reader if query.reader in read.people else ""
    opinion = opinion_of(read, query.opinion)
    chosen = _card_rows(read, query, reader)
    pages = max(1, -(-len(chosen) // SHOWN))
    page = min(max(query.page, 1), pages)
    on_page = chosen[(page - 1) * SHOWN : page * SHOWN]
    accounts = _accounts(read)
    return FeedPage(
        run=read.run,
        heading=heading(store, read),
        query=query,
        day=read.day,
        days=read.days,
        planned=read.planned,
        people=len(read.feed.people),
        posts=len(read.feed.posts),
        course=_course(read, opinion),
        seen_as=account(read, reader) if reader else None,
        accounts=tuple(accounts[:_MOST_PEOPLE]),
        more_people=max(0, len(accounts) - _MOST_PEOPLE),
        tags=tuple(Counter(tag for post in read.feed.posts for tag in post["hashtags"]).most_common(_MOST_TAGS)),
        opinions=(*read.scales, FEELINGS),
        cards=tuple(card(read, inline=query.inline, **one) for one in on_page),
        matches=len(chosen),
        page=page,
        pages=pages,
        network=network(read, opinion, chosen=reader),
        on_day=_on_day(read),
    )


def heading(store: Store, read: FeedReading) -> Heading:
    """Where a feed's run belongs."""
    summary = read.summary
    condition = summary["condition"]
    return Heading(
        store.experiment(summary["experiment"]),
        store.sweep(summary["sweep"]) if summary["sweep"] else None,
        condition_text(condition, tuple(condition)),
        tuple((factor, label_of(level)) for factor, level in condition.items()),
        summary["replicate"],
        summary["state"],
        summary["error"],
        read.is_offline,
    )


def opinion_of(read: FeedReading, name: str) -> str:
    """The opinion of that name; the first one where there is none."""
    return name if name in {*read.scales, FEELINGS} else next(iter(read.scales), FEELINGS)


def _card_rows(read: FeedReading, query: FeedQuery, reader: str) -> list[dict[str, Any]]:
    """What `card` takes of each post, in order."""
    if reader:
        sights = reversed(read.timelines.get(reader, []))
        rows: Iterable[dict[str, Any]] = ({"post": read.posts[one.post], "sight": one} for one in sights)
    elif query.order == "threads":
        rows = ({"post": one.post, "depth": one.depth} for one in threads(read.feed.posts))
    else:
        rows = ({"post": post} for post in reversed(read.feed.posts))
    if query.order == "flagged":
        rows = (row for row in rows if row["post"]["flags"] or row["post"]["policy"] != "none")
    needle = query.text.strip().casefold()
    matches = [row for row in rows if _matches(read, row["post"], needle, query.tag.casefold())]
    if query.order == "answered":
        matches = [row for row in matches if row["post"]["kind"] != "repost"]
        matches.sort(key=lambda row: -(row["post"]["replies"] + row["post"]["quotes"]))
    return matches


def _matches(read: FeedReading, post: dict[str, Any], needle: str, tag: str) -> bool:
    if tag and tag not in post["hashtags"]:
        return False
    if not needle:
        return True
    person = read.people.get(post["author"], {})
    return any(needle in str(text).casefold() for text in (post["content"], post["author"], person.get("name", "")))


def _accounts(read: FeedReading) -> list[tuple[Account, int]]:
    exposures = {handle: len(sights) for handle, sights in read.timelines.items()}
    ranked = sorted(read.people, key=lambda handle: -read.people[handle]["followers"])
    return [(account(read, handle), exposures.get(handle, 0)) for handle in ranked]


def _course(read: FeedReading, opinion: str) -> tuple[str, str, str, int] | None:
    """The mean of an opinion over those who have one, first and last."""
    courses = [course for course in read.opinions(opinion).values() if course]
    if not courses:
        return None
    first, last = (sum(course[at][1] for course in courses) / len(courses) for at in (0, -1))
    return opinion, number_text(first), number_text(last), len(courses)


def _on_day(read: FeedReading) -> DayCounts:
    day = read.day
    kinds = Counter(post["kind"] for post in read.feed.posts if post["day"] == day)
    sights = [sight for sight in read.sights if sight.day == day]
    felt = Counter(sight.sentiment for sight in sights if sight.sentiment)
    changes = Counter(tie["change"] for tie in read.feed.follows if tie["day"] == day)
    return DayCounts(
        day,
        sum(kinds.values()),
        kinds["reply"],
        kinds["quote"],
        kinds["repost"],
        len(sights),
        len({sight.person for sight in sights}),
        {name: felt[name] for name in ("positive", "neutral", "negative") if felt[name]},
        changes["follow"],
        changes["unfollow"],
    )
