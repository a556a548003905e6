"""A content policy: which posts it is about, and what is done with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from sociarium.environments.feed.world import Post
from sociarium.experiment.feed.run_content import PolicyContent, Verdict

Treatment = Callable[[Sequence[Post]], list[Post]]


def keep_order(ranked: Sequence[Post]) -> list[Post]:
    """Posts stay where they are."""
    return list(ranked)


def downrank(ranked: Sequence[Post]) -> list[Post]:
    """Posts that the policy is about come after all others."""
    return sorted(ranked, key=lambda post: post.verdict == "downrank")


def remove(ranked: Sequence[Post]) -> list[Post]:
    """Posts that the policy is about are not there."""
    return [post for post in ranked if post.verdict != "remove"]


TREATMENTS: Mapping[Verdict, Treatment] = {
    "none": keep_order,
    "label": keep_order,
    "downrank": downrank,
    "remove": remove,
}
"""What becomes of a list; a label stands beside the post wherever it is shown."""


def holds(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of some words stands in a text, as a whole word, in any case."""
    return _pattern(words).search(text) is not None


def verdict(policy: PolicyContent, text: str) -> Verdict:
    """What a policy says of a text: its `do` when one of its words stands in it, as a whole word, in any case."""
    if policy.do == "none" or not policy.words:
        return "none"
    return policy.do if holds(text, policy.words) else "none"


def judge_again(policy: PolicyContent, posts: Iterable[Post]) -> None:
    """Let a policy say of posts what it says of their words now."""
    for post in posts:
        post.verdict = verdict(policy, post.content)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
