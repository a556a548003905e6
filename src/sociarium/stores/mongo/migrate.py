"""A shared store of an older schema is brought up to date, when somebody asks for it.

Step by step over single documents: each says its schema, so that a migration that stopped half-way goes on, and the
store's own number changes last. Until then every version that is right for either schema refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from sociarium.experiment import listing_tags
from sociarium.records.lists import levels_of
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.schema import MEMBERS, META, RUNS, SCHEMA, STATUSES, VERSIONS

_AT_ONCE = 500


def migrate(database: Database[Document], version: int) -> None:
    """Take the documents of a store from a schema to this one; called again it mends those that an older one left."""
    for collection, changes in _CHANGES.items():
        for page in _pages(database, collection):
            for id_, change in changes(database, page).items():
                database[collection].update_one({"_id": id_}, {"$set": {**change, "schema": _LISTED}})
        # What later schemas add is absent where it says nothing.
        database[collection].update_many(_OLDER, {"$set": {"schema": SCHEMA}})
    if version != SCHEMA:
        database[META].update_one({"_id": "store"}, {"$set": {"schema": SCHEMA}})


def outdated_documents(database: Database[Document]) -> int:
    """How many documents were written by an older version that worked beside this one; lists miss them."""
    return sum(database[collection].count_documents(_OLDER) for collection in _CHANGES)


_OLDER: Mapping[str, Any] = {"schema": {"$lt": SCHEMA}}
_LISTED = 2
"""The schema from which on documents say what they are listed by."""
_UNLISTED: Mapping[str, Any] = {"schema": {"$lt": _LISTED}}


def _versions(_database: Database[Document], page: list[Document]) -> dict[str, Document]:
    by_id = {document["_id"]: listing_tags.document_tags(document["document"]) for document in page}
    return {
        id_: {"roles": list(tags.roles), "models": list(tags.models), "served": list(tags.served)}
        for id_, tags in by_id.items()
    }


def _statuses(database: Database[Document], page: list[Document]) -> dict[str, Document]:
    runs = database[RUNS].find({"_id": {"$in": [document["_id"] for document in page]}}, {"content": 1})
    return {document["_id"]: {"tags": list(listing_tags.content_tags(document["content"]).tags)} for document in runs}


def _members(_database: Database[Document], page: list[Document]) -> dict[str, Document]:
    return {document["_id"]: {"levels": levels_of(json.loads(document["condition"]))} for document in page}


_CHANGES: Mapping[str, Callable[[Database[Document], list[Document]], dict[str, Document]]] = {
    VERSIONS: _versions,
    STATUSES: _statuses,
    MEMBERS: _members,
}
"""Collections whose documents say since schema 2 what they are listed by."""


def _pages(database: Database[Document], collection: str) -> Iterator[list[Document]]:
    last = ""
    while True:
        older = {**_UNLISTED, "_id": {"$gt": last}}
        page = list(database[collection].find(older, sort=[("_id", ASCENDING)], limit=_AT_ONCE))
        if not page:
            return
        yield page
        last = page[-1]["_id"]
