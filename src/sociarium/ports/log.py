"""The log port of a store: what goes into a run, and what it leaves behind.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sociarium.records.events import Event, Happening
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry, ModelTokens

Record = JournalEntry | Event


class Log(Protocol):
    """Inputs, journals and events of runs.

    Concurrency: of records with one run and key the first stands for ever; whoever is second gets it back.
    Ordering: journals are read by ordinal, events and inputs by number, whatever order they were written in.
    Ownership: who appends to a run, or erases what it left, holds a claim on it; the store does not check that.
    """

    def put_input(self, input_: Input) -> Input:
        """Keep an input, unless one of its run and number stands; returns the one that stands."""
        ...

    def inputs(self, run: str, *, after: int = 0) -> list[Input]:
        """The inputs of a run whose number is above `after`, by number."""
        ...

    def append(self, records: Sequence[Record]) -> list[Record]:
        """Keep journal entries and events.

        A record that cannot be encoded or is too large keeps none of its batch. When a store without transactions fails
        in the middle it may have kept some; appending again is safe, and returns what stands.

        Returns:
            For each the record that stands under its run and key: the one that was passed, or an earlier one.
        """
        ...

    def journal(self, run: str) -> list[JournalEntry]:
        """A run's journal by ordinal."""
        ...

    def entry(self, run: str, key: str) -> JournalEntry | None:
        """One entry of a run's journal; None where there is none under that key."""
        ...

    def journals_of(self, runs: Sequence[str]) -> Iterator[JournalEntry]:
        """The journals of runs, read in batches: run by run in the order of their ids, each run once."""
        ...

    def tokens_of(self, runs: Sequence[str], *, behind: str) -> Iterator[ModelTokens]:
        """Tokens that runs took so far, by model; words are not read for it.

        Args:
            behind: the key of an entry; of a run that has it, what stands before it is left out.
        """
        ...

    def events(self, run: str, *, after: int = 0) -> list[Event]:
        """A run's events whose number is above `after`, by number."""
        ...

    def last_events(self, run: str, *, most: int) -> list[Event]:
        """The last events of a run, so many at most, the last one first; nothing else of it is read."""
        ...

    def events_of(self, runs: Sequence[str]) -> Iterator[Event]:
        """The events of runs, read in batches: run by run in the order of their ids, each run once."""
        ...

    def outline(self, runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
        """Messages, posts and the researcher's events of runs without contents: run by run, in each by number."""
        ...

    def erase(self, run: str, *, before: int) -> None:
        """Forget a run's events, then what was journaled under claims before a token, so that it starts anew.

        Interviews, labels and measures go first: they are about words that will stand there no longer.
        Its claim log goes on. Who erases holds the claim of that token, so that of several one does.
        """
        ...
