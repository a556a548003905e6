"""A real server with a real model, for the tests that `make test-real` runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

FOLDER = "SOCIARIUM_REAL_MODEL"
"""Names the folder in which the server and the model are installed."""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of llama.cpp's server."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"{FOLDER} is not set; `make test-real` sets it")
    script = Path(__file__).with_name("llama_server.py")
    with Popen([sys.executable, str(script), folder], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), f"the server did not begin: {address!r}"
        yield address
        process.terminate()
