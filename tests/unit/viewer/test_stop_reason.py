"""Why a sweep was left before its end stands in the store: every page and every terminal reads it there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

import sociarium
from sociarium.errors import StoreUnavailable
from sociarium.exchange.steering_text import history_line
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library.faults import Faults
from sociarium.runner.library.status import Counts, sweep_status
from sociarium.runner.sweep.record_leaving import record_leaving
from sociarium.runner.sweep.result import Result
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import played, saved, two_days

Client = Callable[..., TestClient]
LEFT = Result(Counts(3, 0, 1, 0), (), {}, Faults(), ())


class At(SystemClock):
    """A clock that stands still."""

    def __init__(self, at: str) -> None:
        self.at = at

    def now(self) -> str:
        return self.at


def left(store: Store, sweep: str, why: str, message: str, result: Result = LEFT, *, at: str | None = None) -> None:
    clock = SystemClock() if at is None else At(at)
    stop = StopSwitch()
    stop.drain(why, message)  # type: ignore[arg-type]
    record = store.sweep(sweep)
    record_leaving(store, record, result, stop, by="ada", clock=clock)


@pytest.mark.slow
def test_a_start_that_is_bounded_says_why_it_left(client: Client, tmp_path: Path) -> None:
    address = f"sqlite:///{quote(str(tmp_path))}/own.db"
    result = sociarium.run(sociarium.loads(two_days()), store=address, max_tokens=400, concurrency=1)
    with_pages = SqliteStore(tmp_path / "own.db")
    try:
        page = client(with_pages).get(f"/sweeps/{result.sweep}").text
        assert "<strong>Stopped before the end</strong>" in page
        assert "tokens were used, the bound is 400." in page
        status = sweep_status(with_pages, with_pages.sweep(result.sweep), me=this_worker())
        assert status.left is not None
        assert status.left.value == {"why": "budget"}
        sociarium.resume(result.sweep, store=address)
        assert "Stopped before the end" not in client(with_pages).get(f"/sweeps/{result.sweep}").text
    finally:
        with_pages.close()


def test_the_last_start_that_left_says_it_until_another_has_played(client: Client, store: SqliteStore) -> None:
    sweep = saved(store, two_days()).sweep
    left(store, sweep.id, "time", "the time of 60 s is over")
    left(store, sweep.id, "endpoint", "<b>http://ada:secret@host:1/v1</b> stayed away")
    page = client().get(f"/sweeps/{sweep.id}").text
    assert page.count("Stopped before the end") == 1
    assert "&lt;b&gt;http://host:1/v1" in page
    assert "secret" not in page
    assert "Steered" not in page, "nobody steered it"


def test_a_start_that_ended_without_a_word_takes_no_earlier_one_for_its_own(client: Client, store: SqliteStore) -> None:
    sweep = played(store, two_days(), limit=1).sweep
    left(store, sweep.id, "time", "the time of 60 s is over", at="2026-01-01T00:00:00.000Z")
    assert "Stopped before the end" not in client().get(f"/sweeps/{sweep.id}").text
    left(store, sweep.id, "interrupted", "interrupted")
    assert "Interrupted.</p>" in client().get(f"/sweeps/{sweep.id}").text
    assert history_line(store.orders(sweep.id)[0]).endswith("left before the end (the time of 60 s is over)")


@pytest.mark.parametrize(
    ("why", "result"),
    [("declared", LEFT), ("silent", LEFT), ("time", Result(Counts(0, 0, 4, 0), (), {}, Faults(), ()))],
)
def test_what_ends_as_declared_or_is_done_was_not_left(store: SqliteStore, why: str, result: Result) -> None:
    sweep = saved(store, two_days()).sweep
    left(store, sweep.id, why, "so", result)
    assert store.orders(sweep.id) == []


def test_a_store_that_stays_away_changes_nothing_of_the_end(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = saved(store, two_days()).sweep

    def refuse(*_: object) -> None:
        raise StoreUnavailable("it is away")

    monkeypatch.setattr(SqliteStore, "add_order", refuse)
    left(store, sweep.id, "store", "it is away")
    assert store.orders(sweep.id) == []
