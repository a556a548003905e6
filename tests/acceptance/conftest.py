"""Sweeps for acceptance tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.definitions import small
from tests.support.program import Program
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database
from tests.support.sweep_processes import Played, embedded, sweep_file


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


@pytest.fixture
def shared(program: Program, url: str) -> Program:
    """The program on a store that several people use."""
    return replace(program, environment=program.environment | {"SOCIARIUM_STORE": url})


@pytest.fixture
def ada(shared: Program) -> Program:
    """The program as ada uses it."""
    return shared.as_user("ada")


@pytest.fixture
def bob(shared: Program) -> Program:
    """The program as bob uses it."""
    return shared.as_user("bob")


@pytest.fixture
def hers(ada: Program) -> dict[str, str]:
    """Ada's experiment, its sweep and one of its runs."""
    file = ada.file(small(sweep="{factors: {messages: 4}, replicates: 3}"))
    done = ada("run", file, "--json").json
    run = ada("list", "runs", "--json").json[0]["run"]
    return {"experiment": done["experiment"], "sweep": done["sweep"], "run": run}
