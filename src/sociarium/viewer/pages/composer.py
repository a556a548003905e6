"""Writing as somebody in a feed while it is played: who can, what it is about, and what waits to be taken up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.exchange.feed_reading import FeedReading
from sociarium.ports.store import Store
from sociarium.records.inputs import ActKind, Input
from sociarium.records.runs import RunState
from sociarium.viewer.pages.feed import Heading, heading
from sociarium.viewer.pages.feed_posts import AccountView, PostCard, account, card

KINDS: Mapping[ActKind, str] = {
    "post": "Post",
    "reply": "Reply",
    "quote": "Quote",
    "like": "Like",
    "repost": "Repost",
    "follow": "Follow",
}
"""Acts as buttons say them."""
_MOST_ACCOUNTS = 400
_MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class WaitingAct:
    """An act that the run has not come to yet."""

    number: int
    author: str
    kind: str
    target: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class PostDraft:
    """What a person's model drafted, and what it was asked for; kept by the server until it is posted.

    Attributes:
        record: of an `Input`.
    """

    author: str
    kind: ActKind
    target: str
    idea: str
    text: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields: of a draft, or as it was sent and refused."""

    text: str = ""
    idea: str = ""
    outside: str = ""


@dataclass(frozen=True, slots=True)
class ComposerPage:
    """What a form for acts needs.

    Attributes:
        accounts: people that can be written as, those with most followers first.
        kind: of the act that was chosen.
        about: the post that it is about; None for a post of one's own, or where there is none of that id.
        target: as it was asked for.
        is_over: whether the run takes no more acts.
    """

    run: str
    heading: Heading
    accounts: tuple[AccountView, ...]
    author: str
    kind: ActKind
    target: str
    about: PostCard | None
    waiting: tuple[WaitingAct, ...]
    draft: PostDraft | None
    draft_id: str
    typed: Typed
    is_over: bool
    day: int
    planned: int


def composer_page(
    store: Store,
    read: FeedReading,
    *,
    kind: ActKind = "post",
    target: str = "",
    author: str = "",
    draft: tuple[str, PostDraft] | None = None,
    typed: Typed | None = None,
) -> ComposerPage:
    """The form by what was read of a feed.

    Args:
        draft: its id with the server, and what it is; it says what is done and by whom, unless something was typed.
        typed: instead of what the draft has.
    """
    draft_id, drafted = draft or ("", None)
    if drafted is not None and typed is None:
        kind, target, author = drafted.kind, drafted.target, drafted.author
    ranked = sorted(read.people, key=lambda handle: -read.people[handle]["followers"])
    post = read.posts.get(target)
    return ComposerPage(
        run=read.run,
        heading=heading(store, read),
        accounts=tuple(account(read, handle) for handle in ranked[:_MOST_ACCOUNTS]),
        author=author.lstrip("@"),
        kind=kind,
        target=target,
        about=card(read, post) if post is not None else None,
        waiting=waiting_acts(store, read),
        draft=drafted,
        draft_id=draft_id,
        typed=typed or (Typed(drafted.text, drafted.idea) if drafted else Typed()),
        is_over=store.run_statuses([read.run])[0].state is RunState.DONE,
        day=read.day,
        planned=read.planned,
    )


def waiting_acts(store: Store, read: FeedReading) -> tuple[WaitingAct, ...]:
    """Acts that were put in and are not on record yet, the latest first."""
    taken_up = {str(post["name"]) for post in read.feed.posts if post["source"] in {"input", "override"}}
    taken_up |= {str(one["name"]) for one in read.feed.acts}
    waiting = [_waiting(one) for one in store.inputs(read.run) if str(one.number) not in taken_up]
    return tuple(reversed(waiting[-_MOST_WAITING:]))


def _waiting(one: Input) -> WaitingAct:
    return WaitingAct(one.number, one.author, one.kind, one.target, one.content, one.creator)
