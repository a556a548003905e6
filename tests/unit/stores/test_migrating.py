"""Stores of an older schema: refused, and brought up to date when asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import mongomock
import pytest
from pymongo import MongoClient

from sociarium.errors import StoreMismatch
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, RunQuery
from sociarium.records.runs import Counters, RunState, Worker
from sociarium.stores.mongo import MongoStore, open_mongo
from sociarium.stores.sqlite import SqliteStore
from sociarium.stores.sqlite.schema import APPLICATION, LATER_COLUMNS, SCHEMA
from tests.support.records import entry, experiment, finished, member, run, sweep, taken, version
from tests.support.sqlite_schema_1 import TABLES
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database

DOCUMENT = json.dumps({"roles": {"guard": {}}, "models": {"llama": {"model": "llama3"}}})
CONTENT = json.dumps({"roles": [{"name": "guard", "count": 1}], "models": {"llama": {"model": "llama3"}}})


def filled(store: Store) -> None:
    store.save_experiment(experiment(), version(document=DOCUMENT))
    store.save_sweep(sweep())
    store.place_runs([member("a1", days=2), member("a2", 1)], [run("a1", content=CONTENT), run("a2", content=CONTENT)])
    store.claim(taken("a1"))
    store.append([entry("k")])
    store.claim(finished("a1"))


def looked(store: Store) -> list[Any]:
    """What lists and reading say of a store."""
    wanted = [RunQuery(), RunQuery(role="guard", model="llama3"), RunQuery(state=RunState.DONE),
              RunQuery(where={"days": "2"}), RunQuery(creator="ada")]  # fmt: skip
    return [
        [list(store.list_runs(one)) for one in wanted],
        list(store.list_experiments(ExperimentQuery(role="guard", model="llama"))),
        store.journal("a1"),
        store.claimed_runs("e1"),
        store.size_of("e1"),
        list(store.slots("aa")),
    ]


def old_sqlite(path: Path) -> None:
    """A file as schema 1 had it, with the rows of `filled`."""
    new = SqliteStore(path.with_name("new.db"))
    filled(new)
    new.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(TABLES)
        connection.execute(f"PRAGMA application_id={APPLICATION}")
        connection.execute("PRAGMA user_version=1")
        connection.execute("ATTACH ? AS new", (str(new.path),))
        for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            known = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})") if row[1] != "schema"]
            columns = ", ".join(f'"{column}"' for column in known)
            connection.execute(f"INSERT INTO main.{table} ({columns}, schema) SELECT {columns}, 1 FROM new.{table}")


def old_mongo(database: Any, store: MongoStore) -> None:
    """A database as schema 1 had it, with the documents of `filled`."""
    filled(store)
    database["sociarium"].update_one({}, {"$set": {"schema": 1, "indexes": ["experiments_latest"]}})
    for name, gone in (("versions", ["roles", "models", "served"]), ("statuses", ["tags"]), ("members", ["levels"])):
        database[name].update_many({}, {"$unset": dict.fromkeys(gone, ""), "$set": {"schema": 1}})


@pytest.fixture(params=["sqlite", "mongomock", "mongodb"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens a store that schema 1 made."""
    if request.param == "sqlite":
        old_sqlite(tmp_path / "old.db")
        yield lambda **options: SqliteStore(tmp_path / "old.db", **options)
    elif request.param == "mongomock":
        client = mongomock.MongoClient()
        old_mongo(client["lab"], MongoStore(client, "lab", url="mongodb://mongomock/lab"))
        yield lambda **options: MongoStore(client, "lab", url="mongodb://mongomock/lab", **options)
    elif MONGODB:
        with fresh_database() as url, MongoClient[Any](url) as client, ExitStack() as stack:

            def closed_later(**options: bool) -> Store:
                return stack.enter_context(closing(open_mongo(url, **options)))

            old_mongo(client.get_default_database(), stack.enter_context(closing(open_mongo(url))))
            yield closed_later
    else:
        pytest.skip(NO_MONGODB)


def test_an_older_store_is_refused_with_the_command_that_brings_it_up_to_date(opened: Callable[..., Store]) -> None:
    for _ in range(2):
        with pytest.raises(StoreMismatch, match=r"an older version \(schema 1, here 3\).*doctor --migrate"):
            opened()


def test_an_older_store_brought_up_to_date_is_as_one_made_now(opened: Callable[..., Store], tmp_path: Path) -> None:
    opened(migrate=True)
    fresh = SqliteStore(tmp_path / "fresh.db")
    filled(fresh)
    store = opened()
    assert looked(store) == looked(fresh)
    assert looked(opened(migrate=True)) == looked(fresh)


