"""The interviews port of a store: what agents answered who were asked after a run.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sociarium.records.interviews import Interview


class Interviews(Protocol):
    """Questions to agents of runs, and their answers.

    Concurrency: of interviews with one run, sitting and turn the first stands for ever; whoever is second gets it back.
    Ordering: the interviews of a run by `asked`, then sitting and turn.
    Ownership: anybody may ask; a run needs no claim for it, and is not changed. Interviews go with their run when that
    is deleted. An iterator may be left unread at any point.
    Errors: as `ports/store.py` says, and `StoreError` for one that is too large; a run that is not there has none.
    """

    def add_interview(self, interview: Interview) -> Interview:
        """Keep an interview, unless one of its run, sitting and turn stands; returns the one that stands."""
        ...

    def interviews(self, run: str) -> list[Interview]:
        """The interviews of a run, in order."""
        ...

    def interviews_of(self, runs: Sequence[str]) -> Iterator[Interview]:
        """The interviews of runs, read in batches: run by run in the order of their ids, each run once."""
        ...
