"""A SQLite file as stores use it: one writing connection a process, one reading connection a thread, and its errors."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sociarium.errors import NotFound, SetupError, StoreError, StoreUnavailable
from sociarium.stores.schema_version import mismatch
from sociarium.stores.sqlite import lists, rows, tables
from sociarium.stores.sqlite.filesystem import network_file_system
from sociarium.stores.sqlite.migrate import add_columns, migrate
from sociarium.stores.sqlite.prompt_thread import PROMPT_THREADS
from sociarium.stores.sqlite.schema import APPLICATION, SCHEMA, TABLES
from sociarium.stores.sqlite.source import ConnectionSource, can_be_written, source_for_reading

T = TypeVar("T")

_BUSY_SECONDS = 60.0
_BUSY_PAUSE = 0.001
_LONGEST_DOZE = 8
"""Milliseconds that SQLite itself waits for another writer, ever longer up to a tenth of a second if it may: most
turns are shorter, and a file that is free should not wait for who sleeps."""
_PRIMARY_CODE = 0xFF
_PAGES_IN_LOG = 4000
"""Pages of the log until they are copied into the file, four times the default: whoever commits the last of them
copies, and everybody else who writes waits."""
_MOST_VARIABLES = 900


class SqliteDatabase:
    """An open file.

    Concurrency: any thread may use it; writing takes turns by a lock, and between processes by SQLite's own.
    Ownership: it opens its connections and closes them all.
    """

    def __init__(self, path: Path, *, migrate: bool = False, read_only: bool = False, is_shared: bool = False) -> None:
        """Open the file, or make it. One that cannot be written is read as it stands.

        Args:
            migrate: bring one of an older version up to date; without it such a one is refused.
            read_only: read it once, as it stands now, and leave no trace of it.
            is_shared: other processes write to it all the while, and wait for this one.

        Raises:
            SetupError: the file lies on a network file system, its folder cannot be made, or it is not a store.
            StoreMismatch: another version of Sociarium made it.
            StoreUnavailable: it is locked for a minute.
        """
        self.path = path
        self._hold_promptly = PROMPT_THREADS.hold if is_shared else nullcontext
        self._lock = threading.RLock()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._source = self._find_source(read_only=read_only)
        with self._mapped_errors(opening=True):
            self._writer = self._connect()
            if not self._source.read_only:
                self._prepare(bring_up_to_date=migrate)
            elif self._refuse_others(self._writer, bring_up_to_date=False) and self._source.copy is not None:
                add_columns(self._writer)
            self._writer.execute(f"PRAGMA busy_timeout={_LONGEST_DOZE}")

    @property
    def url(self) -> str:
        """`sqlite:///path`."""
        return f"sqlite:///{self.path}"

    def close(self) -> None:
        """See the port."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._source.close()

    def _row(self, table: tables.StoreTable, kind: str, id_: str) -> rows.Row:
        matches = list(self._read(table.select("WHERE id = ?"), (id_,)))
        if not matches:
            raise NotFound(f"there is no {kind} {id_} in {self.url}")
        return matches[0]

    def _find_source(self, *, read_only: bool) -> ConnectionSource:
        network = network_file_system(self.path)
        if self.path.exists() and (read_only or not can_be_written(self.path)):
            try:
                with self._mapped_errors(opening=True):
                    return source_for_reading(self.path, is_local=not network, is_brief=read_only)
            except OSError as error:
                raise SetupError(f"the store {self.path} cannot be read: {error.strerror}") from error
        if network:
            raise SetupError(
                f"the store {self.path} lies on a network file system ({network}), where SQLite loses data; put it on "
                "a local disk with `--store sqlite:///path`, or use MongoDB"
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"the folder of the store {self.path} cannot be made: {error.strerror}") from error
        return ConnectionSource(str(self.path))

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._source.database,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            uri=self._source.is_uri,
        )
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={_PAGES_IN_LOG}")
        connection.create_function("has_levels", 2, lists.has_levels, deterministic=True)
        with self._lock:
            self._connections.append(connection)
        return connection

    def _prepare(self, *, bring_up_to_date: bool) -> None:
        _switch_to_wal(self._writer)
        with self._writing() as writer:
            objects = self._refuse_others(writer, bring_up_to_date=bring_up_to_date)
            if objects and bring_up_to_date:
                migrate(writer, writer.execute("PRAGMA user_version").fetchone()[0])
            elif objects:
                add_columns(writer)
            if not objects:
                for statement in TABLES.split(";"):
                    writer.execute(statement)
                writer.execute(f"PRAGMA application_id={APPLICATION}")
                writer.execute(f"PRAGMA user_version={SCHEMA}")

    def _refuse_others(self, connection: sqlite3.Connection, *, bring_up_to_date: bool) -> bool:
        """Whether the file holds a store already; raises if it is another program's or another version's."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        objects = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        if objects and owner != APPLICATION:
            raise SetupError(f"{self.path} is a SQLite file of another program; name another file with `--store`")
        if objects and (version > SCHEMA or (version < SCHEMA and not bring_up_to_date)):
            raise mismatch(str(self.path), version, SCHEMA)
        return bool(objects)

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    def _read(self, query: str, values: Sequence[Any] = ()) -> Iterator[rows.Row]:
        with self._mapped_errors():
            # `yield from` would close the cursor of a reading that is given up, which a closed store refuses.
            for row in self._reader().execute(query, tuple(values)):  # noqa: UP028
                yield row

    def _rows_of_runs(
        self, table: tables.StoreTable, runs: Iterable[str], order: str, where: str = "", values: Sequence[Any] = ()
    ) -> Iterator[rows.Row]:
        """The rows of some runs, in the order of their ids and then as `order` says.

        Args:
            where: a further condition, with its values.
        """
        for page in slices(sorted(set(runs))):
            condition = f"run IN ({marks(page)})" + (f" AND {where}" if where else "")
            yield from self._read(table.select(f"WHERE {condition} ORDER BY run, {order}"), (*page, *values))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self._source.read_only:
            raise SetupError(
                f"the store {self.path} can only be read here; to change it, get the right to write it and its folder"
            )
        with self._lock, self._mapped_errors(), self._hold_promptly():
            self._take_turn()
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def _take_turn(self) -> None:
        """Begin to write once no other process does."""
        end = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                    raise
                time.sleep(_BUSY_PAUSE)
            else:
                return

    def _write_anew(self) -> None:
        """Write the file without what was deleted, and empty the log beside it."""
        with self._writing():
            pass  # refuses where nothing may be written
        with self._lock, self._mapped_errors(), self._patience():
            self._writer.execute("VACUUM")
            busy = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if busy:
                raise StoreUnavailable(
                    f"somebody reads the store {self.path} just now, so what was deleted is still in "
                    f"{self.path.name}-wal; run the same command again when they are done"
                )

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Have SQLite itself wait for others, in statements that are no turn."""
        self._writer.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000:.0f}")
        try:
            yield
        finally:
            self._writer.execute(f"PRAGMA busy_timeout={_LONGEST_DOZE}")

    @contextmanager
    def _mapped_errors(self, *, opening: bool = False) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            text = str(error)
            if "readonly" in text or "unable to open" in text:
                raise SetupError(
                    f"the store {self.path} cannot be written: {text}; check its folder's rights"
                ) from error
            raise StoreUnavailable(
                f"the store {self.path} cannot be used now: {text}; nothing is lost, run the same command again"
            ) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise StoreError(f"the store {self.path} cannot keep this: {error}") from error
        except sqlite3.ProgrammingError as error:
            raise StoreUnavailable(f"the store {self.path} is closed") from error
        except sqlite3.DatabaseError as error:
            if opening:
                raise SetupError(f"{self.path} is not a Sociarium store ({error}); name another file") from error
            raise StoreError(f"the store {self.path} refuses: {error}") from error


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # The switch of a new file needs it alone for a moment and does not wait as other statements do.
    for attempt in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.05)
        else:
            return


def slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, no more at a time than a statement takes variables, which leaves some for others."""
    return (items[start : start + _MOST_VARIABLES] for start in range(0, len(items), _MOST_VARIABLES))


def marks(items: Sequence[object]) -> str:
    """A `?` for each item, as statements have them for values."""
    return ", ".join("?" * len(items))
