"""What is said of a start is refused where it makes no sense."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.errors import BadInput
from sociarium.runner.models.budget import Bounds
from sociarium.runner.sweep.play_options import PlayOptions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("concurrency", 0), ("concurrency", 2.5), ("concurrency", None), ("limit", -1), ("limit", True), ("pilot", 0),
        ("max_cost", -0.5), ("max_cost", float("nan")), ("max_cost", "5"), ("max_tokens", 0), ("max_time", "7h30m"),
        ("max_empty", 1.5), ("max_empty", None), ("pull", "no"), ("restart", 1), ("accept_digest", "model"),
        ("accept_digest", (1,)), ("order", "any"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_by_name(name: str, value: object) -> None:
    options: dict[str, Any] = {name: value}
    with pytest.raises(BadInput, match=f"^{name} is "):
        PlayOptions(**options)


def test_the_bounds_of_a_start_are_those_of_its_options() -> None:
    assert PlayOptions(max_cost=2.0, max_tokens=500, max_time=60).bounds == Bounds(tokens=500, cost=2.0, seconds=60)
    assert PlayOptions().bounds == Bounds()


def test_workers_divide_what_is_open_and_what_is_taken_up_and_have_the_bounds_of_all() -> None:
    shares = PlayOptions(concurrency=8, workers=3, limit=7, max_tokens=500, max_cost=1, max_time=60).of_each_worker()
    assert [share.concurrency for share in shares] == [3, 3, 2]
    assert [share.limit for share in shares] == [3, 2, 2]
    assert [share.part for share in shares] == [(0, 3), (1, 3), (2, 3)]
    assert {share.bounds for share in shares} == {Bounds(tokens=500, cost=1, seconds=60)}
    assert {share.keeps_concurrency for share in shares} == {True}
    assert {share.keeps_concurrency for share in PlayOptions(workers=2).of_each_worker()} == {False}


def test_there_are_no_more_workers_than_runs_to_take_up() -> None:
    assert [share.limit for share in PlayOptions(workers=4, limit=2).of_each_worker()] == [1, 1]


def test_more_workers_than_runs_open_at_once_are_refused() -> None:
    with pytest.raises(BadInput, match="each worker needs a run of its own"):
        PlayOptions(workers=5, concurrency=4)


def test_people_are_written_by_one_process() -> None:
    with pytest.raises(BadInput, match="people are written by one process"):
        PlayOptions(workers=2, population_only=True)
