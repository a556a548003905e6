"""The server of the pages, as a command holds it."""

from __future__ import annotations

import gc

import pytest
import uvicorn

from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.serve import listen, serve
from sociarium.viewer.settings import ViewerSettings


@pytest.mark.slow
def test_the_collector_looks_seldom_while_pages_are_served(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    thresholds: list[int] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: thresholds.append(gc.get_threshold()[0]))
    before = gc.get_threshold()
    serve(ViewerSettings(store, "ada"), listen("127.0.0.1", 0), me=this_worker())
    assert thresholds[0] > 10 * before[0]
    assert gc.get_threshold() == before
