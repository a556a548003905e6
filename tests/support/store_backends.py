"""The stores under the contract suite: how to open each, and what each promises beyond one thread.

Every adapter that a machine can open is tested; a store that is not there is skipped with a line that says how to
run it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import mongomock
from pymongo import MongoClient

from sociarium.ports.store import Store
from sociarium.stores.mongo import MongoStore, open_mongo
from sociarium.stores.sqlite import SqliteStore

MONGODB = os.environ.get("SOCIARIUM_TEST_MONGODB", "").rstrip("/")
"""A MongoDB server that tests may use, as mongodb://127.0.0.1:27017/; each makes a database of its own and drops it."""

NO_MONGODB = (
    "no MongoDB server: name one with SOCIARIUM_TEST_MONGODB=mongodb://127.0.0.1:27017/, or run "
    "tests/servers/ferretdb/run make test"
)

if os.environ.get("SOCIARIUM_REQUIRE_MONGODB") and not MONGODB:
    raise RuntimeError(NO_MONGODB)


@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of store.

    Attributes:
        name: shown in the tests' ids.
        opened: opens an empty store of a test below a folder; the given function opens the same one again.
        concurrent: whether several threads and processes may use it at once.
        atomic_updates: whether an update that compares before it sets does both at once, beyond what the port asks.
        missing: why it cannot be tested here, with how to run it; None when it can.
    """

    name: str
    opened: Callable[[Path], AbstractContextManager[Callable[[], Store]]]
    concurrent: bool = True
    atomic_updates: Callable[[], bool] = lambda: True
    missing: str | None = None


@contextmanager
def _sqlite(folder: Path) -> Iterator[Callable[[], Store]]:
    stores: list[SqliteStore] = []

    def open_again() -> Store:
        stores.append(SqliteStore(folder / "store.db"))
        return stores[-1]

    try:
        yield open_again
    finally:
        for store in stores:
            store.close()


@contextmanager
def _mongomock(_folder: Path) -> Iterator[Callable[[], Store]]:
    client = mongomock.MongoClient()
    yield lambda: MongoStore(client, "sociarium", url="mongodb://mongomock/sociarium")


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of a new database on the server for tests; it is dropped afterwards."""
    server, question, options = MONGODB.partition("?")
    name = f"sociarium_test_{secrets.token_hex(8)}"
    try:
        yield f"{server.rstrip('/')}/{name}{question}{options}"
    finally:
        with MongoClient(MONGODB) as client:
            client.drop_database(name)


@contextmanager
def _mongodb(_folder: Path) -> Iterator[Callable[[], Store]]:
    stores: list[MongoStore] = []
    with fresh_database() as url:

        def open_again() -> Store:
            stores.append(open_mongo(url))
            return stores[-1]

        try:
            yield open_again
        finally:
            for store in stores:
                store.close()


def _is_mongod() -> bool:
    # FerretDB 1 reads, compares and overwrites in three steps.
    with MongoClient(MONGODB) as client:
        return not any(key.startswith("ferretdb") for key in client.admin.command("buildInfo"))


BACKENDS = [
    Backend("sqlite", _sqlite),
    Backend("mongomock", _mongomock, concurrent=False),
    Backend("mongodb", _mongodb, atomic_updates=_is_mongod, missing=None if MONGODB else NO_MONGODB),
]
