"""Replies that take effect some time after they were written: what is under way, and when it arrives."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.visit.drafts import PendingPost
from sociarium.environments.feed.visit_times import MINUTES
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import DelayContent


class DelayedReply(NamedTuple):
    """A reply under way; sorted, replies stand in the order in which they take effect.

    Attributes:
        day, minute: when it takes effect; that day may lie behind the last one.
        ordinal: in the order of writing.
    """

    day: int
    minute: int
    ordinal: int
    member: PersonState
    draft: PendingPost


@dataclass(slots=True)
class DelayedReplies:
    """Every reply that is under way; they outlive days, and the end of a feed that is extended."""

    _waiting: list[DelayedReply] = field(default_factory=list)
    _written: int = 0

    def add(self, draft: PendingPost, member: PersonState, moment: tuple[int, int], minutes: int) -> DelayedReply:
        """Let a reply take effect so many minutes after a moment: a day and a minute of it."""
        day, minute = moment
        later, at = divmod(minute + minutes, MINUTES)
        self._written += 1
        reply = DelayedReply(day + later, at, self._written, member, draft)
        heappush(self._waiting, reply)
        return reply

    def pop_due(self, day: int, minute: int) -> DelayedReply | None:
        """The next one that takes effect up to a moment; None when there is none, or none any more."""
        if self._waiting and self._waiting[0][:2] <= (day, minute):
            return heappop(self._waiting)
        return None


def delay_of(rule: DelayContent, key: str, stage: Stage) -> int:
    """Draw how many minutes a reply is under way.

    Args:
        key: of the call in which it was asked for first.
    """
    return rule.least + stage.rng(f"{key}/delay").below(rule.most - rule.least + 1)
