"""Positions of one of several workers: its own part first, then the others', and nothing beyond an end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sociarium.runner.sweep.positions import Positions


def test_alone_they_come_in_their_order() -> None:
    assert list(Positions(iter(range(6)), end=None)) == list(range(6))


def test_each_worker_begins_with_its_own_part_and_comes_to_every_position() -> None:
    parts = [list(Positions(iter(range(7)), end=None, part=(number, 3))) for number in range(3)]
    assert parts == [[0, 3, 6, 1, 4, 2, 5], [1, 4, 2, 5, 0, 3, 6], [2, 5, 0, 3, 6, 1, 4]]


def test_those_below_the_end_are_all_given_before_the_end_moves() -> None:
    positions = Positions(iter(range(8)), end=4, part=(1, 2))
    assert list(positions) == [1, 3, 0, 2]
    assert positions.has_more
    positions.end = 6
    assert list(positions) == [5, 4]
    positions.end = 8
    assert list(positions) == [7, 6]
    assert not positions.has_more


def test_what_is_not_taken_is_given_the_next_time() -> None:
    positions = Positions(iter(range(6)), end=None, part=(0, 2))
    assert [list(islice(positions, 2)) for _ in range(3)] == [[0, 2], [4, 1], [3, 5]]


def test_no_more_is_looked_up_than_is_given() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for number in range(1_000_000):
            taken.append(number)
            yield number

    assert list(islice(Positions(source(), end=None, part=(0, 2)), 3)) == [0, 2, 4]
    assert len(taken) < 10
