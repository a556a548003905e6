"""What is wrong with a MongoDB store is told apart and told plainly."""

from __future__ import annotations

import socket

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    OperationFailure,
    ServerSelectionTimeoutError,
)

from sociarium.errors import SetupError, StoreError, StoreUnavailable
from sociarium.records.runs import Claim
from sociarium.stores.mongo import open_mongo
from sociarium.stores.mongo.errors import mapped_errors
from tests.support.mongo_stub import DONE, MARK, Command, found, refused, serving

QUICK = "serverSelectionTimeoutMS=500&connectTimeoutMS=500"
CLAIM = Claim("a1", 1, "w1", "2026-03-01T08:00:00.000Z", 1)


def _marked(name: str, command: Command) -> Command:
    """Answers of a store that is there, and empty."""
    if name != "find":
        return DONE
    return found(MARK) if command["find"] == "sociarium" else found()


def test_a_wrong_password_is_said_and_not_shown() -> None:
    def answer(_name: str, _command: Command) -> Command:
        return refused(18, "Authentication failed.")

    with serving(answer) as address, pytest.raises(SetupError, match="refuses user or password") as caught:
        open_mongo(f"mongodb://ada:s3cret@{address}/lab?{QUICK}")
    assert f"mongodb://{address}/lab" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_wants_a_user_says_so() -> None:
    def answer(_name: str, _command: Command) -> Command:
        return refused(13, "Command find requires authentication")

    with serving(answer) as address, pytest.raises(SetupError, match="wants a user and a password"):
        open_mongo(f"mongodb://{address}/lab?{QUICK}")


def test_who_may_only_read_can_open_a_store_and_is_told_when_writing() -> None:
    def answer(name: str, command: Command) -> Command:
        return _marked(name, command) if name == "find" else refused(13, "not authorized on lab to execute command")

    with serving(answer) as address:
        store = open_mongo(f"mongodb://{address}/lab?{QUICK}", create=False)
        assert store.journal("a1") == []
        with pytest.raises(SetupError, match="readWrite"):
            store.claim(CLAIM)
        store.close()


def test_a_claim_whose_acknowledgement_was_lost_is_ours_when_it_is_made_again() -> None:
    kept: list[Command] = []

    def answer(name: str, command: Command) -> Command | None:
        if name == "insert" and not kept:
            kept.extend(command["documents"])
            return None
        if name == "insert":
            return {"ok": 1, "n": 0, "writeErrors": [{"index": 0, "code": 11000, "errmsg": "duplicate key"}]}
        if name == "find" and command["find"] == "claims":
            return found(*kept)
        return _marked(name, command)

    with serving(answer) as address:
        store = open_mongo(f"mongodb://{address}/lab")
        with pytest.raises(StoreUnavailable, match="not reachable"):
            store.claim(CLAIM)
        assert store.claim(CLAIM) == CLAIM
        store.close()


def test_what_stands_but_is_not_confirmed_yet_is_asked_for_again() -> None:
    def answer(name: str, command: Command) -> Command:
        if name == "insert":
            return {"ok": 1, "n": 0, "writeErrors": [{"index": 0, "code": 11000, "errmsg": "duplicate key"}]}
        return _marked(name, command)

    with serving(answer) as address:
        store = open_mongo(f"mongodb://{address}/lab?{QUICK}")
        with pytest.raises(StoreUnavailable, match="does not confirm"):
            store.claim(CLAIM)
        store.close()


def test_every_write_waits_for_the_disks_of_a_majority_whatever_the_url_says() -> None:
    writes: list[object] = []
    reads: list[object] = []

    def answer(name: str, command: Command) -> Command:
        if name != "find":
            writes.append((command["writeConcern"], "txnNumber" in command))
        elif command["find"] != "sociarium":
            reads.append(command["readConcern"])
        return _marked(name, command)

    with serving(answer) as address:
        store = open_mongo(f"mongodb://{address}/lab?w=0&journal=false&retryWrites=true&{QUICK}")
        store.claim(CLAIM)
        store.erase("a1", before=2)
        store.journal("a1")
        store.close()
    assert writes == [({"w": "majority", "j": True}, False)] * len(writes)
    assert reads == [{"level": "majority"}] * len(reads)
    assert (len(writes), len(reads)) >= (3, 2)


@pytest.mark.slow
def test_a_server_that_is_not_there_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(StoreUnavailable, match=r"not reachable .*refused"):
        open_mongo(f"mongodb://127.0.0.1:{port}/lab?{QUICK}")


def test_a_host_that_nobody_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(SetupError, match=r"host of the store .*lab.example.* is not known"):
        open_mongo(f"mongodb://lab.example/lab?{QUICK}")


def test_a_server_without_tls_is_no_secure_connection() -> None:
    with serving(_marked) as address, pytest.raises(SetupError, match=r"no secure connection .*tlsCAFile"):
        open_mongo(f"mongodb://{address}/lab?tls=true&{QUICK}")


OPENING = [
    (OperationFailure("bad auth : authentication failed", 8000), SetupError, "user or password"),
    (OperationFailure("user is not allowed to do action [insert] on [lab.runs]", 8000), SetupError, "readWrite"),
    (ConfigurationError("The DNS query name does not exist: _mongodb._tcp.x."), SetupError, "is not known"),
    (ConfigurationError("Server at x reports wire version 5"), SetupError, "wire version"),
    (AutoReconnect("x:1: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"), SetupError, "secure"),
    (ServerSelectionTimeoutError("x:1: timed out, Timeout: 10s, Topology"), StoreUnavailable, r"\(x:1: timed out\)"),
]


@pytest.mark.parametrize(("raised", "kind", "text"), OPENING, ids=lambda value: type(value).__name__)
def test_faults_of_the_setup_are_told_when_a_store_is_opened(
    raised: Exception, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text) as caught, mapped_errors("mongodb://x/lab", opening=True):
        raise raised
    assert caught.value.__cause__ is raised


PASSING = [
    AutoReconnect("x:1: connection closed"),
    AutoReconnect("x:1: [Errno -3] Temporary failure in name resolution"),
    AutoReconnect("x:1: [SSL] record layer failure"),
    ServerSelectionTimeoutError("No primary available for writes, Timeout: 10s"),
    OperationFailure("Authentication failed.", 18),
    OperationFailure("you are over your space quota, using 512 MB of 512 MB", 8000),
    OperationFailure("interrupted at shutdown", 11600),
    OperationFailure("of a kind to come", 424242, {"errorLabels": ["RetryableWriteError"]}),
    BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64, "errmsg": "waiting timed out"}]}),
]


@pytest.mark.parametrize("raised", PASSING, ids=str)
def test_trouble_that_passes_is_waited_for_in_the_middle_of_a_sweep(raised: Exception) -> None:
    with pytest.raises(StoreUnavailable), mapped_errors("mongodb://x/lab"):
        raise raised


def test_what_the_server_refuses_for_good_is_no_trouble_that_passes() -> None:
    faults = [{"index": 0, "code": 11000, "errmsg": "dup"}, {"index": 1, "code": 121, "errmsg": "failed validation"}]
    with pytest.raises(StoreError, match="refuses: failed validation") as caught, mapped_errors("mongodb://x/lab"):
        raise BulkWriteError({"writeErrors": faults, "writeConcernErrors": []})
    assert not isinstance(caught.value, StoreUnavailable)
