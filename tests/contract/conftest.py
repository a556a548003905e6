"""Stores under test, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sociarium.ports.store import Store
from tests.support.store_backends import BACKENDS, Backend


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    found: Backend = request.param
    if found.missing:
        pytest.skip(found.missing)
    return found


@pytest.fixture
def reopen(backend: Backend, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    with backend.opened(tmp_path) as open_again:
        yield open_again


@pytest.fixture
def store(reopen: Callable[[], Store]) -> Store:
    return reopen()


@pytest.fixture
def concurrent(backend: Backend) -> None:
    if not backend.concurrent:
        pytest.skip(f"{backend.name} promises nothing to several threads")


@pytest.fixture
def atomic_updates(backend: Backend) -> None:
    if not backend.atomic_updates():
        pytest.skip(f"this {backend.name} server compares and sets in two steps")
