"""What is planned, and lists of it, in the embedded store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sociarium.ports.store import Kind
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Experiment, ModelVersion, SweepRecord, Version
from sociarium.stores.sqlite import lists, rows, tables
from sociarium.stores.sqlite.database import SqliteDatabase
from sociarium.stores.sqlite.edits import insert_version

_KINDS: Mapping[Kind, str] = {"experiment": "experiments", "sweep": "sweeps", "run": "runs"}


class SqliteCatalogue(SqliteDatabase):
    """The catalogue port."""

    def save_experiment(self, experiment: Experiment, version: Version) -> tuple[Experiment, Version]:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.EXPERIMENTS.insert, rows.experiment_row(experiment))
            row = writer.execute(tables.EXPERIMENTS.select("WHERE id = ?"), (experiment.id,)).fetchone()
            stored_version = insert_version(writer, version)
        return rows.experiment(row), stored_version

    def add_version(self, version: Version) -> Version:
        """See the port."""
        with self._writing() as writer:
            return insert_version(writer, version)

    def experiments(self) -> Iterator[Experiment]:
        """See the port."""
        return map(rows.experiment, self._read(tables.EXPERIMENTS.select("ORDER BY created DESC, id")))

    def experiment(self, experiment: str) -> Experiment:
        """See the port."""
        return rows.experiment(self._row(tables.EXPERIMENTS, "experiment", experiment))

    def version(self, version: str) -> Version:
        """See the port."""
        return rows.version(self._row(tables.VERSIONS, "version", version))

    def versions(self, experiment: str) -> list[Version]:
        """See the port."""
        query = tables.VERSIONS.select("WHERE experiment = ? ORDER BY number")
        return [rows.version(row) for row in self._read(query, (experiment,))]

    def save_sweep(self, sweep: SweepRecord) -> SweepRecord:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.SWEEPS.insert, rows.sweep_row(sweep))
            return rows.sweep(writer.execute(tables.SWEEPS.select("WHERE id = ?"), (sweep.id,)).fetchone())

    def sweeps(self, experiment: str | None = None) -> list[SweepRecord]:
        """See the port."""
        where, values = ("WHERE experiment = ?", (experiment,)) if experiment else ("", ())
        return [
            rows.sweep(row) for row in self._read(tables.SWEEPS.select(f"{where} ORDER BY created DESC, id"), values)
        ]

    def sweep(self, sweep: str) -> SweepRecord:
        """See the port."""
        return rows.sweep(self._row(tables.SWEEPS, "sweep", sweep))

    def model_versions(self, sweep: str) -> list[ModelVersion]:
        """See the port."""
        query = tables.EPOCHS.select("WHERE sweep = ? ORDER BY model, number")
        return [rows.model_version(row) for row in self._read(query, (sweep,))]

    def add_model_version(self, model_version: ModelVersion) -> ModelVersion:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.EPOCHS.insert, rows.model_version_row(model_version))
            key = (model_version.sweep, model_version.model, model_version.number)
            query = tables.EPOCHS.select("WHERE sweep = ? AND model = ? AND number = ?")
            return rows.model_version(writer.execute(query, key).fetchone())

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
