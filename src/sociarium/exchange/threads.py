"""Posts as people read them: threads, each post below the one that it answers or quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.errors import NotFound
from sociarium.exchange.feed_reading import FeedReading
from sociarium.experiment.problems import did_you_mean

_VERBS = {"like": "likes", "repost": "shares", "follow": "follows", "reply": "answers", "quote": "quotes"}


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """A post in its thread.

    Attributes:
        depth: 0 where the thread begins.
        shared_by: handles, in order.
    """

    post: dict[str, Any]
    depth: int
    shared_by: tuple[str, ...]


def threads(posts: Sequence[dict[str, Any]]) -> Iterator[ThreadPost]:
    """Every post but the shares, thread by thread in the order in which they began."""
    answers: dict[str, list[dict[str, Any]]] = {}
    shares: dict[str, list[str]] = {}
    roots = []
    for post in posts:
        if post["kind"] == "repost":
            shares.setdefault(post["parent"], []).append(post["author"])
        elif post["parent"] is None:
            roots.append(post)
        else:
            answers.setdefault(post["parent"], []).append(post)
    # A stack, because a thread may be deeper than the interpreter's.
    for root in roots:
        stack = [(root, 0)]
        while stack:
            post, depth = stack.pop()
            yield ThreadPost(post, depth, tuple(shares.get(post["id"], ())))
            stack += [(answer, depth + 1) for answer in reversed(answers.get(post["id"], []))]


def thread_of(read: FeedReading, post_id: str) -> tuple[dict[str, Any], list[ThreadPost]]:
    """A post, and its whole thread in order; of a share what was shared.

    Raises:
        NotFound: there is no such post, with the nearest ids.
    """
    post = read.posts.get(post_id)
    if post is None:
        raise NotFound(f"run {read.run[:12]} has no post {post_id!r}; {did_you_mean(post_id, read.posts)}")
    if post["kind"] == "repost":
        post = read.posts[post["parent"]]
    root = post
    while root["parent"] is not None:
        root = read.posts[root["parent"]]
    in_thread, unread = [], [root]
    while unread:
        one = unread.pop()
        in_thread.append({**one, "parent": None if one is root else one["parent"]})
        unread += read.answers_to.get(one["id"], ())
    places = read.once("places of posts", lambda: {post_id: at for at, post_id in enumerate(read.posts)})
    in_thread.sort(key=lambda one: places[one["id"]])
    return post, list(threads(in_thread))


def counts_text(post: dict[str, Any]) -> str:
    """A post's reactions and what readers felt, in a few words; empty where there are none."""
    kinds = (("likes", "like"), ("replies", "reply"), ("reposts", "repost"), ("quotes", "quote"))
    parts = [
        f"{post[plural]} {singular if post[plural] == 1 else plural}" for plural, singular in kinds if post[plural]
    ]
    signs = {"positive": "+", "neutral": "~", "negative": "-"}
    sentiments = [f"{sign}{post['sentiments'][name]}" for name, sign in signs.items() if post["sentiments"][name]]
    return " · ".join([*parts, *(["felt " + " ".join(sentiments)] if sentiments else [])])


def outside_act_lines(document: Mapping[str, Any]) -> list[str]:
    """What was put into a feed from outside and stands in no post of its own, in words and in its order.

    Likes, reposts and follows, and whatever had no effect: of accounts outside (`input`), and in people's names, which
    is none of their models' doing (`override`).
    """
    acts = [*document.get("acts", ()), *map(_repost_act, _outside_reposts(document["posts"]))]
    acts.sort(key=lambda act: (act["day"], act["time"]))
    return [_act_text(act) for act in acts]


def _outside_reposts(posts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (post for post in posts if post["kind"] == "repost" and post["source"] in {"input", "override"})


def _repost_act(post: Mapping[str, Any]) -> dict[str, Any]:
    return {**post, "target": post["parent"], "why": None}


def _act_text(act: Mapping[str, Any]) -> str:
    target = f"@{act['target']}" if act["kind"] == "follow" else act["target"]
    effect = f", without effect: {act['why']}" if act["why"] else ""
    return f"day {act['day']}, {act['time']}: @{act['author']} {_VERBS[act['kind']]} {target} [{act['source']}]{effect}"
