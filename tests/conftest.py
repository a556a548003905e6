"""What every test shares: a world without outside addresses, and settings of this machine's user."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from pymongo.uri_parser import parse_uri
from pyreqwest.client import Client

from sociarium.cli.display.command_hints import remember_store
from sociarium.providers.network import ProxyRoute
from tests.support.program import OTHERS_SETTINGS, environment

# The same examples each time, and no clock in any verdict: machines are shared.
settings.register_profile(
    "sociarium", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sociarium")

# Workers of the tests share the cores: libraries that took all of them for each product of matrices would wait for
# each other. Set before any of them is imported, for programs that tests start, too.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

_LOOPBACK = ("127.", "::1", "localhost")
_connect = socket.socket.connect


def _named_servers() -> frozenset[str]:
    """Addresses of the MongoDB server that whoever runs the tests has named for them, wherever it is."""
    url = os.environ.get("SOCIARIUM_TEST_MONGODB", "")
    hosts = parse_uri(url)["nodelist"] if url else []
    return frozenset(str(found[4][0]) for host, port in hosts for found in socket.getaddrinfo(host, port))


_NAMED = _named_servers()


def _connect_nearby(self: socket.socket, address: Any) -> None:
    near = self.family == socket.AF_UNIX or str(address[0]).startswith(_LOOPBACK)
    if not near and address[0] not in _NAMED:
        raise AssertionError(f"a test tried to reach {address[0]}; tests reach nothing but this machine")
    _connect(self, address)


_client = ProxyRoute.client


def _client_nearby(self: ProxyRoute, headers: Mapping[str, str], *, silence: float | None = None) -> Client:
    """Calls to models make their connections beside Python's sockets."""
    host = urlsplit(self.proxy or self.server.base).hostname or ""
    if not host.startswith((*_LOOPBACK, "0.0.0.0")):
        raise AssertionError(f"a test tried to reach {host}; tests reach nothing but this machine")
    return _client(self, headers, silence=silence)


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches an outside model, or reads the user's own configuration."""
    monkeypatch.setattr(socket.socket, "connect", _connect_nearby)
    monkeypatch.setattr(ProxyRoute, "client", _client_nearby)
    for name in OTHERS_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOCIARIUM_USER", "tester")


@pytest.fixture(autouse=True)
def no_store_is_named() -> None:
    """No test shows commands with the store that another named on its command line in this process."""
    remember_store(None)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop that the program plays on; a test that is `async def` has one of its own."""
    return "asyncio"


@pytest.fixture
def program_environment() -> dict[str, str]:
    """The environment of a program that a test starts."""
    return environment()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for other processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What thousands of tests and all libraries are made of stays: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()
