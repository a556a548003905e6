"""What takes long to read: pages say that it is being read, and come when it is there."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from sociarium.analysis.load import load_runs
from sociarium.errors import NotFound
from sociarium.exchange.tables.read import TableSource
from sociarium.ports.prices import NoPrices
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer import context
from sociarium.viewer.cache import Cache
from sociarium.viewer.pages.results import results_source
from sociarium.viewer.readings import Readings, StillReading
from tests.support.definitions import small_feed
from tests.support.played_stores import played
from tests.support.stocked_store import Growing
from tests.support.viewer import let_go, places

Client = Callable[..., TestClient]


class Slow:
    """A reading that goes on until it is let go."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        self.times = 0
        self.fault = fault

    def __call__(self, tell: Callable[[int], None]) -> str:
        self.times += 1
        tell(3)
        self.begun.set()
        assert self.go.wait(30)
        if self.fault:
            raise self.fault
        return f"reading {self.times}"


def ask(readings: Readings[str, str], slow: Slow, patience: float | None, key: str = "a") -> str:
    return readings.get(key, slow, patience=patience, what="runs are being read", total=9)


def test_who_has_no_patience_is_told_how_far_it_is_and_gets_it_later() -> None:
    readings: Readings[str, str] = Readings(Cache(lambda _: True))
    slow = Slow()
    with pytest.raises(StillReading):
        ask(readings, slow, 0)
    assert slow.begun.wait(30)
    with pytest.raises(StillReading) as told:
        ask(readings, slow, 0)
    assert (told.value.what, told.value.done, told.value.total) == ("runs are being read", 3, 9)
    slow.go.set()
    assert ask(readings, slow, None) == ask(readings, slow, 0) == "reading 1"
    assert slow.times == 1


