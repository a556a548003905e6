"""Codebooks, labels and measures in the embedded store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sociarium.records.labels import Codebook, Label, Measure, latest_labels
from sociarium.stores.sqlite import rows, tables
from sociarium.stores.sqlite.batch_insert import insert_rows
from sociarium.stores.sqlite.database import SqliteDatabase, marks, slices

_LABEL_ORDER = "subject, item, annotator, revision"
"""Of the labels that a run has by one codebook."""


class SqliteLabels(SqliteDatabase):
    """The labels port."""

    def save_codebook(self, codebook: Codebook) -> Codebook:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.CODEBOOKS.insert, _codebook_row(codebook))
            return _codebook(writer.execute(tables.CODEBOOKS.select_by_key, (codebook.id,)).fetchone())

    def codebooks(self, experiment: str) -> list[Codebook]:
        """See the port."""
        query = tables.CODEBOOKS.select("WHERE experiment = ? ORDER BY created, id")
        return [_codebook(row) for row in self._read(query, (experiment,))]

    def codebook(self, codebook: str) -> Codebook:
        """See the port."""
        return _codebook(self._row(tables.CODEBOOKS, "codebook", codebook))

    def add_label(self, label: Label) -> Label:
        """See the port."""
        with self._writing() as writer:
            row = _label_row(label)
            writer.execute(tables.LABELS.insert, row)
            key = row[: tables.LABELS.key_columns]
            return _label(writer.execute(tables.LABELS.select_by_key, key).fetchone())

    def labels(self, codebook: str, runs: Sequence[str] | None = None) -> Iterator[Label]:
        """See the port."""
        return latest_labels(self._labels(codebook, runs))

    def labels_of(self, runs: Sequence[str]) -> Iterator[Label]:
        """See the port."""
        yield from map(_label, self._rows_of_runs(tables.LABELS, runs, f"codebook, {_LABEL_ORDER}"))

    def delete_labels(self, annotator: str, runs: Sequence[str]) -> int:
        """See the port."""
        count = 0
        with self._writing() as writer:
            for page in slices(sorted(set(runs))):
                query = f"DELETE FROM labels WHERE annotator = ? AND kind = 'person' AND run IN ({marks(page)})"  # noqa: S608  # marks
                count += writer.execute(query, (annotator, *page)).rowcount
        return count

    def put_measures(self, batch: Sequence[Measure]) -> list[Measure]:
        """See the port."""
        values = [_measure_row(measure) for measure in batch]
        with self._writing() as writer:
            if insert_rows(writer, tables.MEASURES, values) == len(batch):
                return list(batch)
            keys = (row[: tables.MEASURES.key_columns] for row in values)
            return [_measure(writer.execute(tables.MEASURES.select_by_key, key).fetchone()) for key in keys]

    def measures(self, name: str, version: str, runs: Sequence[str]) -> Iterator[Measure]:
        """See the port."""
        where, values = "name = ? AND version = ?", (name, version)
        yield from map(_measure, self._rows_of_runs(tables.MEASURES, runs, "subject", where, values))

    def measures_of(self, runs: Sequence[str]) -> Iterator[Measure]:
        """See the port."""
        yield from map(_measure, self._rows_of_runs(tables.MEASURES, runs, "name, version, subject"))

    def _labels(self, codebook: str, runs: Sequence[str] | None) -> Iterator[Label]:
        if runs is None:
            query = tables.LABELS.select(f"WHERE codebook = ? ORDER BY run, {_LABEL_ORDER}")
            return map(_label, self._read(query, (codebook,)))
        return map(_label, self._rows_of_runs(tables.LABELS, runs, _LABEL_ORDER, "codebook = ?", (codebook,)))


def _codebook_row(record: Codebook) -> rows.Row:
    return (
        record.id,
        record.experiment,
        record.title,
        record.number,
        rows.json_text(dict(record.document)),
        record.creator,
        record.created,
    )


def _codebook(row: rows.Row) -> Codebook:
    id_, experiment, title, number, document, creator, created = row
    return Codebook(id_, experiment, title, number, json.loads(document), creator, created)


def _label_row(record: Label) -> rows.Row:
    return (
        record.codebook,
        record.run,
        record.subject,
        record.item,
        record.annotator,
        record.revision,
        rows.json_text(record.value),
        record.at,
        record.kind,
        record.note,
    )


def _label(row: rows.Row) -> Label:
    codebook, run, subject, item, annotator, revision, value, at, kind, note = row
    return Label(codebook, item, run, subject, annotator, revision, json.loads(value), at, kind, note)


def _measure_row(record: Measure) -> rows.Row:
    return (record.run, record.name, record.version, record.subject, rows.json_text(record.value), record.at)


def _measure(row: rows.Row) -> Measure:
    run, name, version, subject, value, at = row
    return Measure(name, version, run, subject, json.loads(value), at)
