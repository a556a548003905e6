"""What runs leave behind, put into the embedded store with few statements.

Every statement gives the interpreter to other threads and waits to get it back, which costs a busy event loop more
than the statement itself: so many rows go into one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sociarium.ports.store import Record
from sociarium.records.journal import JournalEntry
from sociarium.records.plans import Member
from sociarium.stores.sqlite import log_rows, rows, tables

_MOST_VARIABLES = 900


class Batch:
    """Records as rows, encoded before anybody waits for them to be written."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = list(records)
        self._entries = [log_rows.entry_row(record) for record in records if isinstance(record, JournalEntry)]
        self._events = [log_rows.event_row(record) for record in records if not isinstance(record, JournalEntry)]

    def insert(self, writer: sqlite3.Connection) -> list[Record]:
        """Insert those whose keys are free; returns for each record the one that stands."""
        count = insert_rows(writer, tables.JOURNAL, self._entries) + insert_rows(writer, tables.EVENTS, self._events)
        if count == len(self._records):
            return self._records
        return [_existing(writer, record) for record in self._records]


def insert_rows(writer: sqlite3.Connection, table: tables.StoreTable, values: Sequence[rows.Row]) -> int:
    """Insert rows whose keys are free; returns how many were."""
    rows_at_once = _MOST_VARIABLES // len(table.columns)
    count = 0
    for start in range(0, len(values), rows_at_once):
        batch = values[start : start + rows_at_once]
        parameters = [value for row in batch for value in row]
        count += writer.execute(table.inserts(len(batch)), parameters).rowcount
    return count


def insert_members(writer: sqlite3.Connection, members: Sequence[Member]) -> list[str]:
    """Insert members whose slots are free; returns for each slot the run that has it."""
    if insert_rows(writer, tables.MEMBERS, [rows.member_row(member) for member in members]) == len(members):
        return [member.run for member in members]
    query = "SELECT run FROM members WHERE sweep = ? AND position = ?"
    return [writer.execute(query, (member.sweep, member.position)).fetchone()[0] for member in members]


def _existing(writer: sqlite3.Connection, record: Record) -> Record:
    table, record_of = (
        (tables.JOURNAL, log_rows.entry) if isinstance(record, JournalEntry) else (tables.EVENTS, log_rows.event)
    )
    row = writer.execute(table.select("WHERE run = ? AND key = ?"), (record.run, record.key)).fetchone()
    return record_of(row)
