"""Results and figures in the pages are looks at outcomes, kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loguru import logger
from starlette.testclient import TestClient

from sociarium.records.plans import SweepRecord
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.export import export_pages
from tests.support.definitions import small
from tests.support.played_stores import played

Client = Callable[..., TestClient]
HYPOTHESES = "[{name: more, measure: words, compare: {factor: messages, level: 4, baseline: 2}}]"
PROBE = "[{name: trust, at: [end], ask: How much?, answer: {from: 0, to: 10}}]"


@pytest.fixture
def sweep(store: SqliteStore) -> SweepRecord:
    """Two of six runs are done."""
    shape = "{factors: {messages: [2, 4]}, replicates: 3}"
    return played(store, small(probes=PROBE, hypotheses=HYPOTHESES, sweep=shape), limit=2).sweep


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What is logged."""
    lines: list[str] = []
    logger.enable("sociarium")
    sink = logger.add(lines.append)
    yield lines
    logger.remove(sink)
    logger.disable("sociarium")


def ways(store: SqliteStore, sweep: SweepRecord) -> list[tuple[str, str]]:
    return [(order.by, order.value["way"]) for order in store.orders(sweep.id) if order.action == "look"]


@pytest.mark.slow
def test_pages_of_results_are_one_look_and_others_are_none(
    store: SqliteStore, client: Client, sweep: SweepRecord
) -> None:
    with client() as browser:
        assert browser.get(f"/sweeps/{sweep.id}").status_code == 200
        assert ways(store, sweep) == []
        for page in ("results", "results", "results.csv", "figures"):
            assert browser.get(f"/sweeps/{sweep.id}/{page}").status_code == 200
    assert ways(store, sweep) == [("ada", "pages")]


@pytest.mark.slow
def test_pages_that_change_nothing_say_so_once_in_the_log(
    store: SqliteStore, client: Client, sweep: SweepRecord, logged: list[str]
) -> None:
    with client(read_only=True) as browser:
        for _ in range(2):
            assert browser.get(f"/sweeps/{sweep.id}/results").status_code == 200
    assert ways(store, sweep) == []
    assert sum("looks at outcomes before the end" in line for line in logged) == 1


@pytest.mark.slow
def test_pages_that_are_written_as_files_are_an_export(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    export_pages(store, f"/sweeps/{sweep.id}", tmp_path / "pages", user="ada", me=this_worker())
    assert ways(store, sweep) == [("ada", "export")]
