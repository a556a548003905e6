"""What is looked at before a sweep is placed on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sociarium.cluster import library
from sociarium.cluster.place import _check_workers, _shares, scheduler_address
from sociarium.errors import BadInput, MissingExtra, SetupError
from sociarium.providers.offline import Offline
from sociarium.records.runs import Worker
from sociarium.runner.models.budget import Bounds
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.order_share import OrderShare
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.stores.sqlite import SqliteStore
from sociarium.version import __version__

HERE = this_worker()
THERE = replace(HERE, host="node7", boot="another")


@dataclass
class Scheduler:
    """A client of a scheduler whose workers say this of themselves."""

    workers: dict[str, tuple[str, Worker]]
    error: Exception | None = None

    async def run(self, call: Callable[[], object]) -> dict[str, tuple[str, Worker]]:
        if self.error is not None:
            raise self.error
        return self.workers


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


async def check(store: SqliteStore, workers: dict[str, tuple[str, Worker]], error: Exception | None = None) -> Any:
    return await _check_workers(Scheduler(workers, error), store, "dask://login1:8786")


async def test_a_file_is_a_store_for_workers_of_this_machine_alone(store: SqliteStore) -> None:
    assert await check(store, {"tcp://a": (__version__, HERE)}) == ["tcp://a"]
    with pytest.raises(SetupError, match=r"tcp://b runs on node7, which cannot share the file .*use a MongoDB"):
        await check(store, {"tcp://a": (__version__, HERE), "tcp://b": (__version__, THERE)})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("dask://login1:8786", "tcp://login1:8786"),
        ("dask://node-3.cluster.example:80", "tcp://node-3.cluster.example:80"),
        ("dask://[::1]:8786", "tcp://[::1]:8786"),
    ],
)
def test_a_scheduler_is_named_by_host_and_port(text: str, address: str) -> None:
    assert scheduler_address(text) == address


@pytest.mark.parametrize(
    "text",
    ["dask://h", "dask://h:x", "dask://h:0", "dask://h:70000", "dask://[::1", "dask://a/b:1", "dask://a:b:1", "h:1",
     "dask://ana:hunter22@h:8786"],
)  # fmt: skip
def test_what_is_no_schedulers_address_is_refused_without_showing_a_password(text: str) -> None:
    with pytest.raises(BadInput, match="no cluster that is known here") as refused:
        scheduler_address(text)
    assert "hunter22" not in str(refused.value)


async def test_workers_of_another_version_are_refused(store: SqliteStore) -> None:
    with pytest.raises(SetupError, match=r"has sociarium 0\.0\.9, and this is"):
        await check(store, {"tcp://a": ("0.0.9", HERE)})


async def test_workers_without_the_program_are_refused_with_the_mend(store: SqliteStore) -> None:
    with pytest.raises(SetupError, match=r"No module named 'sociarium'.*install sociarium .* where they run"):
        await check(store, {}, ModuleNotFoundError("No module named 'sociarium'"))


async def test_a_cluster_without_workers_is_refused(store: SqliteStore) -> None:
    with pytest.raises(SetupError, match="has no workers"):
        await check(store, {})


def test_parts_share_runs_and_bounds_and_are_no_more_than_calls_may_be_open() -> None:
    routes = {"m": [RouteSpec(Offline(), "e", EndpointLimits(open=2))]}
    shares = _shares(PlayOptions(concurrency=16, max_tokens=900, max_cost=3.0, max_time=60), 5, routes)
    assert [share.concurrency for share in shares] == [8, 8]
    parts = [Orders(StopSwitch(), bounds=share.bounds, share=OrderShare(*share.part)) for share in shares]
    assert {part.bounds for part in parts} == {Bounds(tokens=450, cost=1.5, seconds=60)}


def test_a_missing_library_is_told_with_the_line_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'sociarium\[cluster\]'"):
        library.refuse_missing()
