"""The labels port of a store: codebooks, labels and measures.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sociarium.records.labels import Codebook, Label, Measure


class Labels(Protocol):
    """What people, judges and functions say of runs and of their messages.

    Concurrency: of records with one identity the first stands for ever; whoever is second gets it back. An annotator
    who changes a label adds the next revision.
    Ordering: each method names its order. What is written while an iterator is read may be in it or not.
    Ownership: who may label is for the caller to know; runs need no claim for it, and are not changed. Codebooks go
    with their experiment when that is deleted, labels and measures with their run. An iterator may be left unread.
    Errors: as `ports/store.py` says; what is not there has no labels and no measures.
    """

    def save_codebook(self, codebook: Codebook) -> Codebook:
        """Keep a version of a codebook, unless one with its id stands; returns the one that stands."""
        ...

    def codebooks(self, experiment: str) -> list[Codebook]:
        """The codebooks of an experiment with all their versions, by when they were created, then by id."""
        ...

    def codebook(self, codebook: str) -> Codebook:
        """A codebook by its id. Raises `NotFound`."""
        ...

    def add_label(self, label: Label) -> Label:
        """Keep a label, unless one of its identity stands; returns the one that stands."""
        ...

    def labels(self, codebook: str, runs: Sequence[str] | None = None) -> Iterator[Label]:
        """The labels by a codebook, of each annotator the latest revision alone, read in batches.

        Args:
            runs: of these alone; None for all.

        Returns:
            By run, subject, item and annotator.
        """
        ...

    def labels_of(self, runs: Sequence[str]) -> Iterator[Label]:
        """The labels of runs by all codebooks, every revision of them, read in batches.

        Returns:
            By run, codebook, subject, item, annotator and revision.
        """
        ...

    def delete_labels(self, annotator: str, runs: Sequence[str]) -> int:
        """Delete the labels that an annotator, a person, gave to runs by any codebook, with every revision and note.

        Judges of the same name keep theirs. A call that stopped half-way is made again.

        Returns:
            How many there were.
        """
        ...

    def put_measures(self, batch: Sequence[Measure]) -> list[Measure]:
        """Keep measures. When a store without transactions fails in the middle it may have kept some.

        Returns:
            For each the measure that stands: the one that was passed, or an earlier one.
        """
        ...

    def measures(self, name: str, version: str, runs: Sequence[str]) -> Iterator[Measure]:
        """The values of a measure for runs, read in batches, by run and subject."""
        ...

    def measures_of(self, runs: Sequence[str]) -> Iterator[Measure]:
        """All measures of runs, read in batches, by run, name, version and subject."""
        ...
