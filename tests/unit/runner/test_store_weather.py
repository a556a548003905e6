"""What an embedded store can meet in the middle of a sweep, and a wall clock that jumps; in this process."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from sociarium.errors import SetupError, StoreUnavailable
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.providers.offline import Offline
from sociarium.records.runs import RunState
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.replay import replay
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small

RUNS, MESSAGES = 12, 6
FILE = small(sweep=f"{{factors: {{messages: {MESSAGES}}}, replicates: {RUNS}}}")


class Nobody:
    def notice(self, news: News) -> None:
        pass


class Counted(Offline):
    """Counts its answers; does something with each of them."""

    def __init__(self, after: dict[int, object] | None = None) -> None:
        super().__init__()
        self.answers = 0
        self._after = after or {}

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.answers += 1
        if callable(act := self._after.get(self.answers)):
            act()
        return await super().ask(request)


class JumpingClock(SystemClock):
    """A machine whose date is set back by a day, and on by two, again and again."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> str:
        self._looks += 1
        return f"2026-06-{(15, 14, 16)[self._looks % 3]:02}T12:00:00.000Z"


def prepared(store: SqliteStore) -> StartedSweep:
    return save_sweep(store, definition(FILE), "main", creator="ada", clock=SystemClock())


def play(store: SqliteStore, begun: StartedSweep, model: Offline, ports: SweepPorts) -> None:
    models = {key: [RouteSpec(model, "server")] for key in begun.definition.models}
    asyncio.run(start(store, begun, models, PlayOptions(concurrency=4, lease=0.2), ports))


def assert_nothing_lost(store: SqliteStore, begun: StartedSweep, model: Counted, *, thrown_away: int = 0) -> None:
    """Every run is done and as its journal says; each answer is in one journal, once."""
    places = list(store.slots(begun.sweep.id))
    assert Counter(place.status.state for place in places) == {RunState.DONE: RUNS}
    entries = [entry for place in places for entry in store.journal(place.status.run)]
    assert len({(entry.run, entry.key) for entry in entries}) == len(entries) == RUNS * MESSAGES
    assert model.answers - thrown_away <= len(entries)
    for place in places:
        assert asyncio.run(replay(store, place.status.run)).ended == "completed"
        spoken = [event for event in store.events(place.status.run) if event.happening.kind == "message"]
        assert [event.happening.index for event in spoken] == list(range(1, MESSAGES + 1))


def pages(store: SqliteStore, most: int | None) -> None:
    """Let the file grow by so many pages and no more; None: as far as it likes."""
    (now,) = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {4_294_967_294 if most is None else now + most}")


def test_a_full_disk_is_waited_for_and_costs_no_word(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    begun, waits = prepared(store), list[float]()

    def make_room(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            pages(store, None)

    model = Counted({8: lambda: pages(store, 0)})
    play(store, begun, model, SweepPorts(observer=Nobody(), store_retry=StoreRetry(sleep=make_room)))
    assert len(waits) >= 3, "it was never full"
    assert_nothing_lost(store, begun, model)


def test_a_disk_that_stays_full_stops_the_sweep_which_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    begun = prepared(store)
    model = Counted({8: lambda: pages(store, 0)})
    with pytest.raises(StoreUnavailable, match="full"):
        play(store, begun, model, SweepPorts(observer=Nobody(), store_retry=StoreRetry(sleep=lambda _: None)))
    pages(store, None)
    play(store, begun, model, SweepPorts(observer=Nobody()))
    assert_nothing_lost(store, begun, model, thrown_away=4)


def test_a_file_that_becomes_read_only_on_the_way_stops_the_sweep_which_goes_on_later(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    begun = prepared(store)
    model = Counted({8: lambda: store._writer.execute("PRAGMA query_only = ON")})
    with pytest.raises(SetupError, match="cannot be written"):
        play(store, begun, model, SweepPorts(observer=Nobody(), store_retry=StoreRetry(sleep=lambda _: None)))
    store._writer.execute("PRAGMA query_only = OFF")
    play(store, begun, model, SweepPorts(observer=Nobody()))
    assert_nothing_lost(store, begun, model, thrown_away=4)


def test_a_wall_clock_that_jumps_changes_nothing_but_what_people_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    begun, model = prepared(store), Counted()
    play(store, begun, model, SweepPorts(observer=Nobody(), clock=JumpingClock()))
    assert_nothing_lost(store, begun, model)
    assert model.answers == RUNS * MESSAGES
