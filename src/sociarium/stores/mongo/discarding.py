"""Deletion in steps: what is marked goes in an order in which a step that stopped half-way can be made again."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from sociarium.records.plans import Deletion
from sociarium.stores.mongo import schema
from sociarium.stores.mongo.documents import Document, deletion_id

_OF_RUNS = (schema.MEMBERS, schema.EVENTS, schema.JOURNAL, schema.INPUTS, schema.CLAIMS)
"""Collections of what runs leave behind, by run; the places first, so that no sweep leads to half a run."""


def discard(database: Database[Document], deletion: Deletion, most: int) -> int:
    """Delete a part of what is marked; returns how many runs went."""
    of_it: dict[str, Any] = {"experiment" if deletion.kind == "experiment" else "_id": deletion.of}
    runs = [one["_id"] for one in database[schema.RUNS].find(of_it, {"_id": 1}, limit=most)]
    if runs:
        _delete_runs(database, runs)
        return len(runs)
    if deletion.kind == "experiment":
        _delete_experiment(database, deletion.of)
    database[schema.DELETIONS].delete_many({"_id": deletion_id(deletion.kind, deletion.of)})
    return 0


def _delete_runs(database: Database[Document], runs: list[str]) -> None:
    for collection in _OF_RUNS:
        database[collection].delete_many({"run": {"$in": runs}})
    database[schema.EDITS].delete_many({"kind": "run", "of": {"$in": runs}})
    database[schema.STATUSES].delete_many({"_id": {"$in": runs}})
    # The runs at last: by them the next step finds what is left of these.
    database[schema.RUNS].delete_many({"_id": {"$in": runs}})


def _delete_experiment(database: Database[Document], experiment: str) -> None:
    of_it = {"experiment": experiment}
    sweeps = [one["_id"] for one in database[schema.SWEEPS].find(of_it, {"_id": 1})]
    for collection in (schema.MEMBERS, schema.EPOCHS):
        database[collection].delete_many({"sweep": {"$in": sweeps}})
    for collection in (schema.SWEEPS, schema.VERSIONS):
        database[collection].delete_many(of_it)
    database[schema.DELETIONS].delete_many({"kind": "run", **of_it})
    database[schema.EDITS].delete_many({"kind": "experiment", "of": experiment})
    database[schema.EXPERIMENTS].delete_many({"_id": experiment})
