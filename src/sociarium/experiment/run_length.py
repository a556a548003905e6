"""How far a run goes, and how much of that is done: a fork or an extension begins where its origin was left."""

from __future__ import annotations

from dataclasses import dataclass

_ALMOST = 0.99
"""Of a run that has come to its last moment and is not over yet."""
_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a run has come.

    Attributes:
        messages: that stand; of a fork or an extension those of its origin among them.
        day, minute: of a feed, of what happened last; 0 where nothing did.
    """

    messages: int = 0
    day: int = 0
    minute: int = 0


BEGINNING = Reached()
"""Nothing was said yet."""


@dataclass(frozen=True, slots=True)
class RunLength:
    """How far a run goes.

    Attributes:
        messages: of a conversation at most, those of its origin among them; 0 of a feed, where nobody can know.
        days: of a feed, those of its origin among them; 0 of a conversation.
        begins: messages, or days of a feed, that it has of its origin.
    """

    messages: int
    days: int
    begins: int

    def share(self, reached: Reached) -> float:
        """How much of what is its own is done, from 0 to almost 1."""
        if self.messages:
            return share_of(reached.messages - self.begins, self.messages - self.begins)
        begun = reached.day - 1 + reached.minute / _MINUTES if reached.day else 0.0
        return share_of(begun - self.begins, self.days - self.begins)


def share_of(done: float, of: float) -> float:
    """A share from 0 to almost 1; 0 where nobody knows of how much."""
    return min(max(done, 0.0) / of, _ALMOST) if of > 0 else 0.0
