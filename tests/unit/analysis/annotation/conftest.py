"""A sweep that was played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import played, two_days


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def sweep(store: Store) -> SweepRecord:
    """Eight runs of eight or twelve messages, all done."""
    return played(store, two_days()).sweep
