"""The port of a store for what people change: notes, favourites and deletion.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sociarium.records.plans import Deletion, Edit, Subject


class Edits(Protocol):
    """Edits, and deletion in steps.

    Concurrency: of edits with one revision one is first; of deletions of one thing one mark stands.
    Ordering: edits stand by revision, marks by when they were set.
    Ownership: who may edit or delete what is for the caller to know; a step of deletion may be made by anybody.
    """

    def append_edit(self, edit: Edit) -> Edit:
        """Insert an entry of an edit log and, for an experiment, bring its note and favourite up to it.

        Who may edit what is for the caller to know.

        Returns:
            The entry that stands under that kind, id and revision: `edit`, or another's that was first. When it
            is another's, the experiment is brought up to it, in case its writer was killed in between.
        """
        ...

    def latest_edits(self, kind: Subject, ids: Sequence[str]) -> Mapping[str, Edit]:
        """The latest edit of each of these that was ever edited, by id."""
        ...

    def mark_deletion(self, deletion: Deletion) -> Deletion:
        """Mark an experiment, a sweep or a run as being deleted; returns the mark that stands.

        Nothing else changes: by a mark everybody knows to keep away, and `delete_part` to go on.
        """
        ...

    def unmark_deletion(self, deletion: Deletion) -> None:
        """Take a mark back of which nothing was discarded yet."""
        ...

    def deletions(self) -> list[Deletion]:
        """What is being deleted, the earliest first."""
        ...

    def delete_part(self, deletion: Deletion, *, most: int) -> int:
        """Delete a part of what is marked, with all that was kept of it: at most so many runs.

        Interviews, labels and measures go with their run; runs and sweeps that were made from it stay. Orders go with
        their sweep, codebooks with their experiment.
        Of each run its slots go first, so that one of which a part is gone is in no sweep. After the last run of an
        experiment the rest of it goes, and its mark at last. Of a sweep those runs go that stand in no other; of the
        others only their slots in it. A call that stopped half-way is made again.

        Returns:
            How many runs went; 0 when nothing is left, the mark neither.
        """
        ...

    def reclaim_space(self) -> None:
        """Let nothing of what was deleted be read from where the store keeps its files, as far as it has them in hand.

        An embedded store writes its file anew, and may need as much space again meanwhile. A server keeps its files,
        logs and backups by itself, and nothing happens.

        Raises:
            StoreUnavailable: somebody reads or writes just now.
        """
        ...
