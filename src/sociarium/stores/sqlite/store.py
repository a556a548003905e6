"""The store port over one SQLite file: WAL, `synchronous=FULL`, one writing connection a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from sociarium.errors import SociariumError
from sociarium.records.health import HealthCheck
from sociarium.records.plans import Deletion, Edit, Subject
from sociarium.records.runs import Worker
from sociarium.stores.sqlite import edits, health, rows, tables
from sociarium.stores.sqlite.catalogue import SqliteCatalogue
from sociarium.stores.sqlite.database import marks, slices
from sociarium.stores.sqlite.interviews import SqliteInterviews
from sociarium.stores.sqlite.labels import SqliteLabels
from sociarium.stores.sqlite.log import SqliteLog
from sociarium.stores.sqlite.runs import SqliteRuns
from sociarium.stores.sqlite.steering import SqliteSteering


class SqliteStore(SqliteCatalogue, SqliteRuns, SqliteLog, SqliteSteering, SqliteInterviews, SqliteLabels):
    """The embedded store."""

    def append_edit(self, edit: Edit) -> Edit:
        """See the port."""
        with self._writing() as writer:
            return edits.insert_edit(writer, edit)

    def latest_edits(self, kind: Subject, ids: Sequence[str]) -> Mapping[str, Edit]:
        """See the port."""
        entries = (
            rows.edit(row)
            for page in slices(ids)
            for row in self._read(
                tables.EDITS.select(f"WHERE kind = ? AND of IN ({marks(page)}) ORDER BY revision"), (kind, *page)
            )
        )
        return {edit.of: edit for edit in entries}

    def mark_deletion(self, deletion: Deletion) -> Deletion:
        """See the port."""
        with self._writing() as writer:
            return edits.insert_mark(writer, deletion)

    def unmark_deletion(self, deletion: Deletion) -> None:
        """See the port."""
        with self._writing() as writer:
            edits.delete_mark(writer, deletion)

    def deletions(self) -> list[Deletion]:
        """See the port."""
        return [rows.deletion(row) for row in self._read(tables.DELETIONS.select("ORDER BY at, kind, of"))]

    def delete_part(self, deletion: Deletion, *, most: int) -> int:
        """See the port."""
        with self._writing() as writer:
            return edits.discard(writer, deletion, most)

    def reclaim_space(self) -> None:
        """See the port."""
        self._write_anew()

    def check_health(self) -> list[HealthCheck]:
        """See the port."""
        try:
            with self._mapped_errors():
                checks = health.facts(self._reader(), self.path)
            scratch = Worker(f"doctor-{uuid4().hex}", "", "", 0, "")
            self.record_heartbeat(scratch)
            with self._writing() as writer:
                writer.execute("DELETE FROM workers WHERE id = ?", (scratch.id,))
        except (SociariumError, OSError) as error:
            return [HealthCheck("store", "", str(error))]
        return [*checks, HealthCheck("store write", "a row was written and taken back")]
