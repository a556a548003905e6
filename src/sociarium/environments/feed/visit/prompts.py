"""The prompt of each step of a visit: its parts, in the order in which a model reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.feed.visit.decisions import Authors, how
from sociarium.environments.feed.visit.drafts import task, thread_text
from sociarium.environments.feed.visit.prompt_text import list_text, suggestions_text
from sociarium.environments.feed.visit.reactions import HOW, Judgement
from sociarium.environments.feed.world import Post
from sociarium.experiment.prompts.placeholders import render

_NOTHING_NEW = "There is nothing new in your feed."


def instruction(step: Literal["read", "plan", "write", "post"], feed: FeedState, member: PersonState) -> str:
    """The researcher's words for a step, with the facts of the run and the person's name in place."""
    text: str = getattr(feed.content.prompts, step)
    return render(text, feed.content.facts, self_name=member.person.name or member.handle)


def read_parts(now: str, exposures: Sequence[Exposure], feed: FeedState, member: PersonState) -> list[str]:
    """For the reading of one list, which is not empty."""
    return [now, list_text(exposures, feed.world, feed.people, feed.content), instruction("read", feed, member), HOW]


def plan_parts(
    now: str,
    judgements: Sequence[Judgement],
    authors: Authors,
    feed: FeedState,
    member: PersonState,
    *,
    is_empty: bool,
) -> list[str]:
    """For the decisions after every list was read.

    Args:
        judgements: of the posts; none as well where no list could be read.
        is_empty: whether there was nothing to read.
    """
    lines = "\n".join(_judgement_line(one) for one in judgements)
    if_unjudged = _NOTHING_NEW if is_empty else ""
    judged = f"## What you made of your feed\n\n{lines}" if lines else if_unjudged
    return [now, judged, instruction("plan", feed, member), how(authors, feed.content.memory)]


def together_parts(
    now: str, lists: Iterable[Sequence[Exposure]], authors: Authors, feed: FeedState, member: PersonState
) -> list[str]:
    """For reading every list and deciding, in one answer."""
    texts = [list_text(exposures, feed.world, feed.people, feed.content) for exposures in lists]
    reading = [instruction("read", feed, member), HOW] if texts else [_NOTHING_NEW]
    return [now, *texts, *reading, instruction("plan", feed, member), how(authors, feed.content.memory)]


def with_suggestions(parts: Sequence[str], suggested: Sequence[PersonState]) -> list[str]:
    """Parts that end with the decisions, and before these whom the network suggests; unchanged where it is nobody."""
    if not suggested:
        return list(parts)
    *before, words, answer = parts
    return [*before, suggestions_text(suggested), words, answer]


def write_parts(
    now: str,
    kind: Literal["reply", "quote"],
    judgement: Judgement,
    thread: Sequence[Post],
    feed: FeedState,
    member: PersonState,
) -> list[str]:
    """For an answer or a quote.

    Args:
        thread: of the post, its beginning first.
    """
    return [
        now,
        thread_text(thread, feed.world, feed.people, feed.content),
        task(kind, judgement.exposure.post, judgement.sentiment),
        instruction("write", feed, member),
    ]


def post_parts(now: str, feed: FeedState, member: PersonState) -> list[str]:
    """For a post of one's own."""
    return [now, instruction("post", feed, member)]


def _judgement_line(judgement: Judgement) -> str:
    did = ", ".join(judgement.drawn) or "nothing"
    post = judgement.exposure.post
    return f"- [{post.id}] of @{post.author}: {judgement.sentiment}; you did: {did}"