def test_several_who_ask_at_once_share_one_reading() -> None:
    readings: Readings[str, str] = Readings(Cache(lambda _: True))
    slow, answers = Slow(), []
    threads = [threading.Thread(target=lambda: answers.append(ask(readings, slow, None))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert slow.begun.wait(30)
    slow.go.set()
    for thread in threads:
        thread.join(30)
    assert (answers, slow.times) == (["reading 1"] * 4, 1)


def test_a_fault_is_raised_where_somebody_asks_and_the_next_one_reads_anew() -> None:
    readings: Readings[str, str] = Readings(Cache(lambda _: True))
    broken = Slow(NotFound("it is gone"))
    broken.go.set()
    with pytest.raises(NotFound):
        ask(readings, broken, None)
    slow = Slow()
    slow.go.set()
    assert ask(readings, slow, None) == "reading 1"


def test_what_was_read_first_is_forgotten_where_all_weighs_too_much_but_never_what_was_read_last() -> None:
    known: Cache[str, str] = Cache(lambda _: True, most=10, weight=len)
    known.get("a", lambda: "x" * 6)
    known.get("b", lambda: "x" * 4)
    assert known.value_of("a")
    known.get("c", lambda: "x" * 5)
    assert (known.value_of("a"), known.value_of("b")) == (None, "xxxx")
    known.get("d", lambda: "x" * 99)
    assert [key for key in "abcd" if known.value_of(key)] == ["d"]


def test_a_page_whose_numbers_are_not_there_yet_comes_by_itself_and_what_is_no_page_waits(
    client: Client, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, read = threading.Event(), TableSource.read

    def slowly(self: TableSource, *arguments: Any) -> Any:
        assert go.wait(30)
        return read(self, *arguments)

    monkeypatch.setattr(TableSource, "read", slowly)
    browser = client(patience=0)
    page = browser.get(f"/sweeps/{sweep.id}/results")
    assert page.status_code == 202
    assert 'data-ask-again="0"' in page.text
    assert f'content="0; url=/sweeps/{sweep.id}/results"' in page.text
    assert "Runs are being read" in page.text
    assert f'href="/sweeps/{sweep.id}/results"' in page.text
    go.set()
    assert browser.get(f"/sweeps/{sweep.id}/results?part=1&by=messages").status_code == 200
    assert browser.get(f"/sweeps/{sweep.id}/results.csv").status_code == 200


def test_of_a_sweep_that_goes_on_only_runs_that_ended_since_are_read(
    store: SqliteStore, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    first = load_runs(results_source(store, sweep), NoPrices(), counts.append)
    again = load_runs(results_source(store, sweep), NoPrices(), counts.append, known=first.known)
    assert (len(counts), again.runs) == (8, first.runs)
    let_go(store, places(store, sweep)[0], error="it was tried again, and failed")
    assert len(load_runs(results_source(store, sweep), NoPrices(), counts.append, known=first.known).runs) == 7


def test_an_open_feed_is_told_of_new_posts_without_the_feed_being_read(
    client: Client, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = places(store, played(store, small_feed()).sweep)[0].status.run
    posts = sum(one.happening.kind == "post" for one in store.events(run))
    monkeypatch.setattr("sociarium.viewer.context.feed_reading", lambda *_, **__: pytest.fail("it was read"))
    text = client().get(f"/runs/{run}/posts-live?known={posts - 2}").text
    assert "2 new since you opened" in text
    assert "event: end" in text


def test_posts_that_somebody_was_told_of_are_shown_when_they_are_asked_for(
    client: Client, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = places(store, played(store, small_feed(days="2")).sweep)[0].status.run
    growing = Growing.begin(store, run, messages=0)
    posts = [at for at, event in enumerate(growing.events) if event.happening.kind == "post"]
    store.append(growing.events[: posts[1]])
    browser = client()
    assert "one post<" in browser.get(f"/runs/{run}").text
    store.append(growing.events[posts[1] :])
    monkeypatch.setattr(context, "_AGAIN", 0.0)
    text = browser.get(f"/runs/{run}?posts={len(posts)}").text
    assert all(f'id="{growing.events[at].happening.data["id"]}"' in text for at in posts)


def test_what_expires_is_read_again_but_for_what_was_just_read() -> None:
    clock, read = [0.0], iter(["first", "second", "third"])
    known: Cache[str, str] = Cache(lambda _: False, now=lambda: clock[0])
    assert [known.get("a", lambda: next(read)) for _ in range(2)] == ["first", "first"]
    known.expire(lambda key: key == "b")
    known.expire(lambda key: key == "a", seconds=1)
    assert known.value_of("a") == "first"
    known.expire(lambda key: key == "a")
    assert (known.value_of("a"), known.former("a")) == (None, "first")
    assert known.get("a", lambda: next(read)) == "second"


def test_numbers_of_a_moment_ago_are_shown_while_they_are_read_again_to_who_does_not_wait() -> None:
    now = [0.0]
    readings: Readings[str, str] = Readings(Cache(lambda _: False, now=lambda: now[0]), recent=60)
    slow = Slow()
    slow.go.set()
    assert ask(readings, slow, None) == "reading 1"
    slow.go.clear()
    slow.begun.clear()
    now[0] = 30
    assert ask(readings, slow, 0) == "reading 1"
    assert slow.begun.wait(30)
    slow.go.set()
    assert ask(readings, slow, None) == "reading 2"
    slow.go.clear()
    now[0] = 100
    with pytest.raises(StillReading):
        ask(readings, slow, 0)
    slow.go.set()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["/experiments/{experiment}/run", "/sweeps/{sweep}/run", "/sweeps/{sweep}/runs"])
def test_what_takes_longer_the_more_runs_there_are_is_made_beside_its_page(
    client: Client, sweep: SweepRecord, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, read = threading.Event(), Readings._read

    def read_when_told(self: Readings[Any, Any], *arguments: Any) -> None:
        assert go.wait(60)
        read(self, *arguments)

    monkeypatch.setattr(Readings, "_read", read_when_told)
    browser = client(patience=0)
    address = page.format(sweep=sweep.id, experiment=sweep.experiment)
    first = browser.get(address)
    assert first.status_code == 202
    assert re.search(r'data-ask-again="[01]"', first.text)
    go.set()
    pause = threading.Event()
    while (again := browser.get(address)).status_code == 202:
        pause.wait(0.01)
    assert again.status_code == 200
