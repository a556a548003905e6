"""What is put into runs and what they leave behind, in the embedded store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sociarium.ports.store import Record
from sociarium.records.events import Event, Happening
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry, ModelTokens
from sociarium.stores.sqlite import lists, log_rows, tables
from sociarium.stores.sqlite.batch_insert import Batch
from sociarium.stores.sqlite.database import SqliteDatabase, marks, slices


class SqliteLog(SqliteDatabase):
    """The log port."""

    def put_input(self, input_: Input) -> Input:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.INPUTS.insert, log_rows.input_row(input_))
            query = tables.INPUTS.select("WHERE run = ? AND number = ?")
            return log_rows.input_(writer.execute(query, (input_.run, input_.number)).fetchone())

    def inputs(self, run: str, *, after: int = 0) -> list[Input]:
        """See the port."""
        query = tables.INPUTS.select("WHERE run = ? AND number > ? ORDER BY number")
        return [log_rows.input_(row) for row in self._read(query, (run, after))]

    def append(self, records: Sequence[Record]) -> list[Record]:
        """See the port."""
        batch = Batch(records)
        with self._writing() as writer:
            return batch.insert(writer)

    def journal(self, run: str) -> list[JournalEntry]:
        """See the port."""
        query = tables.JOURNAL.select("WHERE run = ? ORDER BY ordinal, key")
        return [log_rows.entry(row) for row in self._read(query, (run,))]

    def entry(self, run: str, key: str) -> JournalEntry | None:
        """See the port."""
        rows = self._read(tables.JOURNAL.select("WHERE run = ? AND key = ?"), (run, key))
        return next(map(log_rows.entry, rows), None)

    def journals_of(self, runs: Sequence[str]) -> Iterator[JournalEntry]:
        """See the port."""
        return map(log_rows.entry, self._rows_of_runs(tables.JOURNAL, runs, "ordinal, key"))

    def tokens_of(self, runs: Sequence[str], *, behind: str) -> Iterator[ModelTokens]:
        """See the port."""
        for page in slices(runs):
            rows = self._read(log_rows.tokens_query(marks(page)), (*page, behind))
            yield from (ModelTokens(*row) for row in rows)

    def events(self, run: str, *, after: int = 0) -> list[Event]:
        """See the port."""
        query = tables.EVENTS.select("WHERE run = ? AND seq > ? ORDER BY seq, key")
        return [log_rows.event(row) for row in self._read(query, (run, after))]

    def last_events(self, run: str, *, most: int) -> list[Event]:
        """See the port."""
        query = tables.EVENTS.select("WHERE run = ? ORDER BY seq DESC, key DESC LIMIT ?")
        return [log_rows.event(row) for row in self._read(query, (run, most))]

    def events_of(self, runs: Sequence[str]) -> Iterator[Event]:
        """See the port."""
        return map(log_rows.event, self._rows_of_runs(tables.EVENTS, runs, "seq, key"))

    def outline(self, runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
        """See the port."""
        for page in slices(runs):
            yield from map(lists.outline_line, self._read(lists.outline(marks(page)), page))

    def erase(self, run: str, *, before: int) -> None:
        """See the port."""
        with self._writing() as writer:
            for table in ("interviews", "labels", "measures", "events"):
                writer.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608  # constants
            writer.execute("DELETE FROM journal WHERE run = ? AND token < ?", (run, before))
