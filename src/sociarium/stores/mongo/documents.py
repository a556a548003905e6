"""Records as documents of the shared store, and back.

Mappings whose keys come from outside (factors, options, answers) are kept as JSON text: as fields, dots, dollars and
NUL in their keys would mean something to some servers and be refused by others.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, TypeVar

import bson

from sociarium.errors import StoreError
from sociarium.experiment import listing_tags
from sociarium.records.lists import levels_of
from sociarium.records.plans import (
    Deletable,
    Deletion,
    Edit,
    Experiment,
    Member,
    ModelVersion,
    SweepOrigin,
    SweepRecord,
    Version,
)
from sociarium.records.runs import (
    Run,
    RunOrigin,
    RunStatus,
    SweepSlot,
)
from sociarium.stores.mongo.schema import SCHEMA

Document = dict[str, Any]
R = TypeVar("R", Experiment, Version)

_MOST_BYTES = 16 * 1024 * 1024 - 16 * 1024
"""What MongoDB takes in one document, less some room for what the server adds."""


def refuse_oversized(document: Document) -> Document:
    """The document itself.

    Raises:
        StoreError: it is larger than MongoDB takes.
    """
    characters = sum(len(value) for value in document.values() if isinstance(value, str))
    # A character is four bytes at most, so only documents with long texts need to be measured.
    if 4 * characters > _MOST_BYTES - 64 * 1024 and (size := len(bson.encode(document))) > _MOST_BYTES:
        raise StoreError(
            f"{document['_id']} cannot be kept: it has {size / 1e6:.0f} MB, and a MongoDB document holds 16; limit "
            "the length of replies (max_tokens), or use a sqlite:/// store"
        )
    return document


def document(record: Experiment | Version) -> Document:
    """A record with an id of its own and flat fields."""
    return {"_id": record.id, **_own_values(record), "schema": SCHEMA}


def _own_values(record: Experiment | Version | SweepRecord | Run) -> Document:
    return {field.name: getattr(record, field.name) for field in fields(record) if field.name != "id"}


def version_document(record: Version, number: int) -> Document:
    """A version with its number, and what its experiment is listed by."""
    tags = listing_tags.document_tags(record.document)
    listing_fields = {"roles": list(tags.roles), "models": list(tags.models), "served": list(tags.served)}
    return {**document(record), "number": number, **listing_fields}


def sweep_document(record: SweepRecord) -> Document:
    """A sweep, and what it was made from."""
    origin = record.origin
    origin_fields = {
        "origin": origin and origin.of,
        "origin_kind": origin and origin.kind,
        "origin_at": origin and origin.at,
        "origin_changes": origin and json_text(dict(origin.changes)),
    }
    return {"_id": record.id, **_own_values(record), **origin_fields, "schema": SCHEMA}


def sweep(document: Document) -> SweepRecord:
    """From `sweep_document`; one that was kept before sweeps had an origin has none."""
    values = {field.name: document[field.name] for field in fields(SweepRecord) if field.name not in {"id", "origin"}}
    origin = None
    if document.get("origin") is not None:
        changes = json.loads(document["origin_changes"])
        origin = SweepOrigin(document["origin_kind"], document["origin"], document["origin_at"], changes)
    return SweepRecord(document["_id"], **values, origin=origin)


def run_document(record: Run) -> Document:
    """A run, and the one whose beginning it has."""
    origin = record.origin
    origin_fields = {"origin": origin and origin.run, "origin_at": origin and origin.at}
    return {"_id": record.id, **_own_values(record), **origin_fields, "schema": SCHEMA}


def run(document: Document) -> Run:
    """From `run_document`; one that was kept before runs had an origin has none."""
    values = {field.name: document[field.name] for field in fields(Run) if field.name not in {"id", "origin"}}
    origin = document.get("origin")
    return Run(document["_id"], **values, origin=None if origin is None else RunOrigin(origin, document["origin_at"]))


def record(kind: type[R], document: Document) -> R:
    """From `document`; one that was kept before there was some field has that field's default."""
    values = {field.name: document[field.name] for field in fields(kind) if field.name in document}
    return kind(document["_id"], **values)


def model_version_document(record: ModelVersion) -> Document:
    """What served a model from some moment of a sweep on."""
    return {"_id": f"{record.sweep}:{record.number}:{record.model}", **asdict(record), "schema": SCHEMA}


def model_version(document: Document) -> ModelVersion:
    """From `model_version_document`."""
    return ModelVersion(**{field.name: document[field.name] for field in fields(ModelVersion)})


def member_id(sweep: str, position: int) -> str:
    """The identity of a slot."""
    return f"{sweep}:{position}"


def member_document(record: Member) -> Document:
    """A run's slot in a sweep."""
    return {
        "_id": member_id(record.sweep, record.position),
        "sweep": record.sweep,
        "position": record.position,
        "run": record.run,
        "replicate": record.replicate,
        "condition": json_text(dict(record.condition)),
        "levels": levels_of(record.condition),
        "schema": SCHEMA,
    }


def member(document: Document) -> Member:
    """From `member_document`."""
    condition = json.loads(document["condition"])
    return Member(document["sweep"], document["position"], document["run"], document["replicate"], condition)


def slot(document: Document, status: RunStatus) -> SweepSlot:
    """From `member_document` and the run's status."""
    return SweepSlot(document["position"], document["replicate"], json.loads(document["condition"]), status)


def edit_document(record: Edit) -> Document:
    """An entry of an edit log."""
    return {"_id": f"{record.kind}:{record.of}:{record.revision}", **asdict(record), "schema": SCHEMA}


def edit(document: Document) -> Edit:
    """From `edit_document`."""
    return Edit(**{field.name: document[field.name] for field in fields(Edit)})


def deletion_id(kind: Deletable, of: str) -> str:
    """The identity of a mark."""
    return f"{kind}:{of}"


def deletion_document(record: Deletion) -> Document:
    """The mark of what is being deleted."""
    return {"_id": deletion_id(record.kind, record.of), **asdict(record), "schema": SCHEMA}


def deletion(document: Document) -> Deletion:
    """From `deletion_document`."""
    return Deletion(**{field.name: document[field.name] for field in fields(Deletion)})


def json_text(value: Any) -> str:
    """JSON as a field."""
    return json.dumps(value, separators=(",", ":"))
