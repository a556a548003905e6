"""What people of a feed were shown and made of it, and what they answered in private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sight:
    """That somebody was shown a post, and what they made of it.

    Attributes:
        list, rank: where it stood in the log-on.
        via: the repost by which it came.
        policy: what the network did with the post.
        sentiment: None where they were asked and gave no answer that can be read, or act by a rule.
        by_rule: whether nobody was asked, and a rule's probabilities were drawn against.
        probabilities: reaction -> share from 0 to 1.
        draws: reaction -> the number from 0 to 1 that was drawn; it came about below its probability.
        drawn: reactions that were drawn.
    """

    person: str
    post: str
    day: int
    time: str
    list: str
    rank: int
    via: str | None
    policy: str
    sentiment: str | None
    words: str
    probabilities: Mapping[str, float]
    drawn: tuple[str, ...]
    draws: Mapping[str, float]
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class PrivateAnswer:
    """A person's answer to a probe."""

    name: str
    person: str
    day: int
    at: str
    value: Any
    words: str

    @property
    def number(self) -> float | None:
        """The answer, where it is a number."""
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return float(self.value) if is_number else None
