"""How much of a run was taken over from the run that it goes on from: nothing of one that began at its start."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from sociarium.records.events import Event
from sociarium.records.journal import COPIED, JournalEntry
from sociarium.records.runs import Run


@dataclass(frozen=True, slots=True)
class CopiedBeginning:
    """What a run has of its origin.

    Attributes:
        ordinal: of the last entry of its journal that it has from there; 0 where it has none.
        events: how many of its first events.
    """

    ordinal: int = 0
    events: int = 0

    def has_entry(self, entry: JournalEntry) -> bool:
        """Whether an answer was given in the origin, and is paid for there."""
        return entry.ordinal <= self.ordinal

    def has_event(self, event: Event) -> bool:
        """Whether something happened in the origin."""
        return event.seq <= self.events


def copied_beginning(run: Run, journal: Iterable[JournalEntry]) -> CopiedBeginning:
    """What a run has of its origin, by its journal; all of it where it was stopped before the beginning was there."""
    if run.origin is None:
        return CopiedBeginning()
    mark = copied_mark(journal)
    if mark is None:
        return CopiedBeginning(sys.maxsize, sys.maxsize)
    return CopiedBeginning(mark.ordinal, int(mark.answer["events"]))


def copied_mark(journal: Iterable[JournalEntry]) -> JournalEntry | None:
    """The entry that says that the beginning of a fork or extension is there to its last word."""
    return next((entry for entry in journal if entry.key == COPIED), None)
