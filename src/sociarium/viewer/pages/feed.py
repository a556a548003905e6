"""A feed: what is this public doing, and how does it feel?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from sociarium.exchange.feed_reading import FEELINGS, FeedReading
from sociarium.exchange.feed_sights import Sight
from sociarium.exchange.threads import threads
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.feed_posts import AccountView, PostCard, account, card
from sociarium.viewer.pages.network import NetworkView, network, number_text

SHOWN = 50
"""Posts on one page."""
_MOST_PEOPLE = 12
_MOST_TAGS = 12

_Row = tuple[dict[str, Any], Sight | None, int]
"""A post, as somebody was shown it, and its depth in its thread."""

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
class Moved:
    """A step of somebody's opinion: from a number at a moment to another one at the next."""

    account: AccountView
    first: str
    at_first: str
    last: str
    at_last: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed, or a person's view of it.

    Attributes:
        days: that have begun, of `planned`; `day` is the one at whose end it is shown.
        course: of the opinion: its name, its mean at the first and at the last moment, and how many have one.
        moved: whose opinion moved furthest between two moments that follow each other; None where nobody's did.
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
    moved: Moved | None
    seen_as: AccountView | None
    accounts: tuple[tuple[AccountView, int], ...]
    more_people: int
    tags: tuple[tuple[str, int], ...]
    opinions: tuple[str, ...]
    cards: tuple[PostCard, ...]
    matches: int
    page: int
    pages: int
    network: NetworkView
    on_day: DayCounts


def feed_page(store: Store, read: FeedReading, query: FeedQuery) -> FeedPage:
    """A feed by what was read of it; a person or day that does not exist shows everyone's, or all."""
    reader = query.reader if query.reader in read.people else ""
    opinion = opinion_of(read, query.opinion)
    chosen = _rows(read, query, reader)
    pages = max(1, -(-len(chosen) // SHOWN))
    page = min(max(query.page, 1), pages)
    on_page = chosen[(page - 1) * SHOWN : page * SHOWN]
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
        moved=_moved_most(read, opinion),
        seen_as=account(read, reader) if reader else None,
        accounts=read.once("first accounts", lambda: _accounts(read)),
        more_people=max(0, len(read.people) - _MOST_PEOPLE),
        tags=read.once("tags", lambda: _tags(read)),
        opinions=(*read.scales, FEELINGS),
        cards=tuple(card(read, post, sight=sight, depth=depth, inline=query.inline) for post, sight, depth in on_page),
        matches=len(chosen),
        page=page,
        pages=pages,
        network=network(read, opinion, chosen=reader),
        on_day=read.once("on its day", lambda: _on_day(read)),
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


def _rows(read: FeedReading, query: FeedQuery, reader: str) -> Sequence[_Row]:
    """What is shown, in order."""
    if reader:
        sights = reversed(read.timelines.get(reader, []))
        rows: Sequence[_Row] = [(read.posts[one.post], one, 0) for one in sights]
        if query.order == "flagged":
            rows = [row for row in rows if _is_flagged(row)]
        elif query.order == "answered":
            rows = _by_answers(rows)
    else:
        rows = read.once(f"rows {query.order}", lambda: _rows_of_all(read, query.order))
    needle, tag = query.text.strip().casefold(), query.tag.casefold()
    if needle:
        by_id = read.once("texts", lambda: {post["id"]: _text_of(read, post) for post in read.feed.posts})
        name = f"texts as {reader} {query.order}" if reader else f"texts {query.order}"
        texts = read.once(name, lambda: [by_id[post["id"]] for post, _, _ in rows])
        rows = [row for row, text in zip(rows, texts, strict=True) if needle in text]
    return [row for row in rows if tag in row[0]["hashtags"]] if tag else rows


def _rows_of_all(read: FeedReading, order: Order) -> Sequence[_Row]:
    """Everyone's posts in an order."""
    if order == "threads":
        return [(one.post, None, one.depth) for one in threads(read.feed.posts)]
    latest: list[_Row] = [(post, None, 0) for post in reversed(read.feed.posts)]
    if order == "flagged":
        return [row for row in latest if _is_flagged(row)]
    return _by_answers(latest) if order == "answered" else latest


def _is_flagged(row: _Row) -> bool:
    return bool(row[0]["flags"]) or row[0]["policy"] != "none"


def _by_answers(rows: Sequence[_Row]) -> list[_Row]:
    answerable = [row for row in rows if row[0]["kind"] != "repost"]
    return sorted(answerable, key=lambda row: -(row[0]["replies"] + row[0]["quotes"]))


def _text_of(read: FeedReading, post: dict[str, Any]) -> str:
    """What is searched of a post: its words, and who wrote it; no word reaches from one into the next."""
    name = read.people.get(post["author"], {}).get("name", "")
    return "\0".join((post["content"], post["author"], str(name))).casefold()


def _tags(read: FeedReading) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(tag for post in read.feed.posts for tag in post["hashtags"]).most_common(_MOST_TAGS))


def _accounts(read: FeedReading) -> tuple[tuple[AccountView, int], ...]:
    """Those with the most followers, with how many posts they were shown."""
    ranked = sorted(read.people, key=lambda handle: -read.people[handle]["followers"])
    return tuple((account(read, handle), len(read.timelines.get(handle, ()))) for handle in ranked[:_MOST_PEOPLE])


def _course(read: FeedReading, opinion: str) -> tuple[str, str, str, int] | None:
    """The mean of an opinion over those who have one, first and last."""
    courses = [course for course in read.opinions(opinion).values() if course]
    if not courses:
        return None
    first, last = (sum(course[at][1] for course in courses) / len(courses) for at in (0, -1))
    return opinion, number_text(first), number_text(last), len(courses)


def _moved_most(read: FeedReading, opinion: str) -> Moved | None:
    """The first of those who moved as far."""
    steps = [
        (abs(after[1] - before[1]), handle, before, after)
        for handle, course in read.opinions(opinion).items()
        for before, after in pairwise(course)
    ]
    far, handle, before, after = max(steps, key=lambda step: step[0], default=(0.0, "", ("", 0.0), ("", 0.0)))
    if not far or handle not in read.people:
        return None
    return Moved(account(read, handle), number_text(before[1]), before[0], number_text(after[1]), after[0])


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
