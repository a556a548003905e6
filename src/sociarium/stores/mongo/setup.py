"""A database becomes a store: marked, with its indexes, and refused when it is not ours."""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress

from pymongo.database import Database
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure, ServerSelectionTimeoutError

from sociarium.errors import SetupError, StoreUnavailable
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.errors import UNAUTHORIZED
from sociarium.stores.mongo.migrate import migrate
from sociarium.stores.mongo.schema import COLLECTIONS, INDEXES, META, SCHEMA
from sociarium.stores.schema_version import mismatch

_MARK = {"_id": "store"}
_TRIES = 10


def prepare(database: Database[Document], url: str, *, create: bool, bring_up_to_date: bool = False) -> None:
    """Make sure that a database is a store of this version with all its indexes.

    A store that has them is only read, so that whoever may only read can open it.

    Args:
        bring_up_to_date: bring one of an older version up to date, and make indexes that somebody took away.

    Raises:
        SetupError: it holds no store and none is to be made, or collections of another program.
        StoreMismatch: another version of Sociarium made it.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            _prepare(database, url, create=create, bring_up_to_date=bring_up_to_date)
        except ServerSelectionTimeoutError:
            raise
        except AutoReconnect:
            # Every step may be repeated, and some servers drop who makes an index that another makes just now.
            if not tries_left:
                raise
        else:
            return


def _prepare(database: Database[Document], url: str, *, create: bool, bring_up_to_date: bool) -> None:
    mark = _read_mark(database) or _make_mark(database, url, create=create)
    version = mark["schema"]
    if version != SCHEMA and not (bring_up_to_date and isinstance(version, int) and 0 < version < SCHEMA):
        raise mismatch(url, version, SCHEMA)
    missing = INDEXES if bring_up_to_date else INDEXES.difference(mark["indexes"])
    try:
        _create_indexes(database, missing)
    except OperationFailure as error:
        # Who may only read does so without an index that this version would add.
        if create or bring_up_to_date or error.code != UNAUTHORIZED:
            raise
    if bring_up_to_date:
        migrate(database, version)


def _create_indexes(database: Database[Document], missing: Set[str]) -> None:
    if not missing:
        return
    for name, indexes in COLLECTIONS.items():
        if missing & {index.name for index in indexes}:
            # Only those that are not there: a server may drop who makes an index again.
            existing = database[name].index_information()
            if models := [index.model for index in indexes if index.name not in existing]:
                database[name].create_indexes(models)
    database[META].update_one(_MARK, {"$addToSet": {"indexes": {"$each": sorted(missing)}}})


def _read_mark(database: Database[Document]) -> Document | None:
    return database[META].find_one(_MARK)


def _make_mark(database: Database[Document], url: str, *, create: bool) -> Document:
    others = sorted(COLLECTIONS.keys() & set(database.list_collection_names()))
    # The mark is made before any collection, so one that is missing still was not just made by another worker.
    if others and (mark := _read_mark(database)):
        return mark
    if others:
        raise SetupError(
            f"the database {url} holds collections of another program ({', '.join(others)}); name another database "
            "in the URL or as DB_NAME, and fetch an earlier simulator's data with `sociarium import`"
        )
    if not create:
        raise SetupError(f"there is no store at {url}; `sociarium demo` or `sociarium run` makes one")
    with suppress(DuplicateKeyError):
        database[META].insert_one({**_MARK, "schema": SCHEMA, "indexes": []})
    if (mark := _read_mark(database)) is None:
        raise StoreUnavailable(f"the store {url} does not confirm yet what it was told; run the same command again")
    return mark
