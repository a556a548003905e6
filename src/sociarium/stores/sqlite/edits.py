"""What people change in the embedded store: edits, and deletion in steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from sociarium.records.plans import Deletable, Deletion, Edit, Version
from sociarium.stores.sqlite import rows, tables

_RUN_TABLES = ("members", "events", "journal", "inputs", "claims", "interviews", "labels", "measures", "statuses")
"""Tables of what runs leave behind, by run."""
_SWEEP_TABLES = ("members", "epochs", "steering")
"""Tables of what belongs to a sweep, by sweep."""
_RUNS_TO_DELETE: Mapping[Deletable, str] = {
    "experiment": "SELECT id FROM runs WHERE experiment = ? LIMIT ?",
    "sweep": "SELECT DISTINCT m.run FROM members m WHERE m.sweep = ? AND NOT EXISTS "
    "(SELECT 1 FROM members o WHERE o.run = m.run AND o.sweep != m.sweep) LIMIT ?",
    "run": "SELECT id FROM runs WHERE id = ? LIMIT ?",
}
"""The next runs that go with what is marked; those that stand in other sweeps stay with these."""


def insert_version(writer: sqlite3.Connection, version: Version) -> Version:
    """Insert a version under the next number, unless it stands; returns the one that stands."""
    query = "SELECT COALESCE(MAX(number), 0) FROM versions WHERE experiment = ?"
    last = writer.execute(query, (version.experiment,)).fetchone()[0]
    writer.execute(tables.VERSIONS.insert, rows.version_row(version, last + 1))
    return rows.version(writer.execute(tables.VERSIONS.select("WHERE id = ?"), (version.id,)).fetchone())


def insert_edit(writer: sqlite3.Connection, edit: Edit) -> Edit:
    """Insert an entry unless its key stands, and bring the experiment up to the one that stands."""
    writer.execute(tables.EDITS.insert, rows.edit_row(edit))
    key = (edit.kind, edit.of, edit.revision)
    query = tables.EDITS.select("WHERE kind = ? AND of = ? AND revision = ?")
    entry = rows.edit(writer.execute(query, key).fetchone())
    if entry.kind == "experiment":
        writer.execute(
            "UPDATE experiments SET note = ?, favourite = ?, revision = ? WHERE id = ? AND revision < ?",
            (entry.note, int(entry.favourite), entry.revision, entry.of, entry.revision),
        )
    return entry


def insert_mark(writer: sqlite3.Connection, deletion: Deletion) -> Deletion:
    """Insert a mark unless one stands; returns the one that stands."""
    writer.execute(tables.DELETIONS.insert, rows.deletion_row(deletion))
    query = tables.DELETIONS.select("WHERE kind = ? AND of = ?")
    return rows.deletion(writer.execute(query, (deletion.kind, deletion.of)).fetchone())


def delete_mark(writer: sqlite3.Connection, deletion: Deletion) -> None:
    """Take a mark away."""
    writer.execute("DELETE FROM deletions WHERE kind = ? AND of = ?", (deletion.kind, deletion.of))


def discard(writer: sqlite3.Connection, deletion: Deletion, most: int) -> int:
    """Delete a part of what is marked; returns how many runs went."""
    runs = [row[0] for row in writer.execute(_RUNS_TO_DELETE[deletion.kind], (deletion.of, most))]
    if runs:
        _delete_runs(writer, runs)
        return len(runs)
    if deletion.kind == "experiment":
        _delete_experiment(writer, deletion.of)
    elif deletion.kind == "sweep":
        _delete_sweep(writer, deletion.of)
    delete_mark(writer, deletion)
    return 0


def _delete_runs(writer: sqlite3.Connection, runs: Sequence[str]) -> None:
    marks = ", ".join("?" * len(runs))
    for table in _RUN_TABLES:
        writer.execute(f"DELETE FROM {table} WHERE run IN ({marks})", runs)  # noqa: S608  # constants
    writer.execute(f"DELETE FROM edits WHERE kind = 'run' AND of IN ({marks})", runs)  # noqa: S608
    writer.execute(f"DELETE FROM runs WHERE id IN ({marks})", runs)  # noqa: S608


def _delete_sweep(writer: sqlite3.Connection, sweep: str) -> None:
    for table in _SWEEP_TABLES:
        writer.execute(f"DELETE FROM {table} WHERE sweep = ?", (sweep,))  # noqa: S608  # constants
    writer.execute("DELETE FROM sweeps WHERE id = ?", (sweep,))


def _delete_experiment(writer: sqlite3.Connection, experiment: str) -> None:
    sweeps = "(SELECT id FROM sweeps WHERE experiment = ?)"
    for table in _SWEEP_TABLES:
        writer.execute(f"DELETE FROM {table} WHERE sweep IN {sweeps}", (experiment,))  # noqa: S608  # constants
    codebooks = "(SELECT id FROM codebooks WHERE experiment = ?)"
    writer.execute(f"DELETE FROM labels WHERE codebook IN {codebooks}", (experiment,))  # noqa: S608  # constants
    for table in ("sweeps", "versions", "codebooks"):
        writer.execute(f"DELETE FROM {table} WHERE experiment = ?", (experiment,))  # noqa: S608  # constants
    writer.execute("DELETE FROM deletions WHERE kind != 'experiment' AND experiment = ?", (experiment,))
    writer.execute("DELETE FROM edits WHERE kind = 'experiment' AND of = ?", (experiment,))
    writer.execute("DELETE FROM experiments WHERE id = ?", (experiment,))
