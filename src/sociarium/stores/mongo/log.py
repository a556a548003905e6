"""What is put into runs and what they leave behind, in the shared store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pymongo import ASCENDING

from sociarium.ports.store import Record
from sociarium.records.events import Event, Happening
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry
from sociarium.stores.mongo import documents, lists, log_documents, schema
from sociarium.stores.mongo.database import MongoDatabase
from sociarium.stores.mongo.paging import slices


class MongoLog(MongoDatabase):
    """The log port."""

    def put_input(self, input_: Input) -> Input:
        """See the port."""
        with self._mapped_errors():
            document = log_documents.input_document(input_)
            conflicts = self._insert_missing(schema.INPUTS, [document])
        return log_documents.input_(conflicts[document["_id"]]) if conflicts else input_

    def inputs(self, run: str, *, after: int = 0) -> list[Input]:
        """See the port."""
        later = {"run": run, "number": {"$gt": after}}
        with self._mapped_errors():
            cursor = self._collection(schema.INPUTS).find(later, sort=[("number", ASCENDING)])
            return [log_documents.input_(document) for document in cursor]

    def append(self, records: Sequence[Record]) -> list[Record]:
        """See the port."""
        # All are spelled before any is written: a record that cannot be kept keeps none of its batch.
        entries = {
            at: log_documents.entry_document(record)
            for at, record in enumerate(records)
            if isinstance(record, JournalEntry)
        }
        events = {
            at: log_documents.event_document(record) for at, record in enumerate(records) if isinstance(record, Event)
        }
        for document in (*entries.values(), *events.values()):
            documents.refuse_oversized(document)
        results = list(records)
        with self._mapped_errors():
            # Answers first: what happened never stands without the answers it came from.
            conflicts = self._insert_missing(schema.JOURNAL, list(entries.values()))
            for at, document in entries.items():
                if document["_id"] in conflicts:
                    results[at] = log_documents.entry(conflicts[document["_id"]])
            conflicts = self._insert_missing(schema.EVENTS, list(events.values()))
            for at, document in events.items():
                if document["_id"] in conflicts:
                    results[at] = log_documents.event(conflicts[document["_id"]])
        return results

    def journal(self, run: str) -> list[JournalEntry]:
        """See the port."""
        with self._mapped_errors():
            sort = [("ordinal", ASCENDING), ("_id", ASCENDING)]
            return [
                log_documents.entry(document)
                for document in self._collection(schema.JOURNAL).find({"run": run}, sort=sort)
            ]

    def events(self, run: str) -> list[Event]:
        """See the port."""
        with self._mapped_errors():
            sort = [("seq", ASCENDING), ("_id", ASCENDING)]
            return [
                log_documents.event(document)
                for document in self._collection(schema.EVENTS).find({"run": run}, sort=sort)
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
