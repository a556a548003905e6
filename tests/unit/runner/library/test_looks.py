"""Looks at outcomes before the end are kept: once for each person, way and hour."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import sociarium
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.looks import record_look, record_looks
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played

HYPOTHESES = "[{name: more, measure: words, compare: {factor: messages, level: 4, baseline: 2}}]"
SWEEP = "{factors: {messages: [2, 4]}, replicates: 3}"


@dataclass
class At:
    """A clock that stands."""

    time: str

    def now(self) -> str:
        return f"2026-03-01T{self.time}:00.000Z"

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def begun(store: SqliteStore, limit: int | None = 2, **parts: str) -> SweepRecord:
    return played(store, small(**{"hypotheses": HYPOTHESES, "sweep": SWEEP, **parts}), limit=limit).sweep


def looks(store: SqliteStore, sweep: SweepRecord) -> list[tuple[str, str, int]]:
    return [(order.by, order.value["way"], order.value["finished"]) for order in store.orders(sweep.id)]


def test_a_person_and_a_way_are_kept_once_an_hour(store: SqliteStore) -> None:
    sweep = begun(store)
    for time in ("08:00", "08:59"):
        assert record_looks(store, [sweep], "pages", by="ada", clock=At(time)) == ""
    record_looks(store, [sweep], "export", by="ada", clock=At("08:10"))
    record_looks(store, [sweep], "pages", by="bob", clock=At("08:10"))
    assert looks(store, sweep) == [("ada", "pages", 2), ("ada", "export", 2), ("bob", "pages", 2)]


def test_within_the_hour_what_sees_more_is_the_same_look(store: SqliteStore) -> None:
    sweep = begun(store)
    record_looks(store, [sweep], "pages", by="ada", clock=At("08:00"))
    begun(store, 2)
    record_looks(store, [sweep], "pages", by="ada", clock=At("08:59"))
    assert looks(store, sweep) == [("ada", "pages", 2)]


def test_an_hour_later_a_look_is_kept_if_it_sees_more(store: SqliteStore) -> None:
    sweep = begun(store)
    record_looks(store, [sweep], "pages", by="ada", clock=At("08:00"))
    record_looks(store, [sweep], "pages", by="ada", clock=At("09:00"))
    begun(store, 2)
    record_looks(store, [sweep], "pages", by="ada", clock=At("10:00"))
    assert looks(store, sweep) == [("ada", "pages", 2), ("ada", "pages", 4)]


def test_a_sweep_at_its_end_and_one_without_hypotheses_keep_none(store: SqliteStore) -> None:
    for sweep in (begun(store, None), begun(store, title="Plain", hypotheses="[]")):
        record_looks(store, [sweep], "results", by="ada", clock=At("08:00"))
        assert looks(store, sweep) == []


def test_a_store_that_can_only_be_read_is_left_alone_and_says_so(store: SqliteStore) -> None:
    sweep = begun(store)
    reader = SqliteStore(store.path, read_only=True)
    reason = record_looks(reader, [sweep], "table", by="ada", clock=At("08:00"))
    reader.close()
    assert "this look at outcomes before the end of the sweep is not recorded" in reason
    assert looks(store, sweep) == []


def test_a_table_in_python_is_a_look(store: SqliteStore) -> None:
    sweep = begun(store)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            sociarium.table("runs", sweep.id, store=store.path)
    assert [way for _, way, _ in looks(store, sweep)] == ["table"]


def test_a_declared_look_hides_no_other_one_of_the_hour(store: SqliteStore) -> None:
    sweep = begun(store, sweep="{factors: {messages: [2, 4]}, replicates: 12, sequential: {looks: [10, 12]}}")
    for finished in (20, 21, 22, 20):
        record_look(store, sweep, "pages", finished=finished, by="ada", clock=At("08:00"))
    assert [finished for _, _, finished in looks(store, sweep)] == [20, 21]
