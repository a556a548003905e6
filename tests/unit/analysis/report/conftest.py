"""A store, and a sweep that was played in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import SIX_REPLICATES, played, two_days


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def sweep(store: SqliteStore) -> SweepRecord:
    """Two replicates of four conditions."""
    return played(store, two_days()).sweep


@pytest.fixture
def sweep_of_six(store: SqliteStore) -> SweepRecord:
    """Six replicates of four conditions."""
    return played(store, two_days(sweep=SIX_REPLICATES)).sweep
