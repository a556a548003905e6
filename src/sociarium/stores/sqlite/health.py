"""Whether an embedded store is ready: what `doctor` says of it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

from sociarium.count_text import count_text
from sociarium.records.health import HealthCheck
from sociarium.stores.sqlite.migrate import outdated_rows
from sociarium.stores.sqlite.schema import SCHEMA, TABLES

_LEAST_FREE = 1_000_000_000
_MOST_CHECKED = 500_000_000
"""Bytes of a file that is read as a whole to check it."""
INDEXES = frozenset(re.findall(r"CREATE INDEX IF NOT EXISTS (\w+)", TABLES))


def facts(reader: sqlite3.Connection, path: Path) -> list[HealthCheck]:
    """What can be seen without writing."""
    bytes_ = sum(file.stat().st_size for file in _files(path))
    [experiments], [sweeps], [runs] = (
        reader.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608  # constants
        for table in ("experiments", "sweeps", "statuses")
    )
    engine = f"SQLite {sqlite3.sqlite_version}, schema {SCHEMA}, {bytes_ / 1e6:.1f} MB"
    contents = f"{count_text(experiments, 'experiment')}, {count_text(sweeps, 'sweep')}, {count_text(runs, 'run')}"
    return [
        HealthCheck("store", f"{path}: {engine}; {contents}"),
        _journal(reader),
        _indexes(reader),
        _rows(reader),
        _integrity(reader, bytes_),
        _disk_space(path),
    ]


def _files(path: Path) -> list[Path]:
    return [file for end in ("", "-wal") if (file := path.with_name(path.name + end)).exists()]


def _journal(reader: sqlite3.Connection) -> HealthCheck:
    mode = reader.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        problem = (
            f"the journal mode is {mode}, not wal; several processes would wait for each other: close every program "
            "that has the file open, and look again"
        )
        return HealthCheck("store journal", "", problem)
    return HealthCheck("store journal", "write-ahead, each commit on disk")


def _indexes(reader: sqlite3.Connection) -> HealthCheck:
    names = {row[0] for row in reader.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    if missing := sorted(INDEXES - names):
        mend = "`sociarium doctor --migrate` makes what is missing"
        return HealthCheck("store indexes", "", f"{', '.join(missing)} are not there, and lists are slow; {mend}")
    return HealthCheck("store indexes", f"all {len(INDEXES)} are there")


def _rows(reader: sqlite3.Connection) -> HealthCheck:
    if count := outdated_rows(reader):
        mend = "end older versions of Sociarium that still run, then `sociarium doctor --migrate`"
        return HealthCheck(
            "store rows",
            "",
            f"{count_text(count, 'row was', 'rows were')} written by an older version, and lists may miss them; {mend}",
        )
    return HealthCheck("store rows", "all of this version")


def _integrity(reader: sqlite3.Connection, bytes_: int) -> HealthCheck:
    if bytes_ > _MOST_CHECKED:
        return HealthCheck("store file", f"not read as a whole, it has {bytes_ / 1e9:.1f} GB")
    verdict = reader.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        return HealthCheck("store file", "", f"the file is damaged ({verdict}); copy it now, and go on with a backup")
    return HealthCheck("store file", "sound")


def _disk_space(path: Path) -> HealthCheck:
    free = shutil.disk_usage(path.resolve().parent).free
    if free < _LEAST_FREE:
        return HealthCheck(
            "store disk", "", f"{free / 1e9:.1f} GB are free beside {path}; make room before a long sweep"
        )
    return HealthCheck("store disk", f"{free / 1e9:.0f} GB free")
