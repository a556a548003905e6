"""A store with two experiments that were played, and the pages over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.app import create_app
from sociarium.viewer.settings import ViewerSettings
from tests.support.played_stores import played, two_days
from tests.support.viewer import FORM


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
