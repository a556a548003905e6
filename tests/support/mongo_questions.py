"""Counts what a stand-in for a MongoDB server is asked: each question is a round trip to a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mongomock
import pytest

from sociarium.exchange.merge import merge
from sociarium.exchange.transfer import everything
from sociarium.ports.store import Store
from sociarium.stores.mongo import MongoStore


class Questions:
    """What collections were asked, and how many documents came."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queries = self.documents = 0
        find = mongomock.Collection.find
        monkeypatch.setattr(mongomock.Collection, "find", self._noting(find))
        monkeypatch.setattr(
            mongomock.Collection, "distinct", self._noting(lambda one, key, of: find(one, of).distinct(key))
        )

    def of(self, ask: Callable[[], object]) -> int:
        """How many questions something asks."""
        before = self.queries
        ask()
        return self.queries - before

    def _noting(self, real: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
        def noting(*args: Any, **options: Any) -> Iterator[Any]:
            found = list(real(*args, **options))
            self.queries += 1
            self.documents += len(found)
            return iter(found)

        return noting


def mongo_store() -> MongoStore:
    """An empty store on the stand-in."""
    return MongoStore(mongomock.MongoClient(), "sociarium", url="mongodb://mongomock/sociarium")


def mongo_copy(store: Store) -> MongoStore:
    """A store on the stand-in that has what another one has."""
    copy = mongo_store()
    merge(copy, everything(store), lambda _count: None)
    return copy
