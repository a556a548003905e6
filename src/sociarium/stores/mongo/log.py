"""What is put into runs and what they leave behind, in the shared store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from sociarium.ports.store import Record
from sociarium.records.events import OUTLINED, Event, Happening
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry, ModelTokens
from sociarium.stores.mongo import documents, log_documents, schema
from sociarium.stores.mongo.database import MongoDatabase
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.paging import distinct, read, slices

_OUTLINED_AT_ONCE = 100
"""Runs whose events are read at once for an outline."""
_TOKEN_FIELDS = {"key": 1, "ordinal": 1, "source": 1, "tokens": 1}
_OUTLINE_FIELDS = {"_id": 0, "content": 0, "digest": 0, "key": 0}


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
        filter_ = {"run": run, "number": {"$gt": after}}
        with self._mapped_errors():
            cursor = self._collection(schema.INPUTS).find(filter_, sort=[("number", ASCENDING)])
            return [log_documents.input_(document) for document in cursor]

    def append(self, records: Sequence[Record]) -> list[Record]:
        """See the port."""
        # All are encoded before any is written: a record that cannot be kept keeps none of its batch.
        entries = {
            position: log_documents.entry_document(record)
            for position, record in enumerate(records)
            if isinstance(record, JournalEntry)
        }
        events = {
            position: log_documents.event_document(record)
            for position, record in enumerate(records)
            if isinstance(record, Event)
        }
        for document in (*entries.values(), *events.values()):
            documents.refuse_oversized(document)
        results = list(records)
        with self._mapped_errors():
            # Answers first: what happened never stands without the answers it came from.
            conflicts = self._insert_missing(schema.JOURNAL, list(entries.values()))
            for position, document in entries.items():
                if document["_id"] in conflicts:
                    results[position] = log_documents.entry(conflicts[document["_id"]])
            conflicts = self._insert_missing(schema.EVENTS, list(events.values()))
            for position, document in events.items():
                if document["_id"] in conflicts:
                    results[position] = log_documents.event(conflicts[document["_id"]])
        return results

    def journal(self, run: str) -> list[JournalEntry]:
        """See the port."""
        with self._mapped_errors():
            sort = [("ordinal", ASCENDING), ("_id", ASCENDING)]
            return list(map(log_documents.entry, read(self._collection(schema.JOURNAL), {"run": run}, sort=sort)))

    def entry(self, run: str, key: str) -> JournalEntry | None:
        """See the port."""
        with self._mapped_errors():
            document = self._collection(schema.JOURNAL).find_one({"_id": f"{run}/{key}"})
        return None if document is None else log_documents.entry(document)

    def journals_of(self, runs: Sequence[str]) -> Iterator[JournalEntry]:
        """See the port."""
        for matches in self._pages_of_runs(schema.JOURNAL, {}, runs):
            yield from map(log_documents.entry, sorted(matches, key=itemgetter("run", "ordinal", "_id")))

    def tokens_of(self, runs: Sequence[str], *, behind: str) -> Iterator[ModelTokens]:
        """See the port."""
        return self._iterate(_tokens(self._database, runs, behind))

    def events(self, run: str, *, after: int = 0) -> list[Event]:
        """See the port."""
        with self._mapped_errors():
            sort = [("seq", ASCENDING), ("_id", ASCENDING)]
            criteria = {"run": run, "seq": {"$gt": after}} if after else {"run": run}
            return list(map(log_documents.event, read(self._collection(schema.EVENTS), criteria, sort=sort)))

    def last_events(self, run: str, *, most: int) -> list[Event]:
        """See the port."""
        with self._mapped_errors():
            sort = [("seq", DESCENDING), ("_id", DESCENDING)]
            return list(
                map(log_documents.event, read(self._collection(schema.EVENTS), {"run": run}, sort=sort, limit=most))
            )

    def events_of(self, runs: Sequence[str]) -> Iterator[Event]:
        """See the port."""
        for matches in self._pages_of_runs(schema.EVENTS, {}, runs):
            yield from map(log_documents.event, sorted(matches, key=itemgetter("run", "seq", "_id")))

    def outline(self, runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
        """See the port."""
        return self._iterate(_outline(self._database, runs))

    def erase(self, run: str, *, before: int) -> None:
        """See the port."""
        with self._mapped_errors():
            for collection in (schema.INTERVIEWS, schema.LABELS, schema.MEASURES, schema.EVENTS):
                self._collection(collection).delete_many({"run": run})
            journal = self._collection(schema.JOURNAL)
            ids = [
                document["_id"] for document in journal.find({"run": run}, {"token": 1}) if document["token"] < before
            ]
            for page in slices(ids):
                journal.delete_many({"_id": {"$in": list(page)}})


def _outline(database: Database[Document], runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
    for page in slices(distinct(runs), _OUTLINED_AT_ONCE):
        events = read(database[schema.EVENTS], {"run": {"$in": list(page)}}, _OUTLINE_FIELDS)
        for event in sorted(events, key=lambda event: (event["run"], event["seq"])):
            if event["kind"] in OUTLINED:
                yield event["run"], log_documents.happening({**event, "content": ""})


def _tokens(database: Database[Document], runs: Sequence[str], behind: str) -> Iterator[ModelTokens]:
    journal = database[schema.JOURNAL]
    for run in distinct(runs):
        entries = read(journal, {"run": run}, _TOKEN_FIELDS)
        first = next((entry["ordinal"] for entry in entries if entry["key"] == behind), -1)
        own = [entry for entry in entries if entry["source"] == "model" and entry["ordinal"] > first]
        sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for model, *tokens in chain(
            (entry["tokens"] for entry in own if "tokens" in entry),
            _tokens_of_texts(journal, [entry["_id"] for entry in own if "tokens" not in entry]),
        ):
            sums[model] = [before + more for before, more in zip(sums[model], tokens, strict=True)]
        yield from (ModelTokens(run, model, *tokens) for model, tokens in sums.items())


def _tokens_of_texts(journal: Collection[Document], ids: Sequence[str]) -> Iterator[list[Any]]:
    """Models and tokens of entries of earlier versions, which have them in their texts alone."""
    for page in slices(ids):
        for document in read(journal, {"_id": {"$in": list(page)}}):
            entry = log_documents.entry(document)
            if entry.call is not None:
                yield [entry.call.model, *log_documents.reply_tokens(entry.answer)]
