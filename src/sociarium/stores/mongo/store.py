"""The store port over a MongoDB database.

Only operations on single documents, and only unique inserts are trusted: no transactions, change streams, joins in
the server, or documents that expire. So it is the same on a standalone server, on a replica set and on Atlas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import ASCENDING

from sociarium.errors import SociariumError
from sociarium.records.health import HealthCheck
from sociarium.records.plans import Deletion, Edit, Subject
from sociarium.stores.mongo import documents, health, schema
from sociarium.stores.mongo.catalogue import MongoCatalogue
from sociarium.stores.mongo.delete import discard
from sociarium.stores.mongo.interviews import MongoInterviews
from sociarium.stores.mongo.labels import MongoLabels
from sociarium.stores.mongo.log import MongoLog
from sociarium.stores.mongo.paging import distinct, slices
from sociarium.stores.mongo.runs import MongoRuns
from sociarium.stores.mongo.steering import MongoSteering


class MongoStore(MongoCatalogue, MongoRuns, MongoLog, MongoSteering, MongoInterviews, MongoLabels):
    """The shared store. The client keeps a pool of connections and may be used by any thread."""

    def append_edit(self, edit: Edit) -> Edit:
        """See the port."""
        with self._mapped_errors():
            document = documents.edit_document(edit)
            conflicts = self._insert_missing(schema.EDITS, [document])
            entry = documents.edit(conflicts[document["_id"]]) if conflicts else edit
            if entry.kind == "experiment":
                filter_ = {"_id": entry.of, "revision": {"$lt": entry.revision}}
                changes = {"note": entry.note, "favourite": entry.favourite, "revision": entry.revision}
                self._collection(schema.EXPERIMENTS).update_one(filter_, {"$set": changes})
        return entry

    def latest_edits(self, kind: Subject, ids: Sequence[str]) -> Mapping[str, Edit]:
        """See the port."""
        latest = {}
        with self._mapped_errors():
            for page in slices(distinct(ids)):
                filter_ = {"kind": kind, "of": {"$in": page}}
                for document in self._collection(schema.EDITS).find(filter_, sort=[("revision", ASCENDING)]):
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

    def reclaim_space(self) -> None:
        """See the port: the server keeps its files by itself."""

    def check_health(self) -> list[HealthCheck]:
        """See the port."""
        try:
            with self._mapped_errors(opening=True):
                return [*health.facts(self._database, self._url), health.write(self._database)]
        except SociariumError as error:
            return [HealthCheck("store", "", str(error))]
