"""The store port over one SQLite file: WAL, `synchronous=FULL`, one writing connection a process."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from sociarium.errors import NotFound, SetupError, SociariumError, StoreError, StoreUnavailable
from sociarium.ports.store import Kind, Record
from sociarium.records.events import Event, Happening
from sociarium.records.health import HealthCheck
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Deletion, Edit, Experiment, Member, ModelVersion, Subject, SweepRecord, Version
from sociarium.records.runs import Claim, Run, RunState, RunStatus, SweepSlot, Worker
from sociarium.stores.schema_version import mismatch
from sociarium.stores.sqlite import edits, health, lists, rows
from sociarium.stores.sqlite.batch_insert import Batch, insert_members
from sociarium.stores.sqlite.claims import bring_up, insert_claims
from sociarium.stores.sqlite.edits import insert_version
from sociarium.stores.sqlite.filesystem import network_file_system
from sociarium.stores.sqlite.migrate import add_columns, migrate
from sociarium.stores.sqlite.schema import APPLICATION, SCHEMA, TABLES

T = TypeVar("T")

_BUSY_SECONDS = 60.0
_MOST_VARIABLES = 900
_KINDS: Mapping[Kind, str] = {"experiment": "experiments", "sweep": "sweeps", "run": "runs"}


class SqliteStore:
    """The embedded store."""

    def __init__(self, path: Path, *, migrate: bool = False) -> None:
        """Open the file, or make it.

        Args:
            migrate: bring one of an older version up to date; without it such a one is refused.

        Raises:
            SetupError: the file lies on a network file system, its folder cannot be made, or it is not a store.
            StoreMismatch: another version of Sociarium made it.
            StoreUnavailable: it is locked for a minute.
        """
        self.path = path
        self._lock = threading.RLock()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._refuse_network()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"the folder of the store {path} cannot be made: {error.strerror}") from error
        with self._mapped_errors(opening=True):
            self._writer = self._connect()
            self._prepare(bring_up_to_date=migrate)

    @property
    def url(self) -> str:
        """`sqlite:///path`."""
        return f"sqlite:///{self.path}"

    def save_experiment(self, experiment: Experiment, version: Version) -> tuple[Experiment, Version]:
        """See the port."""
        with self._writing() as writer:
            writer.execute(rows.EXPERIMENTS.insert, rows.experiment_row(experiment))
            row = writer.execute(rows.EXPERIMENTS.select("WHERE id = ?"), (experiment.id,)).fetchone()
            numbered = insert_version(writer, version)
        return rows.experiment(row), numbered

    def add_version(self, version: Version) -> Version:
        """See the port."""
        with self._writing() as writer:
            return insert_version(writer, version)

    def experiments(self) -> Iterator[Experiment]:
        """See the port."""
        return map(rows.experiment, self._read(rows.EXPERIMENTS.select("ORDER BY created DESC, id")))

    def experiment(self, experiment: str) -> Experiment:
        """See the port."""
        return rows.experiment(self._one(rows.EXPERIMENTS, "experiment", experiment))

    def version(self, version: str) -> Version:
        """See the port."""
        return rows.version(self._one(rows.VERSIONS, "version", version))

    def versions(self, experiment: str) -> list[Version]:
        """See the port."""
        query = rows.VERSIONS.select("WHERE experiment = ? ORDER BY number")
        return [rows.version(row) for row in self._read(query, (experiment,))]

    def save_sweep(self, sweep: SweepRecord) -> SweepRecord:
        """See the port."""
        with self._writing() as writer:
            writer.execute(rows.SWEEPS.insert, rows.sweep_row(sweep))
            return rows.sweep(writer.execute(rows.SWEEPS.select("WHERE id = ?"), (sweep.id,)).fetchone())

    def sweeps(self, experiment: str | None = None) -> list[SweepRecord]:
        """See the port."""
        only, values = ("WHERE experiment = ?", (experiment,)) if experiment else ("", ())
        return [rows.sweep(row) for row in self._read(rows.SWEEPS.select(f"{only} ORDER BY created DESC, id"), values)]

    def sweep(self, sweep: str) -> SweepRecord:
        """See the port."""
        return rows.sweep(self._one(rows.SWEEPS, "sweep", sweep))

    def model_versions(self, sweep: str) -> list[ModelVersion]:
        """See the port."""
        query = rows.EPOCHS.select("WHERE sweep = ? ORDER BY model, number")
        return [rows.epoch(row) for row in self._read(query, (sweep,))]

    def add_model_version(self, model_version: ModelVersion) -> ModelVersion:
        """See the port."""
        with self._writing() as writer:
            writer.execute(rows.EPOCHS.insert, rows.epoch_row(model_version))
            key = (model_version.sweep, model_version.model, model_version.number)
            query = rows.EPOCHS.select("WHERE sweep = ? AND model = ? AND number = ?")
            return rows.epoch(writer.execute(query, key).fetchone())

    def ids_with_prefix(self, kind: Kind, prefix: str) -> list[str]:
        """See the port."""
        # A prefix is a range of the primary key; ids are hexadecimal, so "g" ends it.
        query = f"SELECT id FROM {_KINDS[kind]} WHERE id >= ? AND id < ? ORDER BY id LIMIT 10"  # noqa: S608  # constants
        return [row[0] for row in self._read(query, (prefix, f"{prefix}g"))]

    def list_experiments(self, criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
        """See the port."""
        statement, values = lists.experiments(criteria)
        return map(lists.listed_experiment, self._read(statement, values))

    def list_runs(self, criteria: RunQuery) -> Iterator[ListedRun]:
        """See the port."""
        statement, values = lists.runs(criteria)
        return map(lists.listed_run, self._read(statement, values))

    def place_runs(self, members: Sequence[Member], runs: Sequence[Run]) -> list[RunStatus]:
        """See the port."""
        with self._writing() as writer:
            writer.executemany(rows.RUNS.insert, map(rows.run_row, runs))
            writer.executemany(rows.STATUSES.insert, map(rows.status_row, runs))
            return _in_order(writer, insert_members(writer, members))

    def slots(self, sweep: str) -> Iterator[SweepSlot]:
        """See the port."""
        columns = ", ".join(("m.position", "m.replicate", "m.condition", *(f"s.{c}" for c in rows.STATUSES.columns)))
        query = (
            f"SELECT {columns} FROM members m JOIN statuses s ON s.run = m.run "  # noqa: S608  # constants
            "WHERE m.sweep = ? ORDER BY m.position"
        )
        return map(rows.place, self._read(query, (sweep,)))

    def members_of_run(self, run: str) -> list[Member]:
        """See the port."""
        columns = ", ".join(f"m.{column}" for column in rows.MEMBERS.columns)
        query = (
            f"SELECT {columns} FROM members m JOIN sweeps s ON s.id = m.sweep WHERE m.run = ? "  # noqa: S608
            "ORDER BY s.created DESC, m.sweep, m.position"
        )
        return [rows.member(row) for row in self._read(query, (run,))]

    def run(self, run: str) -> Run:
        """See the port."""
        return rows.run(self._one(rows.RUNS, "run", run))

    def runs(self, ids: Sequence[str]) -> list[Run]:
        """See the port."""
        by_id = {
            row[0]: rows.run(row)
            for some in _slices(ids)
            for row in self._read(rows.RUNS.select(f"WHERE id IN ({_marks(some)})"), some)
        }
        if missing := [id_ for id_ in ids if id_ not in by_id]:
            raise NotFound(f"there is no run {missing[0]} in {self.url}")
        return [by_id[id_] for id_ in ids]

    def run_statuses(self, runs: Sequence[str]) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            return _in_order(self._reader(), runs)

    def claimed_runs(self, experiment: str) -> list[RunStatus]:
        """See the port."""
        query = rows.STATUSES.select("WHERE experiment = ? AND state = ? ORDER BY run")
        return [rows.status(row) for row in self._read(query, (experiment, RunState.RUNNING.value))]

    def size_of(self, experiment: str) -> tuple[int, int]:
        """See the port."""
        query = "SELECT COUNT(*), COALESCE(SUM(messages), 0) FROM statuses WHERE experiment = ?"
        [(runs, messages)] = self._read(query, (experiment,))
        return runs, messages

    def claim(self, claim: Claim) -> Claim:
        """See the port."""
        return self.claim_all([claim])[0]

    def claim_all(self, claims: Sequence[Claim]) -> list[Claim]:
        """See the port."""
        with self._writing() as writer:
            entries = insert_claims(writer, claims)
            bring_up(writer, entries)
        return entries

    def claims(self, run: str) -> list[Claim]:
        """See the port."""
        query = rows.CLAIMS.select("WHERE run = ? ORDER BY token")
        return [rows.claim(row) for row in self._read(query, (run,))]

    def record_heartbeat(self, worker: Worker) -> None:
        """See the port."""
        with self._writing() as writer:
            writer.execute(rows.WORKERS.upsert("beat", "doing"), rows.worker_row(worker))

    def workers(self, ids: Sequence[str]) -> Mapping[str, Worker]:
        """See the port."""
        records = (
            rows.worker(row)
            for some in _slices(ids)
            for row in self._read(rows.WORKERS.select(f"WHERE id IN ({_marks(some)})"), some)
        )
        return {worker.id: worker for worker in records}

    def put_input(self, input_: Input) -> Input:
        """See the port."""
        with self._writing() as writer:
            writer.execute(rows.INPUTS.insert, rows.input_row(input_))
            query = rows.INPUTS.select("WHERE run = ? AND number = ?")
            return rows.input_(writer.execute(query, (input_.run, input_.number)).fetchone())

    def inputs(self, run: str, *, after: int = 0) -> list[Input]:
        """See the port."""
        query = rows.INPUTS.select("WHERE run = ? AND number > ? ORDER BY number")
        return [rows.input_(row) for row in self._read(query, (run, after))]

    def append(self, records: Sequence[Record]) -> list[Record]:
        """See the port."""
        batch = Batch(records)
        with self._writing() as writer:
            return batch.insert(writer)

    def journal(self, run: str) -> list[JournalEntry]:
        """See the port."""
        query = rows.JOURNAL.select("WHERE run = ? ORDER BY ordinal, key")
        return [rows.entry(row) for row in self._read(query, (run,))]

    def events(self, run: str) -> list[Event]:
        """See the port."""
        query = rows.EVENTS.select("WHERE run = ? ORDER BY seq, key")
        return [rows.event(row) for row in self._read(query, (run,))]

    def outline(self, runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
        """See the port."""
        for some in _slices(runs):
            yield from map(lists.outline_line, self._read(lists.outline(_marks(some)), some))

    def erase(self, run: str, *, before: int) -> None:
        """See the port."""
        with self._writing() as writer:
            writer.execute("DELETE FROM events WHERE run = ?", (run,))
            writer.execute("DELETE FROM journal WHERE run = ? AND token < ?", (run, before))

    def append_edit(self, edit: Edit) -> Edit:
        """See the port."""
        with self._writing() as writer:
            return edits.insert_edit(writer, edit)

    def latest_edits(self, kind: Subject, ids: Sequence[str]) -> Mapping[str, Edit]:
        """See the port."""
        entries = (
            rows.edit(row)
            for some in _slices(ids)
            for row in self._read(
                rows.EDITS.select(f"WHERE kind = ? AND of IN ({_marks(some)}) ORDER BY revision"), (kind, *some)
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
        return [rows.deletion(row) for row in self._read(rows.DELETIONS.select("ORDER BY at, kind, of"))]

    def delete_part(self, deletion: Deletion, *, most: int) -> int:
        """See the port."""
        with self._writing() as writer:
            return edits.discard(writer, deletion, most)

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

    def close(self) -> None:
        """See the port."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _one(self, table: rows.Table, kind: str, id_: str) -> rows.Row:
        matches = list(self._read(table.select("WHERE id = ?"), (id_,)))
        if not matches:
            raise NotFound(f"there is no {kind} {id_} in {self.url}")
        return matches[0]

    def _refuse_network(self) -> None:
        kind = network_file_system(self.path)
        if kind:
            raise SetupError(
                f"the store {self.path} lies on a network file system ({kind}), where SQLite loses data; put it on a "
                "local disk with `--store sqlite:///path`, or use MongoDB"
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        connection.create_function("has_levels", 2, lists.has_levels, deterministic=True)
        with self._lock:
            self._connections.append(connection)
        return connection

    def _prepare(self, *, bring_up_to_date: bool) -> None:
        _switch_to_wal(self._writer)
        with self._writing() as writer:
            version = writer.execute("PRAGMA user_version").fetchone()[0]
            owner = writer.execute("PRAGMA application_id").fetchone()[0]
            tables = writer.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            if tables and owner != APPLICATION:
                raise SetupError(f"{self.path} is a SQLite file of another program; name another file with `--store`")
            if tables and (version > SCHEMA or (version < SCHEMA and not bring_up_to_date)):
                raise mismatch(str(self.path), version, SCHEMA)
            if tables and bring_up_to_date:
                migrate(writer, version)
            elif tables:
                add_columns(writer)
            if not tables:
                for statement in TABLES.split(";"):
                    writer.execute(statement)
                writer.execute(f"PRAGMA application_id={APPLICATION}")
                writer.execute(f"PRAGMA user_version={SCHEMA}")

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

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._mapped_errors():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

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


def _in_order(connection: sqlite3.Connection, runs: Sequence[str]) -> list[RunStatus]:
    by_id = {}
    for some in _slices(runs):
        for row in connection.execute(rows.STATUSES.select(f"WHERE run IN ({_marks(some)})"), tuple(some)):
            by_id[row[0]] = rows.status(row)
    missing = [run for run in runs if run not in by_id]
    if missing:
        raise NotFound(f"there is no run {missing[0]}")
    return [by_id[run] for run in runs]


def _slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _MOST_VARIABLES] for start in range(0, len(items), _MOST_VARIABLES))


def _marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))
