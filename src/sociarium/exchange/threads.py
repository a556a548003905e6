"""Posts as people read them: threads, each post below the one that it answers or quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


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


def counts_text(post: dict[str, Any]) -> str:
    """A post's reactions and what readers felt, in a few words; empty where there are none."""
    kinds = (("likes", "like"), ("replies", "reply"), ("reposts", "repost"), ("quotes", "quote"))
    parts = [
        f"{post[plural]} {singular if post[plural] == 1 else plural}" for plural, singular in kinds if post[plural]
    ]
    signs = {"positive": "+", "neutral": "~", "negative": "-"}
    sentiments = [f"{sign}{post['sentiments'][name]}" for name, sign in signs.items() if post["sentiments"][name]]
    return " · ".join([*parts, *(["felt " + " ".join(sentiments)] if sentiments else [])])
