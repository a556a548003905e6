"""Deletion in steps: what is marked goes in an order in which a step that stopped half-way can be made again."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from sociarium.records.plans import Deletion
from sociarium.stores.mongo import schema
from sociarium.stores.mongo.documents import Document, deletion_id
from sociarium.stores.mongo.paging import distinct, read

_AT_ONCE = 500
_RUN_COLLECTIONS = (
    schema.MEMBERS,
    schema.EVENTS,
    schema.JOURNAL,
    schema.INPUTS,
    schema.CLAIMS,
    schema.INTERVIEWS,
    schema.LABELS,
    schema.MEASURES,
)
"""Collections of what runs leave behind, by run; the members first, so that no sweep leads to half a run."""

_SWEEP_COLLECTIONS = (schema.MEMBERS, schema.EPOCHS, schema.STEERING)
"""Collections of what belongs to a sweep, by sweep."""


def discard(database: Database[Document], deletion: Deletion, most: int) -> int:
    """Delete a part of what is marked; returns how many runs went."""
    if deletion.kind == "sweep":
        return _discard_sweep(database, deletion, most)
    filter_: dict[str, Any] = {"experiment" if deletion.kind == "experiment" else "_id": deletion.of}
    runs = [document["_id"] for document in database[schema.RUNS].find(filter_, {"_id": 1}, limit=most)]
    if runs:
        _delete_runs(database, runs)
        return len(runs)
    if deletion.kind == "experiment":
        _delete_experiment(database, deletion.of)
    database[schema.DELETIONS].delete_many({"_id": deletion_id(deletion.kind, deletion.of)})
    return 0


def _discard_sweep(database: Database[Document], deletion: Deletion, most: int) -> int:
    sweep = deletion.of
    if runs := _runs_of_sweep_alone(database, sweep, most):
        of_runs = {"run": {"$in": runs}}
        # The members at last: by them the next step finds what is left; a run without a status is in no list meanwhile.
        database[schema.STATUSES].delete_many({"_id": {"$in": runs}})
        for collection in _RUN_COLLECTIONS[1:]:
            database[collection].delete_many(of_runs)
        database[schema.EDITS].delete_many({"kind": "run", "of": {"$in": runs}})
        database[schema.RUNS].delete_many({"_id": {"$in": runs}})
        database[schema.MEMBERS].delete_many(of_runs)
        return len(runs)
    for collection in _SWEEP_COLLECTIONS:
        database[collection].delete_many({"sweep": sweep})
    database[schema.SWEEPS].delete_many({"_id": sweep})
    database[schema.DELETIONS].delete_many({"_id": deletion_id("sweep", sweep)})
    return 0


def _runs_of_sweep_alone(database: Database[Document], sweep: str, most: int) -> list[str]:
    """Some runs that stand in this sweep and in no other."""
    last = -1
    while True:
        next_page = {"sweep": sweep, "position": {"$gt": last}}
        page = read(database[schema.MEMBERS], next_page, sort=[("position", ASCENDING)], limit=_AT_ONCE)
        ids = distinct(member["run"] for member in page)
        others = read(database[schema.MEMBERS], {"run": {"$in": ids}}, {"run": 1, "sweep": 1}) if ids else []
        in_others = {member["run"] for member in others if member["sweep"] != sweep}
        if runs := [id_ for id_ in ids if id_ not in in_others]:
            return runs[:most]
        if len(page) < _AT_ONCE:
            return []
        last = page[-1]["position"]


def _delete_runs(database: Database[Document], runs: list[str]) -> None:
    for collection in _RUN_COLLECTIONS:
        database[collection].delete_many({"run": {"$in": runs}})
    database[schema.EDITS].delete_many({"kind": "run", "of": {"$in": runs}})
    database[schema.STATUSES].delete_many({"_id": {"$in": runs}})
    # The runs at last: by them the next step finds what is left of these.
    database[schema.RUNS].delete_many({"_id": {"$in": runs}})


def _delete_experiment(database: Database[Document], experiment: str) -> None:
    filter_ = {"experiment": experiment}
    sweeps = [document["_id"] for document in database[schema.SWEEPS].find(filter_, {"_id": 1})]
    for collection in _SWEEP_COLLECTIONS:
        database[collection].delete_many({"sweep": {"$in": sweeps}})
    codebooks = [document["_id"] for document in database[schema.CODEBOOKS].find(filter_, {"_id": 1})]
    database[schema.LABELS].delete_many({"codebook": {"$in": codebooks}})
    for collection in (schema.SWEEPS, schema.VERSIONS, schema.CODEBOOKS):
        database[collection].delete_many(filter_)
    database[schema.DELETIONS].delete_many({"kind": {"$in": ["run", "sweep"]}, **filter_})
    database[schema.EDITS].delete_many({"kind": "experiment", "of": experiment})
    database[schema.EXPERIMENTS].delete_many({"_id": experiment})
