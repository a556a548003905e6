"""A MongoDB database as stores use it: inserts that stand or do not, and its errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from sociarium.errors import NotFound, StoreUnavailable
from sociarium.stores.mongo import documents
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.errors import is_duplicate, mapped_errors
from sociarium.stores.mongo.paging import distinct, read, slices
from sociarium.stores.mongo.setup import prepare

T = TypeVar("T")

RUNS_AT_ONCE = 100
"""Runs of which documents are read at once."""


class MongoDatabase:
    """An open database. The client keeps a pool of connections and may be used by any thread.

    Ownership: the client is closed with it.
    """

    def __init__(
        self, client: MongoClient[Document], database: str, *, url: str, create: bool = True, migrate: bool = False
    ) -> None:
        """Take over a client, and mark and index the database unless that is done.

        Args:
            client: closed with the store.
            url: where it is, without a password.
            create: make a store of a database that holds none.
            migrate: bring one of an older version up to date; without it such a one is refused.

        Raises:
            SetupError: it may not be used so, holds something else, or no store although none is to be made.
            StoreMismatch: another version of Sociarium made it.
            StoreUnavailable: the server cannot be reached.
        """
        self._client = client
        self._url = url
        self._closed = False
        with self._mapped_errors(opening=True):
            self._database = client[database]
            prepare(self._database, url, create=create, bring_up_to_date=migrate)

    @property
    def url(self) -> str:
        """`mongodb://user@host/database`."""
        return self._url

    def close(self) -> None:
        """See the port."""
        self._closed = True
        self._client.close()

    def _collection(self, name: str) -> Collection[Document]:
        return self._database[name]

    def _document(self, collection: str, kind: str, id_: str) -> Document:
        with self._mapped_errors():
            document = self._collection(collection).find_one({"_id": id_})
        if document is None:
            raise NotFound(f"there is no {kind} {id_} in {self.url}")
        return document

    def _existing(self, collection: str, ids: Sequence[str]) -> dict[str, Document]:
        """Those of the documents that are there, by id."""
        matches = (
            document
            for page in slices(distinct(ids))
            # One id is looked up by equality, which every compatible server does without looking at the others.
            for document in read(self._collection(collection), {"_id": page[0] if len(page) == 1 else {"$in": page}})
        )
        return {document["_id"]: document for document in matches}

    def _pages_of_runs(self, collection: str, filter_: Document, runs: Iterable[str]) -> Iterator[list[Document]]:
        """Documents of some runs at once, in no order; no cursor stays open while the caller takes its time."""
        for page in slices(sorted(set(runs)), RUNS_AT_ONCE):
            with self._mapped_errors():
                matches = read(self._collection(collection), {**filter_, "run": {"$in": list(page)}})
            yield matches

    def _insert(self, collection: str, batch: Sequence[Document]) -> list[str]:
        """Insert documents unless they stand already.

        Returns:
            The ids of those that were refused because they, or others with a unique field in common, stand.
        """
        if not batch:
            return []
        try:
            self._collection(collection).insert_many(
                [documents.refuse_oversized(document) for document in batch], ordered=False
            )
        except BulkWriteError as error:
            if not is_duplicate(error):
                raise
            return [batch[fault["index"]]["_id"] for fault in error.details["writeErrors"]]
        return []

    def _insert_missing(self, collection: str, batch: Sequence[Document]) -> dict[str, Document]:
        """Insert documents unless they stand already; returns those that stood, by id."""
        refused_ids = self._insert(collection, batch)
        conflicts = self._existing(collection, refused_ids) if refused_ids else {}
        if not conflicts.keys() >= set(refused_ids):
            raise StoreUnavailable(f"the store {self.url} does not confirm yet what stands in it; ask again")
        return conflicts

    def _iterate(self, items: Iterator[T]) -> Iterator[T]:
        while True:
            with self._mapped_errors():
                item = next(items, None)
            if item is None:
                return
            yield item

    @contextmanager
    def _mapped_errors(self, *, opening: bool = False) -> Iterator[None]:
        if self._closed:
            raise StoreUnavailable(f"the store {self.url} is closed")
        with mapped_errors(self._url, opening=opening):
            yield
