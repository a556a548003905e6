"""An embedded store of an older schema is brought up to date, when somebody asks for it: all of it or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping

from sociarium.experiment import listing_tags
from sociarium.stores.sqlite.rows import json_text
from sociarium.stores.sqlite.schema import LATER_COLUMNS, SCHEMA, TABLES

_AT_ONCE = 500
_LISTED = 2
"""The schema from which on rows say what they are listed by."""


def migrate(writer: sqlite3.Connection, version: int) -> None:
    """Take a store from a schema to this one, in the transaction that is open.

    Called again on one of this schema, it makes what is missing and mends rows that an older version left.
    """
    for schema in range(version, SCHEMA):
        _STEPS[schema](writer)
    for statement in TABLES.split(";"):
        writer.execute(statement)
    add_columns(writer)
    _tag_versions(writer)
    _tag_statuses(writer)
    for table in ("versions", "statuses"):
        # What later schemas add is empty where it says nothing.
        writer.execute(f"UPDATE {table} SET schema = ? WHERE schema < ?", (SCHEMA, SCHEMA))  # noqa: S608  # constants
    writer.execute(f"PRAGMA user_version={SCHEMA}")


def add_columns(writer: sqlite3.Connection) -> None:
    """Give tables the columns that a file of this schema lacks, in the transaction that is open."""
    for table, column, kind in LATER_COLUMNS:
        if column not in {row[1] for row in writer.execute(f"PRAGMA table_info({table})")}:
            writer.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def outdated_rows(reader: sqlite3.Connection) -> int:
    """How many rows were written by an older version that worked beside this one; lists miss them."""
    queries = (f"SELECT COUNT(*) FROM {table} WHERE schema < ?" for table in ("versions", "statuses"))  # noqa: S608
    return sum(reader.execute(query, (SCHEMA,)).fetchone()[0] for query in queries)


def _migrate_from_1(writer: sqlite3.Connection) -> None:
    """Lists are queries: versions and statuses say what they are listed by."""
    for table, column, default in (
        ("versions", "roles", "[]"),
        ("versions", "models", "[]"),
        ("versions", "served", "[]"),
        ("statuses", "experiment", ""),
        ("statuses", "tags", "[]"),
    ):
        writer.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '{default}'")
    for index in ("experiments_created", "sweeps_experiment"):
        writer.execute(f"DROP INDEX IF EXISTS {index}")


def _migrate_from_2(writer: sqlite3.Connection) -> None:
    """Runs and sweeps say what they were made from; nothing that stands was made from anything."""
    for table, column in (
        ("sweeps", "origin"),
        ("sweeps", "origin_kind"),
        ("sweeps", "origin_at"),
        ("sweeps", "origin_changes"),
        ("runs", "origin"),
        ("runs", "origin_at"),
    ):
        writer.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")


_STEPS: Mapping[int, Callable[[sqlite3.Connection], None]] = {1: _migrate_from_1, 2: _migrate_from_2}
"""Schema -> what takes a store from it to the next one."""


def _tag_versions(writer: sqlite3.Connection) -> None:
    query = "SELECT id, document FROM versions WHERE schema < ? AND id > ? ORDER BY id LIMIT ?"
    for rows in _pages(writer, query):
        for id_, document in rows:
            tags = listing_tags.document_tags(document)
            columns = (json_text(tags.roles), json_text(tags.models), json_text(tags.served), _LISTED, id_)
            writer.execute("UPDATE versions SET roles = ?, models = ?, served = ?, schema = ? WHERE id = ?", columns)


def _tag_statuses(writer: sqlite3.Connection) -> None:
    query = (
        "SELECT s.run, r.experiment, r.content FROM statuses s JOIN runs r ON r.id = s.run "
        "WHERE s.schema < ? AND s.run > ? ORDER BY s.run LIMIT ?"
    )
    for rows in _pages(writer, query):
        for run, experiment, content in rows:
            columns = (experiment, json_text(listing_tags.content_tags(content).tags), _LISTED, run)
            writer.execute("UPDATE statuses SET experiment = ?, tags = ?, schema = ? WHERE run = ?", columns)


def _pages(writer: sqlite3.Connection, query: str) -> Iterator[list[tuple[str, ...]]]:
    last = ""
    while rows := writer.execute(query, (_LISTED, last, _AT_ONCE)).fetchall():
        yield rows
        last = rows[-1][0]
