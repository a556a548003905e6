"""Live pages: however many are open, the store is looked at as if one were."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from threading import Barrier

import pytest

from sociarium.records.plans import SweepRecord
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.app import create_app
from sociarium.viewer.live import SharedLooks
from sociarium.viewer.routes import sweep as routes
from sociarium.viewer.settings import ViewerSettings


class Clock:
    """A clock that goes on when it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taking(clock: Clock, seconds: float) -> Callable[[], int]:
    """A look that takes so long, and says how many there were."""
    numbers = count(1)

    def look() -> int:
        clock.now += seconds
        return next(numbers)

    return look


def test_a_look_serves_all_readers_until_fifty_times_its_time_is_over(clock: Clock) -> None:
    looks, look = SharedLooks(clock), taking(clock, 0.2)
    assert looks.get("a", look, is_first=True) == 1
    clock.now += 9.9
    assert [looks.get("a", look, is_first=False) for _ in range(3)] == [1, 1, 1]
    clock.now += 0.2
    assert [looks.get("a", look, is_first=False) for _ in range(3)] == [2, 2, 2]


def test_a_page_that_was_just_opened_looks_anew_for_all(clock: Clock) -> None:
    looks, look = SharedLooks(clock), taking(clock, 0.2)
    assert [looks.get("a", look, is_first=first) for first in (True, True, False)] == [1, 2, 2]
    assert looks.get("b", look, is_first=False) == 3, "another page has looks of its own"


def test_of_readers_who_ask_at_once_one_looks(clock: Clock) -> None:
    looks, look, meeting = SharedLooks(clock), taking(clock, 0.2), Barrier(4, timeout=30)
    looks.get("a", look, is_first=True)
    clock.now += 60

    def read(_: int) -> int:
        meeting.wait()
        return looks.get("a", look, is_first=False)

    with ThreadPoolExecutor(4) as readers:
        assert list(readers.map(read, range(4))) == [2, 2, 2, 2]


def test_a_failed_look_is_taken_again(clock: Clock) -> None:
    looks = SharedLooks(clock)

    def fail() -> int:
        raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        looks.get("a", fail, is_first=True)
    assert looks.get("a", lambda: 7, is_first=False) == 7


def test_two_readers_of_a_sweep_share_what_is_read(
    store: SqliteStore, sweep: SweepRecord, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = create_app(ViewerSettings(store, "ada"), this_worker())._app.state.context  # type: ignore[attr-defined]
    # By a clock that stands no look is due, however long it takes to draw what the first one found.
    context = replace(context, live_looks=SharedLooks(clock))
    read, reads = routes.sweep_page, []

    def counted(*arguments: object, **rest: object) -> object:
        reads.append(1)
        return read(*arguments, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(routes, "sweep_page", counted)
    one, other = (routes._Changes(context, sweep.id, 1, None) for _ in range(2))
    first = one.look()
    assert first.data is not None
    assert first.is_last
    assert one.look().data is None
    assert len(reads) == 1
    assert other.look().data == first.data
    assert len(reads) == 2, "a page that was just opened is shown what is there now"
