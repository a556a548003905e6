"""Sweeps for acceptance tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.program import Program
from tests.acceptance.sweeps import Played, embedded, sweep_file
from tests.contract.stores import MONGODB, NO_MONGODB, fresh_database


@pytest.fixture
def played(tmp_path: Path, program_environment: dict[str, str]) -> Played:
    """A sweep of 64 conversations of 10 messages over two days."""
    return Played(sweep_file(tmp_path), tmp_path, program_environment, embedded(tmp_path))


@pytest.fixture
def small_sweep(tmp_path: Path, program_environment: dict[str, str]) -> Played:
    """A sweep of 24 conversations of 10 messages over two days."""
    return Played(sweep_file(tmp_path, conditions=6), tmp_path, program_environment, embedded(tmp_path))


@pytest.fixture
def served_sweep(tmp_path: Path, program_environment: dict[str, str]) -> Iterator[Played]:
    """A sweep of 24 conversations of 10 messages over two days, kept on a MongoDB server."""
    if not MONGODB:
        pytest.skip(NO_MONGODB)
    with fresh_database() as url:
        yield Played(sweep_file(tmp_path, conditions=6), tmp_path, program_environment, url)


@pytest.fixture
def program(tmp_path: Path, program_environment: dict[str, str]) -> Program:
    """The program in an empty folder."""
    return Program(tmp_path, program_environment)


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=pytest.mark.skipif(not MONGODB, reason=NO_MONGODB))])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store of each kind."""
    if request.param == "sqlite":
        yield embedded(tmp_path)
    else:
        with fresh_database() as found:
            yield found
