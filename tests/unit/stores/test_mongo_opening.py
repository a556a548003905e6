"""URLs of MongoDB stores, and databases that are or are not one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mongomock
import pytest

from sociarium.errors import SetupError, StoreError, StoreMismatch
from sociarium.records.journal import JournalEntry
from sociarium.records.plans import Member
from sociarium.records.runs import Claim, Run, RunState
from sociarium.stores.mongo import MongoStore, open_mongo
from sociarium.stores.mongo.schema import COLLECTIONS, INDEXES, META, SCHEMA
from tests.support.mongo_stub import DONE, MARK, Command, found, serving

AT = "2026-03-01T08:00:00.000Z"
ENTRY = JournalEntry("a1", "k", 1, 1, "f", "record", "x", AT)


def opened(client: Any, **options: bool) -> MongoStore:
    return MongoStore(client, "lab", url="mongodb://mongomock/lab", **options)


@pytest.fixture
def client() -> Any:
    return mongomock.MongoClient()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mongodb://{}/lab", "mongodb://{}/lab"),
        ("mongodb://{}", "mongodb://{}/sociarium"),
        ("mongodb://{}/?appName=x", "mongodb://{}/sociarium"),
        ("mongodb://{}/a%2Db?appName=x", "mongodb://{}/a-b"),
    ],
)
def test_a_url_names_the_database_and_is_shown_without_options(url: str, shown: str) -> None:
    asked: set[str] = set()

    def answer(_name: str, command: Command) -> Command:
        asked.add(command["$db"])
        return found(MARK)

    with serving(answer) as address:
        store = open_mongo(url.format(address))
        store.close()
    assert store.url == shown.format(address)
    assert asked - {"admin"} == {store.url.rpartition("/")[2]}


@pytest.mark.parametrize(
    "url",
    ["mongodb://ada:pa/ss@host/lab", "mongodb://ada:pa@ss@host/lab", "mongodb://ada:pa?ss@host"],
)
def test_a_url_that_cannot_be_read_shows_no_part_of_the_password(url: str) -> None:
    with pytest.raises(SetupError, match="percent-encoded") as caught:
        open_mongo(url)
    assert not {"pa", "ss"} & set(str(caught.value).replace("/", " ").replace("@", " ").split())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mongodb://lab:99999999/x", "the port of the host 'lab'"),
        ("mongodb://lab:/x", "the port of the host 'lab'"),
        ("mongodb://ada:secret", "the port of the host 'ada'"),
        ("mongodb://ada:secret@lab:0/x", "Port must be"),
        ("mongodb://[::1]:x/a", r"the port of the host '\[::1\]'"),
        ("mongodb://the lab/x", "'the lab' in the MongoDB URL is no name of a host"),
        ("mongodb+srv://lab.example:27017/x", "must not include a port"),
        ("mongodb://lab/x?ssl=true&tls=false", "conflicting values"),
        ("mongodb://lab/x?tlsCAFile=/nope.pem", "No such file or directory: '/nope.pem'"),
    ],
)
def test_the_very_fault_of_a_url_is_said(url: str, words: str) -> None:
    with pytest.raises(SetupError, match=words) as caught:
        open_mongo(url)
    assert "secret" not in str(caught.value)


def test_a_password_with_a_bad_escape_is_not_shown() -> None:
    with pytest.raises(SetupError) as caught:
        open_mongo("mongodb://ada:hidden:word@host/lab")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("option", ["conectTimeoutMS=5", "serverSelectionTimeoutMS=soon", "tls=perhaps"])
def test_an_option_that_the_driver_does_not_know_is_a_fault(option: str) -> None:
    with pytest.raises(SetupError, match=f"(?i){option.partition('=')[0]}"):
        open_mongo(f"mongodb://127.0.0.1:1/lab?{option}")


def test_a_new_store_is_marked_and_indexed_once(client: Any) -> None:
    opened(client)
    assert client["lab"][META].find_one() == {"_id": "store", "schema": SCHEMA, "indexes": sorted(INDEXES)}
    for name, indexes in COLLECTIONS.items():
        declared = {index.name for index in indexes}
        assert {"_id_", *declared} >= set(client["lab"][name].index_information()) >= declared
    client["lab"]["experiments"].drop_index("experiments_latest")
    opened(client)
    assert "experiments_latest" not in client["lab"]["experiments"].index_information()


def test_indexes_that_are_missing_are_made_and_those_of_others_are_left(client: Any) -> None:
    opened(client)
    client["lab"][META].update_one({}, {"$set": {"indexes": ["of_a_later_version"]}})
    client["lab"]["experiments"].drop_index("experiments_latest")
    opened(client)
    assert "experiments_latest" in client["lab"]["experiments"].index_information()
    assert set(client["lab"][META].find_one()["indexes"]) == {*INDEXES, "of_a_later_version"}


def test_reading_makes_no_store(client: Any) -> None:
    with pytest.raises(SetupError, match="there is no store at mongodb://mongomock/lab"):
        opened(client, create=False)
    assert client["lab"].list_collection_names() == []
    opened(client)
    opened(client, create=False)


def test_a_database_of_another_program_is_left_alone(client: Any) -> None:
    client["lab"]["experiments"].insert_one({"llms": []})
    with pytest.raises(SetupError, match=r"another program \(experiments\)"):
        opened(client)
    assert client["lab"].list_collection_names() == ["experiments"]


@pytest.mark.parametrize(("number", "text"), [(SCHEMA + 1, "a newer"), (SCHEMA - 1, "an older"), ("x", "an older")])
def test_a_store_of_another_schema_is_said(client: Any, number: object, text: str) -> None:
    opened(client)
    client["lab"][META].update_one({}, {"$set": {"schema": number}})
    with pytest.raises(StoreMismatch, match=f"{text} version"):
        opened(client)


def test_what_no_document_holds_is_refused_and_its_batch_not_kept(client: Any) -> None:
    store = opened(client)
    big = replace(ENTRY, key="big", answer="x" * 17_000_000)
    with pytest.raises(StoreError, match=r"a1/big cannot be kept: it has 17 MB"):
        store.append([ENTRY, big])
    assert store.journal("a1") == []
    store.append([ENTRY, replace(big, answer="x" * 15_000_000)])
    assert len(store.journal("a1")) == 2


@pytest.mark.parametrize("seed", [2**63, 2**70])
def test_a_number_that_mongodb_does_not_hold_is_refused(seed: int) -> None:
    with serving(lambda name, _: found(MARK) if name == "find" else DONE) as address:
        store = open_mongo(f"mongodb://{address}/lab")
        with pytest.raises(StoreError, match="cannot keep this"):
            store.place_runs([], [Run("a1", "e1", "ada", 1, seed, "{}", "a1", AT)])
        store.close()


def test_a_claim_whose_writer_was_killed_reaches_the_status_by_the_next(client: Any) -> None:
    store = opened(client)
    store.place_runs([Member("aa", 0, "a1", 1, {})], [Run("a1", "e1", "ada", 1, 7, "{}", "a1", AT)])
    before = client["lab"]["statuses"].find_one()
    store.claim(Claim("a1", 1, "killed", AT, 1))
    client["lab"]["statuses"].replace_one({}, before)
    assert store.claim(Claim("a1", 1, "next", AT, 1)).worker == "killed"
    [status] = store.run_statuses(["a1"])
    assert (status.state, status.worker, status.started) == (RunState.RUNNING, "killed", AT)


def test_documents_carry_the_schema_and_no_keys_from_outside(client: Any) -> None:
    store = opened(client)
    store.place_runs([Member("aa", 0, "a1", 1, {"a.b": "$x"})], [Run("a1", "e1", "ada", 1, 7, "{}", "a1", AT)])
    store.claim(Claim("a1", 1, "w1", AT, 1))
    store.append([replace(ENTRY, answer={"$set": {"a.b": "\0"}})])
    for name in ("members", "runs", "statuses", "claims", "journal"):
        [document] = client["lab"][name].find()
        assert document["schema"] == SCHEMA
        assert not any("." in key or "$" in key for key in document)
        assert not any(isinstance(value, dict) for value in document.values())
