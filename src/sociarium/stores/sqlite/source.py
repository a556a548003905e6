"""How connections open a store's file: to be written, or where that cannot be, to be read as it stands."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sociarium.stores.sqlite.schema import LATER_COLUMNS


@dataclass(frozen=True, slots=True)
class ConnectionSource:
    """What `sqlite3.connect` is given.

    Attributes:
        database: a path, or a URI where the file is only read.
        copy: the folder of a copy that is read instead; it goes when the store is closed.
    """

    database: str
    read_only: bool = False
    copy: tempfile.TemporaryDirectory[str] | None = None

    @property
    def is_uri(self) -> bool:
        """Whether `database` is a URI."""
        return self.read_only and self.copy is None

    def close(self) -> None:
        """Take the copy away, if there is one."""
        if self.copy is not None:
            self.copy.cleanup()


def can_be_written(path: Path) -> bool:
    """Whether SQLite can write a file, beside which it makes others; one that is not there yet counts as its folder."""
    return (not path.exists() or os.access(path, os.W_OK)) and (
        not path.parent.exists() or os.access(path.parent, os.W_OK | os.X_OK)
    )


def source_for_reading(path: Path, *, is_local: bool, is_brief: bool = False) -> ConnectionSource:
    """The way to read a file that cannot be written, or is not to be.

    Args:
        is_local: whether it lies on a disk of this machine, so that what other processes lock there can be seen.
        is_brief: whether it is read once and left, so that what others write meanwhile need not be seen: beside a file
            that nobody has open SQLite then leaves none of its own.

    Raises:
        OSError, sqlite3.Error: it cannot be read either.
    """
    uri = f"file:{quote(str(path.absolute()))}"
    ways = [f"{uri}?mode=ro"] if is_local else []
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        # SQLite looks for no log beside a file that nobody changes, and needs no files of its own there.
        ways.append(f"{uri}?mode=ro&immutable=1")
    if is_brief and not log.exists():
        ways.reverse()
    for way in ways:
        if _is_readable_and_whole(way):
            return ConnectionSource(way, read_only=True)
    return _copy_source(path, log)


def _copy_source(path: Path, log: Path) -> ConnectionSource:
    """A copy with what its log holds and the columns that it lacks."""
    folder = tempfile.TemporaryDirectory(prefix="sociarium-read-")
    try:
        copy = Path(folder.name) / path.name
        shutil.copyfile(path, copy)
        if log.exists():
            shutil.copyfile(log, copy.with_name(log.name))
    except BaseException:
        folder.cleanup()
        raise
    return ConnectionSource(str(copy), read_only=True, copy=folder)


def _is_readable_and_whole(uri: str) -> bool:
    """Whether a file can be read this way; one that lacks columns of this version has to be copied to get them."""
    try:
        connection = sqlite3.connect(uri, uri=True)
    except sqlite3.OperationalError:
        return False
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master")
        for table, column, _ in LATER_COLUMNS:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            if columns and column not in columns:
                return False
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True  # no store: who opens it says so
    finally:
        connection.close()
    return True
