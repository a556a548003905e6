"""Runs, their slots and who works on them in the embedded store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from sociarium.errors import NotFound
from sociarium.records.plans import Member
from sociarium.records.runs import Claim, DerivedRun, Run, RunState, RunStatus, SweepSlot, Worker
from sociarium.stores.sqlite import rows, tables
from sociarium.stores.sqlite.batch_insert import insert_members, insert_rows
from sociarium.stores.sqlite.claims import bring_up, insert_claims
from sociarium.stores.sqlite.database import SqliteDatabase, marks, slices


class SqliteRuns(SqliteDatabase):
    """The port of runs and claims."""

    def place_runs(self, members: Sequence[Member], runs: Sequence[Run]) -> list[RunStatus]:
        """See the port."""
        with self._writing() as writer:
            insert_rows(writer, tables.RUNS, list(map(rows.run_row, runs)))
            insert_rows(writer, tables.STATUSES, list(map(rows.status_row, runs)))
            return _statuses_in_order(writer, insert_members(writer, members))

    def slots(self, sweep: str, *, start: int = 0, most: int | None = None) -> Iterator[SweepSlot]:
        """See the port."""
        columns = ", ".join(("m.position", "m.replicate", "m.condition", *(f"s.{c}" for c in tables.STATUSES.columns)))
        query = (
            f"SELECT {columns} FROM members m JOIN statuses s ON s.run = m.run "  # noqa: S608  # constants
            "WHERE m.sweep = ? AND m.position >= ? ORDER BY m.position LIMIT ?"
        )
        return map(rows.slot, self._read(query, (sweep, start, -1 if most is None else most)))

    def members_of_run(self, run: str) -> list[Member]:
        """See the port."""
        return list(self.members_of([run]))

    def members_of(self, runs: Sequence[str]) -> Iterator[Member]:
        """See the port."""
        columns = ", ".join(f"m.{column}" for column in tables.MEMBERS.columns)
        for page in slices(sorted(set(runs))):
            query = (
                f"SELECT {columns} FROM members m JOIN sweeps s ON s.id = m.sweep "  # noqa: S608  # constants
                f"WHERE m.run IN ({marks(page)}) ORDER BY m.run, s.created DESC, m.sweep, m.position"
            )
            yield from map(rows.member, self._read(query, page))

    def run(self, run: str) -> Run:
        """See the port."""
        return rows.run(self._row(tables.RUNS, "run", run))

    def runs(self, ids: Sequence[str]) -> list[Run]:
        """See the port."""
        by_id = {
            row[0]: rows.run(row)
            for page in slices(ids)
            for row in self._read(tables.RUNS.select(f"WHERE id IN ({marks(page)})"), page)
        }
        if missing := [id_ for id_ in ids if id_ not in by_id]:
            raise NotFound(f"there is no run {missing[0]} in {self.url}")
        return [by_id[id_] for id_ in ids]

    def derived_runs(self, run: str) -> list[DerivedRun]:
        """See the port."""
        return [derived for _, derived in self.derived_runs_of([run])]

    def derived_runs_of(self, runs: Sequence[str]) -> Iterator[tuple[str, DerivedRun]]:
        """See the port."""
        for page in slices(sorted(set(runs))):
            query = (
                "SELECT DISTINCT r.origin, r.id, r.origin_at, m.sweep, s.created FROM runs r "  # noqa: S608  # constants
                "JOIN members m ON m.run = r.id JOIN sweeps s ON s.id = m.sweep "
                f"WHERE r.origin IN ({marks(page)}) ORDER BY r.origin, s.created DESC, m.sweep, r.id"
            )
            for row in self._read(query, page):
                yield row[0], DerivedRun(*row[1:4])

    def run_statuses(self, runs: Sequence[str]) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            return _statuses_in_order(self._reader(), runs)

    def claimed_runs(self, experiment: str) -> list[RunStatus]:
        """See the port."""
        query = tables.STATUSES.select("WHERE experiment = ? AND state = ? ORDER BY run")
        return [rows.status(row) for row in self._read(query, (experiment, RunState.RUNNING.value))]

    def size_of(self, experiment: str) -> tuple[int, int]:
        """See the port."""
        query = (
            "SELECT COUNT(*), COALESCE(SUM(messages), 0) FROM statuses WHERE experiment = ? "
            "AND EXISTS (SELECT 1 FROM members WHERE members.run = statuses.run)"
        )
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
        return list(self.claims_of([run]))

    def claims_of(self, runs: Sequence[str]) -> Iterator[Claim]:
        """See the port."""
        return map(rows.claim, self._rows_of_runs(tables.CLAIMS, runs, "token"))

    def record_heartbeat(self, worker: Worker) -> None:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.WORKERS.upsert("beat", "doing"), rows.worker_row(worker))

    def workers(self, ids: Sequence[str]) -> Mapping[str, Worker]:
        """See the port."""
        records = (
            rows.worker(row)
            for page in slices(ids)
            for row in self._read(tables.WORKERS.select(f"WHERE id IN ({marks(page)})"), page)
        )
        return {worker.id: worker for worker in records}


def _statuses_in_order(connection: sqlite3.Connection, runs: Sequence[str]) -> list[RunStatus]:
    by_id = {}
    for page in slices(runs):
        for row in connection.execute(tables.STATUSES.select(f"WHERE run IN ({marks(page)})"), tuple(page)):
            by_id[row[0]] = rows.status(row)
    missing = [run for run in runs if run not in by_id]
    if missing:
        raise NotFound(f"there is no run {missing[0]}")
    return [by_id[run] for run in runs]
