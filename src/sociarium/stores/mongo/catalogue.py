"""What is planned, and lists of it, in the shared store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pymongo import ASCENDING, DESCENDING

from sociarium.errors import StoreUnavailable
from sociarium.ports.store import Kind
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Experiment, ModelVersion, SweepRecord, Version
from sociarium.stores.mongo import documents, experiment_list, run_list, schema
from sociarium.stores.mongo.database import MongoDatabase

_MOST_TRIES = 1000
_KINDS: Mapping[Kind, str] = {"experiment": schema.EXPERIMENTS, "sweep": schema.SWEEPS, "run": schema.RUNS}
_LATEST_FIRST = [("created", DESCENDING), ("_id", ASCENDING)]


class MongoCatalogue(MongoDatabase):
    """The catalogue port."""

    def save_experiment(self, experiment: Experiment, version: Version) -> tuple[Experiment, Version]:
        """See the port."""
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.EXPERIMENTS, [documents.document(experiment)])
            stored_version = self._number_version(version)
        return documents.record(Experiment, conflicts[experiment.id]) if conflicts else experiment, stored_version

    def add_version(self, version: Version) -> Version:
        """See the port."""
        with self._mapped_errors():
            return self._number_version(version)

    def experiments(self) -> Iterator[Experiment]:
        """See the port."""
        with self._mapped_errors():
            matches = list(self._collection(schema.EXPERIMENTS).find({}, sort=_LATEST_FIRST))
        return (documents.record(Experiment, document) for document in matches)

    def experiment(self, experiment: str) -> Experiment:
        """See the port."""
        return documents.record(Experiment, self._document(schema.EXPERIMENTS, "experiment", experiment))

    def version(self, version: str) -> Version:
        """See the port."""
        return documents.record(Version, self._document(schema.VERSIONS, "version", version))

    def versions(self, experiment: str) -> list[Version]:
        """See the port."""
        with self._mapped_errors():
            cursor = self._collection(schema.VERSIONS).find({"experiment": experiment}, sort=[("number", ASCENDING)])
            return [documents.record(Version, document) for document in cursor]

    def save_sweep(self, sweep: SweepRecord) -> SweepRecord:
        """See the port."""
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.SWEEPS, [documents.sweep_document(sweep)])
        return documents.sweep(conflicts[sweep.id]) if conflicts else sweep

    def sweeps(self, experiment: str | None = None) -> list[SweepRecord]:
        """See the port."""
        filter_ = {} if experiment is None else {"experiment": experiment}
        with self._mapped_errors():
            cursor = self._collection(schema.SWEEPS).find(filter_, sort=_LATEST_FIRST)
            return [documents.sweep(document) for document in cursor]

    def sweep(self, sweep: str) -> SweepRecord:
        """See the port."""
        return documents.sweep(self._document(schema.SWEEPS, "sweep", sweep))

    def model_versions(self, sweep: str) -> list[ModelVersion]:
        """See the port."""
        with self._mapped_errors():
            sort = [("model", ASCENDING), ("number", ASCENDING)]
            return [
                documents.model_version(document)
                for document in self._collection(schema.EPOCHS).find({"sweep": sweep}, sort=sort)
            ]

    def add_model_version(self, model_version: ModelVersion) -> ModelVersion:
        """See the port."""
        with self._mapped_errors():
            document = documents.model_version_document(model_version)
            conflicts = self._insert_missing(schema.EPOCHS, [document])
        return documents.model_version(conflicts[document["_id"]]) if conflicts else model_version

    def ids_with_prefix(self, kind: Kind, prefix: str) -> list[str]:
        """See the port."""
        # A prefix is a range of `_id`; ids are hexadecimal, so "g" ends it.
        filter_ = {"_id": {"$gte": prefix, "$lt": f"{prefix}g"}}
        with self._mapped_errors():
            cursor = self._collection(_KINDS[kind]).find(filter_, {"_id": 1}, sort=[("_id", ASCENDING)], limit=10)
            return [document["_id"] for document in cursor]

    def list_experiments(self, criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
        """See the port."""
        return self._iterate(experiment_list.experiments(self._database, criteria))

    def list_runs(self, criteria: RunQuery) -> Iterator[ListedRun]:
        """See the port."""
        return self._iterate(run_list.runs(self._database, criteria))

    def _number_version(self, version: Version) -> Version:
        versions = self._collection(schema.VERSIONS)
        for _ in range(_MOST_TRIES):
            if (document := versions.find_one({"_id": version.id})) is not None:
                return documents.record(Version, document)
            filter_ = {"experiment": version.experiment}
            last = versions.find_one(filter_, {"number": 1}, sort=[("number", DESCENDING)])
            number = 1 if last is None else last["number"] + 1
            # Refused when another took the number meanwhile, or saved this very version: look again.
            self._insert(schema.VERSIONS, [documents.version_document(version, number)])
        raise StoreUnavailable(f"the store {self.url} gives no number to a version: too many are saved at once")