def test_runs_that_were_done_before_runs_were_counted_by_model_stay_uncounted(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    filled(store)
    store.close()
    with closing(sqlite3.connect(tmp_path / "s.db", isolation_level=None)) as connection:
        connection.execute("ALTER TABLE statuses DROP COLUMN by_model")
        connection.execute("UPDATE claims SET outcome = json_remove(outcome, '$.counters.by_model')")
    embedded = SqliteStore(tmp_path / "s.db")
    assert [one.problem for one in embedded.check_health() if one.problem] == []
    client = mongomock.MongoClient()
    served = MongoStore(client, "lab", url="mongodb://mongomock/lab")
    filled(served)
    client["lab"]["statuses"].update_many({}, {"$unset": {"by_model": ""}})
    client["lab"]["claims"].update_many({"outcome": {"$ne": None}}, {"$unset": {"outcome.counters.by_model": ""}})
    for one in (embedded, served):
        assert [status.counters.by_model for status in one.run_statuses(["a1", "a2"])] == [None, None]
        outcome = one.claims("a1")[1].outcome
        assert outcome is not None
        assert outcome.counters == Counters(4, 5, 60, 7)


def test_a_newer_store_is_refused_even_then(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "s.db").close()
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA + 1}")
    for migrate in (False, True):
        with pytest.raises(StoreMismatch, match=r"a newer version.*update Sociarium"):
            SqliteStore(tmp_path / "s.db", migrate=migrate)
    client = mongomock.MongoClient()
    MongoStore(client, "lab", url="mongodb://mongomock/lab")
    client["lab"]["sociarium"].update_one({}, {"$set": {"schema": SCHEMA + 1}})
    for migrate in (False, True):
        with pytest.raises(StoreMismatch, match=r"a newer version.*update Sociarium"):
            MongoStore(client, "lab", url="mongodb://mongomock/lab", migrate=migrate)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    old_sqlite(tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("UPDATE versions SET document = 'no JSON'")
        connection.commit()
    with pytest.raises(ValueError, match="Expecting value"):
        SqliteStore(tmp_path / "old.db", migrate=True)
    with pytest.raises(StoreMismatch):
        SqliteStore(tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        assert "roles" not in [row[1] for row in connection.execute("PRAGMA table_info(versions)")]


def test_a_migration_that_stopped_half_way_goes_on() -> None:
    client = mongomock.MongoClient()
    old_mongo(client["lab"], MongoStore(client, "lab", url="mongodb://mongomock/lab"))
    statuses = client["lab"]["statuses"]
    statuses.update_one({"_id": "a1"}, {"$set": {"tags": ["role:guard"], "schema": SCHEMA}})
    MongoStore(client, "lab", url="mongodb://mongomock/lab", migrate=True)
    assert statuses.find_one({"_id": "a1"})["tags"] == ["role:guard"]
    assert statuses.find_one({"_id": "a2"})["tags"] == ["role:guard", "model:llama", "model:llama3"]


def test_rows_that_an_older_version_left_are_found_and_mended(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    filled(store)
    assert [one.problem for one in store.check_health() if one.problem] == []
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("UPDATE statuses SET tags = '[]', experiment = '', schema = 1 WHERE run = 'a1'")
    assert any("1 row was written by an older version" in one.problem for one in store.check_health())
    mended = SqliteStore(store.path, migrate=True)
    assert mended.size_of("e1") == (2, 4)
    assert [one.problem for one in mended.check_health() if one.problem] == []


def test_missing_indexes_are_told_and_made(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    assert [one.problem for one in store.check_health()] == [""] * len(store.check_health())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("DROP INDEX statuses_experiment")
    assert any("statuses_experiment are not there" in one.problem for one in store.check_health())
    assert not any(one.problem for one in SqliteStore(store.path, migrate=True).check_health())
    assert store.workers([]) == {}


def test_a_store_that_was_made_before_people_were_kept_opens_and_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = SqliteStore(path)
    filled(store)
    before = looked(store)
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table, column, _ in LATER_COLUMNS:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    again = SqliteStore(path)
    assert looked(again) == before
    assert again.add_version(version("v2", by="bob")).by == "bob"
    again.claim(replace(taken("a2"), by="bob"))
    assert again.run_statuses(["a2"])[0].by == "bob"
    again.record_heartbeat(Worker("w9", "host", "boot", 1, "0", by="bob"))
    assert again.workers(["w9"])["w9"].by == "bob"
    assert not any(one.problem for one in again.check_health())


def test_documents_that_were_made_before_people_were_kept_are_read(tmp_path: Path) -> None:
    client: Any = mongomock.MongoClient()
    store = MongoStore(client, "sociarium", url="mongodb://mongomock/sociarium")
    filled(store)
    store.record_heartbeat(Worker("w1", "host", "boot", 1, "0"))
    before = [*looked(store), store.versions("e1"), store.claims("a1"), store.workers(["w1"])]
    for table, column in [(table, column) for table, column, _ in LATER_COLUMNS if column == "by"]:
        assert client["sociarium"][table].update_many({}, {"$unset": {column: ""}}).modified_count
    assert [*looked(store), store.versions("e1"), store.claims("a1"), store.workers(["w1"])] == before
    store.add_version(version("v2", by="bob"))
    assert [one.experiment.id for one in store.list_experiments(ExperimentQuery(role="guard"))] == ["e1"]
