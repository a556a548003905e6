"""Positions of one of several workers: its own part first, then the others', and nothing beyond an end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sociarium.ports.observer import RunDone, RunStarted
from sociarium.providers.offline import Offline
from sociarium.runner.sweep.positions import Positions
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.sweeps_in_process import Heard, play, prepared


def all_of(positions: Positions) -> list[int]:
    taken: list[int] = []
    while block := positions.take(2):
        taken += block
    return taken


def test_alone_they_come_in_their_order() -> None:
    assert all_of(Positions(iter(range(6)), end=None)) == list(range(6))


def test_each_worker_begins_with_its_own_part_and_comes_to_every_position() -> None:
    parts = [all_of(Positions(iter(range(7)), end=None, part=(number, 3))) for number in range(3)]
    assert parts == [[0, 3, 6, 1, 4, 2, 5], [1, 4, 2, 5, 0, 3, 6], [2, 5, 0, 3, 6, 1, 4]]


def test_who_does_not_help_is_given_its_own_part_alone_until_it_does() -> None:
    positions = Positions(iter(range(5)), end=None, part=(1, 2))
    assert [positions.take(9, helps=False) for _ in range(2)] == [[1, 3], []]
    assert positions.take(9) == [0, 2, 4]


def test_those_below_the_end_are_all_given_before_the_end_moves() -> None:
    positions = Positions(iter(range(8)), end=4, part=(1, 2))
    assert all_of(positions) == [1, 3, 0, 2]
    assert positions.has_more
    positions.end = 6
    assert all_of(positions) == [5, 4]
    positions.end = 8
    assert all_of(positions) == [7, 6]
    assert not positions.has_more


def test_own_ones_and_others_never_come_together() -> None:
    positions = Positions(iter(range(6)), end=None, part=(0, 2))
    assert [positions.take(2) for _ in range(4)] == [[0, 2], [4], [1, 3], [5]]


def test_no_more_is_looked_up_than_is_given() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for number in range(1_000_000):
            taken.append(number)
            yield number

    assert Positions(source(), end=None, part=(0, 2)).take(3) == [0, 2, 4]
    assert len(taken) < 10


def test_a_worker_begins_with_its_part_and_helps_out_once_one_of_its_runs_has_ended(tmp_path: Path) -> None:
    store, heard = SqliteStore(tmp_path / "s.db"), Heard()
    begun = prepared(store, definition(small(sweep="{factors: {messages: 1}, replicates: 6}")))
    play(store, begun, Offline(pace=0.2), heard=heard, concurrency=16, part=(1, 2))
    started = [news.replicate if isinstance(news, RunStarted) else 0 for news in heard.news
               if isinstance(news, RunStarted | RunDone)]  # fmt: skip
    assert started[:4] == [2, 4, 6, 0]
    assert sorted(filter(None, started[4:])) == [1, 3, 5]
