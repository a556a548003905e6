"""How posts and a person's own notes stand in a prompt."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.environments.feed.network.reader import ListName
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.quotation import excerpt, quote
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.feed.world import Post, World, clock
from sociarium.experiment.feed.run_content import FeedContent

TITLES: dict[ListName, str] = {
    "replies": "Replies to your posts",
    "following": "Posts of people you follow",
    "recent": "Recent posts of others",
}


def list_text(exposures: Sequence[Exposure], world: World, people: People, content: FeedContent) -> str:
    """A list, which is not empty, under its heading, the first post first."""
    posts = [post_text(one.post, world, people, content, via=one.via) for one in exposures]
    return "\n\n".join([f"## {TITLES[exposures[0].list]}", *posts])


def post_text(post: Post, world: World, people: People, content: FeedContent, *, via: Post | None = None) -> str:
    """A post with its author, time and counts; its words are quoted."""
    lines = [
        f"[{post.id}] @{post.author}{_clout(post, people)}, day {post.day}, {clock(post.minute)}{_about(post, world)}"
    ]
    if via is not None:
        lines.append(f"shared by @{via.author}")
    if post.verdict == "label":
        lines.append(f"Note by the network: {content.policy.label}")
    lines.append(quote(post.content))
    if post.kind == "quote" and post.parent is not None:
        lines.append(_quote_post(world.posts[post.parent], content))
    lines.append(f"{post.likes} likes, {post.replies} replies, {post.reposts} reposts, {post.quotes} quotes")
    return "\n".join(lines)


def suggestions_text(suggested: Sequence[PersonState]) -> str:
    """People whom the network suggests, who are not nobody; their profiles are quoted."""
    lines = []
    for other in suggested:
        name = f" ({excerpt(other.person.name, most=80)})" if other.person.name else ""
        bio = f": {excerpt(other.person.bio)}" if other.person.bio else ""
        lines.append(f"- @{other.handle}{name}, {other.clout} followers{bio}")
    return "\n".join(["## People you might follow", "", *lines])


def _clout(post: Post, people: People) -> str:
    return "" if post.member is None else f" ({people.members[post.member].clout} followers)"


def _about(post: Post, world: World) -> str:
    if post.kind != "reply" or post.parent is None:
        return ""
    parent = world.posts[post.parent]
    if parent.verdict == "remove":
        return f", in answer to @{parent.author}"
    return f", in answer to @{parent.author}: {excerpt(parent.content)}"


def _quote_post(post: Post, content: FeedContent) -> str:
    if post.verdict == "remove":
        return "quoting a post that is no longer there"
    note = f" (note by the network: {content.policy.label})" if post.verdict == "label" else ""
    return f"quoting @{post.author}{note}: {excerpt(post.content)}"


def mind(member: PersonState, day: int, minute: int, *, news: str, lately: Sequence[str], older: Sequence[str]) -> str:
    """Where a person stands when they log on: time, notes and memories."""
    parts = [f"It is day {day}, {clock(minute)}."]
    if news:
        parts.append(f"Since your last visit you received {news}.")
    return "\n\n".join([*parts, standing(member, lately, older)])


def standing(member: PersonState, lately: Sequence[str], older: Sequence[str] = ()) -> str:
    """A person's ties, notes and memories."""
    muted = ", ".join(f"@{handle}" for handle in member.muted.values())
    ties = f"You follow {len(member.follows)} people here, {member.clout} follow you."
    parts = [f"{ties} You muted {muted}." if muted else ties]
    for title, text in (("Your state of mind", member.state), ("Your plan", member.plan),
                        ("What you wrote down to remember", member.memory.condensed)):  # fmt: skip
        if text:
            parts.append(f"## {title}\n\n{quote(text)}")
    for title, lines in (("What comes to mind", older), ("What you lately did and read", lately)):
        if lines:
            parts.append(f"## {title}\n\n" + "\n".join(lines))
    return "\n\n".join(parts)
