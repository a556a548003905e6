"""Labels as JSON values: what people and judges say of a run and of its messages."""

from __future__ import annotations

from typing import Any

from sociarium.exchange.stored_run import StoredRun
from sociarium.records.labels import SAMPLE, Codebook, Label, is_sample


def label_documents(stored: StoredRun) -> list[dict[str, Any]]:
    """The labels of a run as they stand: of each annotator the latest, none that was taken back."""
    labels = [one for one in stored.labels if one.value is not None]
    if not labels:
        return []
    numbers = {one.key: one.seq for one in stored.events}
    books = stored.codebooks
    drawn = {name: _drawn_units(stored, books[name]) for name in {one.codebook for one in labels} & books.keys()}
    return [_document(one, books.get(one.codebook), drawn.get(one.codebook, {}), numbers) for one in labels]


def _document(
    label: Label, book: Codebook | None, drawn: dict[str, tuple[int, float | None]], numbers: dict[str, int]
) -> dict[str, Any]:
    sample, probability = drawn.get(label.subject, (None, None))
    return {
        "run": label.run,
        "codebook": label.codebook,
        "title": book.title if book else None,
        "version": book.number if book else None,
        "item": label.item,
        "subject": label.subject,
        "seq": numbers.get(label.subject),
        "annotator": label.annotator,
        "kind": label.kind,
        "value": label.value,
        "revision": label.revision,
        "note": label.note,
        "at": label.at,
        "sample": sample,
        "probability": probability,
    }


def _drawn_units(stored: StoredRun, book: Codebook) -> dict[str, tuple[int, float | None]]:
    """Subject -> number and probability of the first sample of a codebook that holds it."""
    units: dict[str, tuple[int, float | None]] = {}
    records = [one for one in stored.codebooks.values() if one.experiment == book.experiment and is_sample(one)]
    for record in sorted(records, key=lambda one: one.number):
        if record.document[SAMPLE].get("codebook") == book.id:
            for measure in stored.measures:
                if (measure.name, measure.version) == (SAMPLE, record.document[SAMPLE]["rows"]):
                    units.setdefault(measure.subject, (record.number, measure.value))
    return units
