"""A post in its thread: what it answers, what it was answered, and what everybody who saw it made of it."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.exchange.feed_reading import FeedReading
from sociarium.exchange.threads import thread_of
from sociarium.ports.store import Store
from sociarium.viewer.pages.feed import Heading, heading
from sociarium.viewer.pages.feed_posts import AccountView, PostCard, account, card
from sociarium.viewer.pages.turns import LONGEST

_MOST = 200


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread.

    Attributes:
        current: the post that was asked for, with its readers.
        sharers: who reposted it.
        left_out: posts of the thread that are too many to be shown.
    """

    run: str
    heading: Heading
    current: PostCard
    cards: tuple[PostCard, ...]
    sharers: tuple[AccountView, ...]
    left_out: int


def thread_page(store: Store, read: FeedReading, post_id: str) -> ThreadPage:
    """A thread by one of its posts; of a share by what was shared. Raises `NotFound`."""
    post, placed = thread_of(read, post_id)
    at = next(at for at, one in enumerate(placed) if one.post["id"] == post["id"])
    start = max(0, min(at - _MOST // 2, len(placed) - _MOST))
    part = placed[start : start + _MOST]
    return ThreadPage(
        read.run,
        heading(store, read),
        card(read, post, inline=True, longest=LONGEST),
        tuple(
            card(read, one.post, depth=one.depth, inline=one.post["id"] == post["id"], longest=LONGEST) for one in part
        ),
        tuple(account(read, one["author"]) for one in read.sharers.get(post["id"], ())),
        len(placed) - len(part),
    )
