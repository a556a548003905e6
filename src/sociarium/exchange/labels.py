"""Labels as JSON values: what people and judges say of a run and of its messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.labels import SAMPLE, Codebook, Label, is_sample, latest_labels


def label_documents(store: Store, run: str, events: Iterable[Event]) -> list[dict[str, Any]]:
    """The labels of a run as they stand: of each annotator the latest, none that was taken back."""
    labels = [one for one in latest_labels(store.labels_of([run])) if one.value is not None]
    if not labels:
        return []
    numbers = {one.key: one.seq for one in events}
    books = {name: book for name in {one.codebook for one in labels} if (book := _codebook(store, name)) is not None}
    drawn = {name: _drawn_units(store, book, run) for name, book in books.items()}
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


def _codebook(store: Store, id_: str) -> Codebook | None:
    try:
        return store.codebook(id_)
    except NotFound:
        return None


def _drawn_units(store: Store, book: Codebook, run: str) -> dict[str, tuple[int, float | None]]:
    """Subject -> number and probability of the first sample of a codebook that holds it."""
    units: dict[str, tuple[int, float | None]] = {}
    records = [one for one in store.codebooks(book.experiment) if is_sample(one)]
    for record in sorted(records, key=lambda one: one.number):
        if record.document[SAMPLE].get("codebook") == book.id:
            for measure in store.measures(SAMPLE, record.document[SAMPLE]["rows"], [run]):
                units.setdefault(measure.subject, (record.number, measure.value))
    return units
