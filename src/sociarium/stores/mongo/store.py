"""The store port over a MongoDB database.

Only operations on single documents, and only unique inserts are trusted: no transactions, change streams, joins in
the server, or documents that expire. So it is the same on a standalone server, on a replica set and on Atlas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from pymongo import ASCENDING, DESCENDING, MongoClient
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from sociarium.errors import NotFound, SociariumError, StoreUnavailable
from sociarium.ports.store import Kind, Record
from sociarium.records.events import Event, Happening
from sociarium.records.health import HealthCheck
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Deletion, Edit, Experiment, Member, ModelVersion, Subject, SweepRecord, Version
from sociarium.records.runs import Claim, Run, RunState, RunStatus, SweepSlot, Worker
from sociarium.stores.mongo import documents, health, lists, schema
from sociarium.stores.mongo.delete import discard
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.errors import is_duplicate, mapped_errors
from sociarium.stores.mongo.paging import distinct, slices
from sociarium.stores.mongo.setup import prepare

T = TypeVar("T")

_PAGE = 1000
_MOST_TRIES = 1000
_KINDS: Mapping[Kind, str] = {"experiment": schema.EXPERIMENTS, "sweep": schema.SWEEPS, "run": schema.RUNS}
_LATEST_FIRST = [("created", DESCENDING), ("_id", ASCENDING)]


class MongoStore:
    """The shared store. The client keeps a pool of connections and may be used by any thread."""

    def __init__(
        self, client: MongoClient[Document], database: str, *, url: str, create: bool = True, migrate: bool = False
    ) -> None:
        """Take over a client, and mark and index the database unless that is done.

        Args:
            client: closed with the store.
            url: where it is, without a password.
            create: make a store of a database that holds none.
            migrate: bring one of an older version up to date; without it such a one is refused.

        Raises:
            SetupError: it may not be used so, holds something else, or no store although none is to be made.
            StoreMismatch: another version of Sociarium made it.
            StoreUnavailable: the server cannot be reached.
        """
        self._client = client
        self._url = url
        self._closed = False
        with self._mapped_errors(opening=True):
            self._database = client[database]
            prepare(self._database, url, create=create, migrated=migrate)

    @property
    def url(self) -> str:
        """`mongodb://user@host/database`."""
        return self._url

    def save_experiment(self, experiment: Experiment, version: Version) -> tuple[Experiment, Version]:
        """See the port."""
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.EXPERIMENTS, [documents.document(experiment)])
            numbered = self._number_version(version)
        return documents.record(Experiment, conflicts[experiment.id]) if conflicts else experiment, numbered

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
        return documents.record(Experiment, self._one(schema.EXPERIMENTS, "experiment", experiment))

    def version(self, version: str) -> Version:
        """See the port."""
        return documents.record(Version, self._one(schema.VERSIONS, "version", version))

    def versions(self, experiment: str) -> list[Version]:
        """See the port."""
        with self._mapped_errors():
            cursor = self._collection(schema.VERSIONS).find({"experiment": experiment}, sort=[("number", ASCENDING)])
            return [documents.record(Version, document) for document in cursor]

    def save_sweep(self, sweep: SweepRecord) -> SweepRecord:
        """See the port."""
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.SWEEPS, [documents.document(sweep)])
        return documents.record(SweepRecord, conflicts[sweep.id]) if conflicts else sweep

    def sweeps(self, experiment: str | None = None) -> list[SweepRecord]:
        """See the port."""
        only = {} if experiment is None else {"experiment": experiment}
        with self._mapped_errors():
            cursor = self._collection(schema.SWEEPS).find(only, sort=_LATEST_FIRST)
            return [documents.record(SweepRecord, document) for document in cursor]

    def sweep(self, sweep: str) -> SweepRecord:
        """See the port."""
        return documents.record(SweepRecord, self._one(schema.SWEEPS, "sweep", sweep))

    def model_versions(self, sweep: str) -> list[ModelVersion]:
        """See the port."""
        with self._mapped_errors():
            sort = [("model", ASCENDING), ("number", ASCENDING)]
            return [
                documents.epoch(document)
                for document in self._collection(schema.EPOCHS).find({"sweep": sweep}, sort=sort)
            ]

    def add_model_version(self, model_version: ModelVersion) -> ModelVersion:
        """See the port."""
        with self._mapped_errors():
            document = documents.epoch_document(model_version)
            conflicts = self._insert_missing(schema.EPOCHS, [document])
        return documents.epoch(conflicts[document["_id"]]) if conflicts else model_version

    def ids_with_prefix(self, kind: Kind, prefix: str) -> list[str]:
        """See the port."""
        # A prefix is a range of `_id`; ids are hexadecimal, so "g" ends it.
        between = {"_id": {"$gte": prefix, "$lt": f"{prefix}g"}}
        with self._mapped_errors():
            cursor = self._collection(_KINDS[kind]).find(between, {"_id": 1}, sort=[("_id", ASCENDING)], limit=10)
            return [document["_id"] for document in cursor]

    def list_experiments(self, criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
        """See the port."""
        return self._iterate(lists.experiments(self._database, criteria))

    def list_runs(self, criteria: RunQuery) -> Iterator[ListedRun]:
        """See the port."""
        return self._iterate(lists.runs(self._database, criteria))

    def place_runs(self, members: Sequence[Member], runs: Sequence[Run]) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            # In this order, so that a place that is there leads to a run and its status.
            self._insert(schema.RUNS, [documents.document(run) for run in runs])
            statuses = self._insert_missing(schema.STATUSES, [documents.status_document(run) for run in runs])
            places = [documents.member_document(member) for member in members]
            conflicts = self._insert_missing(schema.MEMBERS, places)
            ids = [conflicts.get(document["_id"], document)["run"] for document in places]
            new = {run.id for run in runs} - set(statuses)
            statuses |= self._existing(schema.STATUSES, [id_ for id_ in ids if id_ not in new | set(statuses)])
        by_id = {run: documents.status(status) for run, status in statuses.items()}
        return [by_id.get(id_) or RunStatus(id_) for id_ in ids]

    def slots(self, sweep: str) -> Iterator[SweepSlot]:
        """See the port."""
        # Page by page from the last position: no cursor stays open while the caller takes its time.
        last = -1
        while True:
            with self._mapped_errors():
                after = {"sweep": sweep, "position": {"$gt": last}}
                sort = [("position", ASCENDING)]
                page = list(self._collection(schema.MEMBERS).find(after, sort=sort, limit=_PAGE))
                statuses = self._existing(schema.STATUSES, [member["run"] for member in page])
            for member in page:
                if member["run"] in statuses:
                    yield documents.place(member, documents.status(statuses[member["run"]]))
            if len(page) < _PAGE:
                return
            last = page[-1]["position"]

    def members_of_run(self, run: str) -> list[Member]:
        """See the port."""
        with self._mapped_errors():
            candidates = [
                documents.member(document) for document in self._collection(schema.MEMBERS).find({"run": run})
            ]
            sweeps = self._existing(schema.SWEEPS, [member.sweep for member in candidates])
        members = [member for member in candidates if member.sweep in sweeps]
        members.sort(key=lambda member: (member.sweep, member.position))
        members.sort(key=lambda member: str(sweeps[member.sweep]["created"]), reverse=True)
        return members

    def run(self, run: str) -> Run:
        """See the port."""
        return documents.record(Run, self._one(schema.RUNS, "run", run))

    def runs(self, ids: Sequence[str]) -> list[Run]:
        """See the port."""
        with self._mapped_errors():
            by_id = self._existing(schema.RUNS, ids)
        if missing := [id_ for id_ in ids if id_ not in by_id]:
            raise NotFound(f"there is no run {missing[0]} in {self.url}")
        return [documents.record(Run, by_id[id_]) for id_ in ids]

    def run_statuses(self, runs: Sequence[str]) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            by_id = self._existing(schema.STATUSES, runs)
        missing = next((run for run in runs if run not in by_id), None)
        if missing is not None:
            raise NotFound(f"there is no run {missing} in {self.url}")
        return [documents.status(by_id[run]) for run in runs]

    def claimed_runs(self, experiment: str) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            running = {"experiment": experiment, "state": RunState.RUNNING.value}
            statuses = [documents.status(document) for document in self._collection(schema.STATUSES).find(running)]
        return sorted(statuses, key=lambda status: status.run)

    def size_of(self, experiment: str) -> tuple[int, int]:
        """See the port."""
        with self._mapped_errors():
            of_it = self._collection(schema.STATUSES).find({"experiment": experiment}, {"messages": 1})
            messages = [status["messages"] for status in of_it]
        return len(messages), sum(messages)

    def claim(self, claim: Claim) -> Claim:
        """See the port."""
        return self.claim_all([claim])[0]

    def claim_all(self, claims: Sequence[Claim]) -> list[Claim]:
        """See the port."""
        proposals = [documents.claim_document(claim) for claim in claims]
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.CLAIMS, proposals)
            entries = [
                documents.claim(conflicts[document["_id"]]) if document["_id"] in conflicts else claim
                for claim, document in zip(claims, proposals, strict=True)
            ]
            self._bring_up(entries)
        return entries

    def claims(self, run: str) -> list[Claim]:
        """See the port."""
        with self._mapped_errors():
            status = self._collection(schema.STATUSES).find_one({"_id": run}, {"token": 1})
            # By `_id`, which needs no index of its own. The status may lag behind the log, never lead it.
            ids = [documents.claim_id(run, token) for token in range(1, (status["token"] if status else 0) + 1)]
            by_id = self._existing(schema.CLAIMS, ids)
            entries = [documents.claim(by_id[id_]) for id_ in ids if id_ in by_id]
            while later := self._collection(schema.CLAIMS).find_one({"_id": documents.claim_id(run, len(entries) + 1)}):
                entries.append(documents.claim(later))
        return entries

    def record_heartbeat(self, worker: Worker) -> None:
        """See the port."""
        changes = documents.worker_changes(worker)
        first = {key: value for key, value in documents.worker_document(worker).items() if key not in changes}
        del first["_id"]
        with self._mapped_errors():
            update = {"$set": changes, "$setOnInsert": first}
            self._collection(schema.WORKERS).update_one({"_id": worker.id}, update, upsert=True)

    def workers(self, ids: Sequence[str]) -> Mapping[str, Worker]:
        """See the port."""
        with self._mapped_errors():
            by_id = self._existing(schema.WORKERS, ids)
        return {id_: documents.worker(document) for id_, document in by_id.items()}

    def put_input(self, input_: Input) -> Input:
        """See the port."""
        with self._mapped_errors():
            document = documents.input_document(input_)
            conflicts = self._insert_missing(schema.INPUTS, [document])
        return documents.input_(conflicts[document["_id"]]) if conflicts else input_

    def inputs(self, run: str, *, after: int = 0) -> list[Input]:
        """See the port."""
        later = {"run": run, "number": {"$gt": after}}
        with self._mapped_errors():
            cursor = self._collection(schema.INPUTS).find(later, sort=[("number", ASCENDING)])
            return [documents.input_(document) for document in cursor]

    def append(self, records: Sequence[Record]) -> list[Record]:
        """See the port."""
        # All are spelled before any is written: a record that cannot be kept keeps none of its batch.
        entries = {
            at: documents.entry_document(record)
            for at, record in enumerate(records)
            if isinstance(record, JournalEntry)
        }
        events = {
            at: documents.event_document(record) for at, record in enumerate(records) if isinstance(record, Event)
        }
        for document in (*entries.values(), *events.values()):
            documents.refuse_oversized(document)
        results = list(records)
        with self._mapped_errors():
            # Answers first: what happened never stands without the answers it came from.
            conflicts = self._insert_missing(schema.JOURNAL, list(entries.values()))
            for at, document in entries.items():
                if document["_id"] in conflicts:
                    results[at] = documents.entry(conflicts[document["_id"]])
            conflicts = self._insert_missing(schema.EVENTS, list(events.values()))
            for at, document in events.items():
                if document["_id"] in conflicts:
                    results[at] = documents.event(conflicts[document["_id"]])
        return results

    def journal(self, run: str) -> list[JournalEntry]:
        """See the port."""
        with self._mapped_errors():
            sort = [("ordinal", ASCENDING), ("_id", ASCENDING)]
            return [
                documents.entry(document) for document in self._collection(schema.JOURNAL).find({"run": run}, sort=sort)
            ]

    def events(self, run: str) -> list[Event]:
        """See the port."""
        with self._mapped_errors():
            sort = [("seq", ASCENDING), ("_id", ASCENDING)]
            return [
                documents.event(document) for document in self._collection(schema.EVENTS).find({"run": run}, sort=sort)
            ]

    def outline(self, runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
        """See the port."""
        return self._iterate(lists.outline(self._database, runs))

    def erase(self, run: str, *, before: int) -> None:
        """See the port."""
        with self._mapped_errors():
            self._collection(schema.EVENTS).delete_many({"run": run})
            journal = self._collection(schema.JOURNAL)
            earlier = [
                document["_id"] for document in journal.find({"run": run}, {"token": 1}) if document["token"] < before
            ]
            for page in slices(earlier):
                journal.delete_many({"_id": {"$in": list(page)}})

    def append_edit(self, edit: Edit) -> Edit:
        """See the port."""
        with self._mapped_errors():
            document = documents.edit_document(edit)
            conflicts = self._insert_missing(schema.EDITS, [document])
            entry = documents.edit(conflicts[document["_id"]]) if conflicts else edit
            if entry.kind == "experiment":
                earlier = {"_id": entry.of, "revision": {"$lt": entry.revision}}
                changes = {"note": entry.note, "favourite": entry.favourite, "revision": entry.revision}
                self._collection(schema.EXPERIMENTS).update_one(earlier, {"$set": changes})
        return entry

    def latest_edits(self, kind: Subject, ids: Sequence[str]) -> Mapping[str, Edit]:
        """See the port."""
        latest = {}
        with self._mapped_errors():
            for page in slices(distinct(ids)):
                of = {"kind": kind, "of": {"$in": page}}
                for document in self._collection(schema.EDITS).find(of, sort=[("revision", ASCENDING)]):
                    latest[document["of"]] = documents.edit(document)
        return latest

    def mark_deletion(self, deletion: Deletion) -> Deletion:
        """See the port."""
        with self._mapped_errors():
            document = documents.deletion_document(deletion)
            conflicts = self._insert_missing(schema.DELETIONS, [document])
        return documents.deletion(conflicts[document["_id"]]) if conflicts else deletion

    def unmark_deletion(self, deletion: Deletion) -> None:
        """See the port."""
        with self._mapped_errors():
            mark = {"_id": documents.deletion_id(deletion.kind, deletion.of)}
            self._collection(schema.DELETIONS).delete_many(mark)

    def deletions(self) -> list[Deletion]:
        """See the port."""
        with self._mapped_errors():
            marks = [documents.deletion(mark) for mark in self._collection(schema.DELETIONS).find({})]
        return sorted(marks, key=lambda mark: (mark.at, mark.kind, mark.of))

    def delete_part(self, deletion: Deletion, *, most: int) -> int:
        """See the port."""
        with self._mapped_errors():
            return discard(self._database, deletion, most)

    def check_health(self) -> list[HealthCheck]:
        """See the port."""
        try:
            with self._mapped_errors(opening=True):
                return [*health.facts(self._database, self._url), health.write(self._database)]
        except SociariumError as error:
            return [HealthCheck("store", "", str(error))]

    def close(self) -> None:
        """See the port."""
        self._closed = True
        self._client.close()

    def _collection(self, name: str) -> Collection[Document]:
        return self._database[name]

    def _one(self, collection: str, kind: str, id_: str) -> Document:
        with self._mapped_errors():
            document = self._collection(collection).find_one({"_id": id_})
        if document is None:
            raise NotFound(f"there is no {kind} {id_} in {self.url}")
        return document

    def _existing(self, collection: str, ids: Sequence[str]) -> dict[str, Document]:
        """Those of the documents that are there, by id."""
        matches = (
            document
            for page in slices(distinct(ids))
            for document in self._collection(collection).find({"_id": {"$in": page}})
        )
        return {document["_id"]: document for document in matches}

    def _insert(self, collection: str, batch: Sequence[Document]) -> list[str]:
        """Insert documents unless they stand already.

        Returns:
            The ids of those that were refused because they, or others with a unique field in common, stand.
        """
        if not batch:
            return []
        try:
            self._collection(collection).insert_many(
                [documents.refuse_oversized(document) for document in batch], ordered=False
            )
        except BulkWriteError as error:
            if not is_duplicate(error):
                raise
            return [batch[fault["index"]]["_id"] for fault in error.details["writeErrors"]]
        return []

    def _insert_missing(self, collection: str, batch: Sequence[Document]) -> dict[str, Document]:
        """Insert documents unless they stand already; returns those that stood, by id."""
        refused = self._insert(collection, batch)
        conflicts = self._existing(collection, refused) if refused else {}
        if not conflicts.keys() >= set(refused):
            raise StoreUnavailable(f"the store {self.url} does not confirm yet what stands in it; ask again")
        return conflicts

    def _number_version(self, version: Version) -> Version:
        versions = self._collection(schema.VERSIONS)
        for _ in range(_MOST_TRIES):
            if (document := versions.find_one({"_id": version.id})) is not None:
                return documents.record(Version, document)
            numbers = {"experiment": version.experiment}
            last = versions.find_one(numbers, {"number": 1}, sort=[("number", DESCENDING)])
            number = 1 if last is None else last["number"] + 1
            # Refused when another took the number meanwhile, or saved this very version: look again.
            self._insert(schema.VERSIONS, [documents.version_document(version, number)])
        raise StoreUnavailable(f"the store {self.url} gives no number to a version: too many are saved at once")

    def _bring_up(self, claims: Sequence[Claim]) -> None:
        alike: dict[Claim, list[str]] = {}
        for claim in claims:
            alike.setdefault(replace(claim, run=""), []).append(claim.run)
        statuses = self._collection(schema.STATUSES)
        for claim, runs in alike.items():
            earlier = {"_id": {"$in": runs}, "token": {"$lt": claim.token}}
            changes = documents.status_changes(claim)
            if claim.outcome is None:
                start = {"$set": {**changes, "started": claim.at}}
                if statuses.update_many({**earlier, "started": None}, start).matched_count == len(runs):
                    continue
            statuses.update_many(earlier, {"$set": changes})

    def _iterate(self, items: Iterator[T]) -> Iterator[T]:
        while True:
            with self._mapped_errors():
                item = next(items, None)
            if item is None:
                return
            yield item

    @contextmanager
    def _mapped_errors(self, *, opening: bool = False) -> Iterator[None]:
        if self._closed:
            raise StoreUnavailable(f"the store {self.url} is closed")
        with mapped_errors(self._url, opening=opening):
            yield
