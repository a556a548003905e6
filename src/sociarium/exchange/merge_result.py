"""What a merge came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_MOST_LISTED = 100


@dataclass(slots=True)
class MergeResult:
    """What a merge came to.

    Attributes:
        new: experiments, versions, sweeps, runs, messages, interviews, labels, measures that were added, by kind; runs
            that were completed are new.
        standing: runs that stood already, as they are.
        conflicts: what stands here with other content, and was left as it is here; the first hundred.
        conflict_count: how many there are.
    """

    new: Counter[str] = field(default_factory=Counter)
    standing: int = 0
    conflicts: list[str] = field(default_factory=list)
    conflict_count: int = 0

    def add_conflict(self, message: str) -> None:
        """Count a conflict, and keep its message while there are few."""
        self.conflict_count += 1
        if len(self.conflicts) < _MOST_LISTED:
            self.conflicts.append(message)
