"""A store with two experiments that were played, and the pages over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Claim, Outcome, RunState, SweepSlot
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.app import create_app
from sociarium.viewer.settings import ViewerSettings
from tests.played import played, two_days

ADDRESS = "http://127.0.0.1:8042"
FORM = "a token of these tests"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def sweep(store: Store) -> SweepRecord:
    """Four conditions of two replicates, all done: what ada began."""
    return played(store, two_days()).sweep


@pytest.fixture
def client(store: Store) -> Callable[..., TestClient]:
    """Makes a browser without a browser, on pages that were started with these settings."""

    def made(opened: Store | None = None, **settings: Any) -> TestClient:
        host = settings.get("host", "127.0.0.1")
        chosen = ViewerSettings(opened or store, **{"user": "ada", "form_token": FORM, **settings})
        app = create_app(chosen, this_worker())
        base = f"http://{host}:8042"
        return TestClient(app, base_url=base, follow_redirects=False, raise_server_exceptions=False)

    return made


def places(store: Store, sweep: SweepRecord) -> list[SweepSlot]:
    return list(store.slots(sweep.id))


def let_go(store: Store, place: SweepSlot, *, error: str | None) -> None:
    """The run failed with an error, when it was taken up once more."""
    token = place.status.token
    worker = this_worker("ada")
    store.claim(Claim(place.status.run, token + 1, worker.id, "2026-01-02T03:04:05.000Z", by="ada"))
    store.claim(
        Claim(place.status.run, token + 2, worker.id, "2026-01-02T03:04:06.000Z",
              outcome=Outcome(RunState.FAILED, error=error), by="ada")
    )  # fmt: skip


def take_up(store: Store, place: SweepSlot, **doing: object) -> None:
    """A live worker holds the run."""
    worker = this_worker("bob")
    store.record_heartbeat(worker)
    store.claim(Claim(place.status.run, place.status.token + 1, worker.id, "2026-01-02T03:04:05.000Z", by="bob"))
