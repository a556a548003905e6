"""Sweeps for acceptance tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.program import Program
from tests.acceptance.sweeps import Played, sweep_file


@pytest.fixture
def played(tmp_path: Path, program_environment: dict[str, str]) -> Played:
    """A sweep of 64 conversations of 10 messages over two days."""
    return Played(sweep_file(tmp_path), tmp_path, program_environment)


@pytest.fixture
def small_sweep(tmp_path: Path, program_environment: dict[str, str]) -> Played:
    """A sweep of 24 conversations of 10 messages over two days."""
    return Played(sweep_file(tmp_path, conditions=6), tmp_path, program_environment)


@pytest.fixture
def program(tmp_path: Path, program_environment: dict[str, str]) -> Program:
    """The program in an empty folder."""
    return Program(tmp_path, program_environment)
