"""Codebooks, labels and measures in the shared store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from operator import attrgetter

from sociarium.experiment.canonical import fingerprint
from sociarium.records.labels import Codebook, Label, Measure, latest_labels
from sociarium.stores.mongo import schema
from sociarium.stores.mongo.database import MongoDatabase
from sociarium.stores.mongo.documents import Document, json_text, refuse_oversized
from sociarium.stores.mongo.paging import read

_AT_ONCE = 500
"""Runs of which labels go in one operation."""
_LABEL_FIELDS = tuple(field.name for field in fields(Label))
_MEASURE_FIELDS = tuple(field.name for field in fields(Measure))
_LABEL_ORDER = attrgetter("run", "codebook", "subject", "item", "annotator", "revision")
_MEASURE_ORDER = attrgetter("run", "name", "version", "subject")


class MongoLabels(MongoDatabase):
    """The labels port."""

    def save_codebook(self, codebook: Codebook) -> Codebook:
        """See the port."""
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.CODEBOOKS, [_codebook_document(codebook)])
        return _codebook(conflicts[codebook.id]) if conflicts else codebook

    def codebooks(self, experiment: str) -> list[Codebook]:
        """See the port."""
        with self._mapped_errors():
            matches = read(self._collection(schema.CODEBOOKS), {"experiment": experiment})
        return sorted(map(_codebook, matches), key=attrgetter("created", "id"))

    def codebook(self, codebook: str) -> Codebook:
        """See the port."""
        return _codebook(self._document(schema.CODEBOOKS, "codebook", codebook))

    def add_label(self, label: Label) -> Label:
        """See the port."""
        document = _label_document(label)
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.LABELS, [document])
        return _label(conflicts[document["_id"]]) if conflicts else label

    def labels(self, codebook: str, runs: Sequence[str] | None = None) -> Iterator[Label]:
        """See the port."""
        if runs is None:
            with self._mapped_errors():
                runs = self._collection(schema.LABELS).distinct("run", {"codebook": codebook})
        yield from latest_labels(self._labels({"codebook": codebook}, runs))

    def labels_of(self, runs: Sequence[str]) -> Iterator[Label]:
        """See the port."""
        return self._labels({}, runs)

    def delete_labels(self, annotator: str, runs: Sequence[str]) -> int:
        """See the port."""
        ids, count = sorted(set(runs)), 0
        with self._mapped_errors():
            for start in range(0, len(ids), _AT_ONCE):
                page = {"run": {"$in": ids[start : start + _AT_ONCE]}}
                labels = self._collection(schema.LABELS)
                count += labels.delete_many({**page, "annotator": annotator, "kind": "person"}).deleted_count
        return count

    def put_measures(self, batch: Sequence[Measure]) -> list[Measure]:
        """See the port."""
        # All are encoded before any is written: a measure that cannot be kept keeps none of its batch.
        documents = [refuse_oversized(_measure_document(measure)) for measure in batch]
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.MEASURES, documents)
        return [
            _measure(conflicts[document["_id"]]) if document["_id"] in conflicts else measure
            for document, measure in zip(documents, batch, strict=True)
        ]

    def measures(self, name: str, version: str, runs: Sequence[str]) -> Iterator[Measure]:
        """See the port."""
        return self._measures({"name": name, "version": version}, runs)

    def measures_of(self, runs: Sequence[str]) -> Iterator[Measure]:
        """See the port."""
        return self._measures({}, runs)

    def _labels(self, filter_: Document, runs: Sequence[str]) -> Iterator[Label]:
        for matches in self._pages_of_runs(schema.LABELS, filter_, runs):
            yield from sorted(map(_label, matches), key=_LABEL_ORDER)

    def _measures(self, filter_: Document, runs: Sequence[str]) -> Iterator[Measure]:
        for matches in self._pages_of_runs(schema.MEASURES, filter_, runs):
            yield from sorted(map(_measure, matches), key=_MEASURE_ORDER)


def _codebook_document(record: Codebook) -> Document:
    return {
        "_id": record.id,
        "experiment": record.experiment,
        "title": record.title,
        "number": record.number,
        "document": json_text(dict(record.document)),
        "creator": record.creator,
        "created": record.created,
        "schema": schema.SCHEMA,
    }


def _codebook(document: Document) -> Codebook:
    return Codebook(
        id=document["_id"],
        experiment=document["experiment"],
        title=document["title"],
        number=document["number"],
        document=json.loads(document["document"]),
        creator=document["creator"],
        created=document["created"],
    )


def _label_document(record: Label) -> Document:
    identity = [record.codebook, record.item, record.run, record.subject, record.annotator, record.revision]
    values = {name: getattr(record, name) for name in _LABEL_FIELDS}
    # Names of items and annotators may be anything, and long: no separator would tell them apart.
    return {"_id": fingerprint(identity), **values, "value": json_text(record.value), "schema": schema.SCHEMA}


def _label(document: Document) -> Label:
    return Label(**{**{name: document[name] for name in _LABEL_FIELDS}, "value": json.loads(document["value"])})


def _measure_document(record: Measure) -> Document:
    identity = [record.name, record.version, record.run, record.subject]
    values = {name: getattr(record, name) for name in _MEASURE_FIELDS}
    return {"_id": fingerprint(identity), **values, "value": json_text(record.value), "schema": schema.SCHEMA}


def _measure(document: Document) -> Measure:
    return Measure(**{**{name: document[name] for name in _MEASURE_FIELDS}, "value": json.loads(document["value"])})
