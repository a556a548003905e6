"""What tests may reach: this machine, and the database server that was named for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

_REACHES = """
import socket
import pytest
def test_reaches():
    with socket.socket() as reaching:
        reaching.settimeout(0.2)
        try:
            reaching.connect(("192.0.2.1", 27017))
        except OSError:
            pass
"""


@pytest.mark.slow
@pytest.mark.parametrize(("named", "reaches"), [("mongodb://192.0.2.1/x", True), ("mongodb://192.0.2.2/", False)])
def test_the_one_server_that_was_named_may_be_reached(tmp_path: Path, named: str, reaches: bool) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    (tmp_path / "test_reaching.py").write_text(_REACHES, encoding="utf-8")
    environment = os.environ | {"SOCIARIUM_TEST_MONGODB": named, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) is reaches, done.stdout
    assert ("a test tried to reach 192.0.2.1" in done.stdout) is not reaches
