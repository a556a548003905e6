"""The table of labels, and runs without any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.analysis.annotation.labelling import save_labels, settle, take_back
from sociarium.analysis.annotation.samples import units_of
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.ports.clock import SystemClock
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import draw, with_codebook
from tests.support.played_stores import played, two_days

CLOCK = SystemClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def test_labels_are_a_table_with_the_probability_of_what_they_are_of(store: SqliteStore) -> None:
    sweep = played(store, two_days()).sweep
    codebook = with_codebook(store, sweep)
    source = table_source(store, selection(store, sweep.id, creator="ada"), RunFilter())
    assert list(source.rows("labels")) == []
    first, second, *_ = units_of(store, draw(store, codebook, sweep, rule="random", size=10, seed=1))
    save_labels(store, codebook, first, {"tone": "hostile", "force": 2}, annotator="bob", clock=CLOCK)
    save_labels(store, codebook, first, {"tone": "neutral"}, annotator="bob", clock=CLOCK, note="after all")
    save_labels(store, codebook, second, {"tone": "neutral"}, annotator="bob", clock=CLOCK)
    take_back(store, codebook, second, annotator="bob", clock=CLOCK)
    settle(store, codebook, first, {"tone": "friendly"}, me="cleo", clock=CLOCK)
    rows = sorted(source.rows("labels"), key=lambda row: (row["annotator"], row["item"]))
    assert [(row["annotator"], row["item"], row["value"], row["number"], row["revision"]) for row in rows] == [
        ("adjudicated", "tone", "friendly", None, 1), ("bob", "force", "2", 2.0, 1),
        ("bob", "tone", "neutral", None, 2),
    ]  # fmt: skip
    assert {(row["run"], row["subject"], row["probability"], row["sample"], row["title"]) for row in rows} == {
        (first.run, first.subject, 0.25, 1, "Tone")
    }
    messages = {(row["run"], row["seq"]) for row in source.rows("messages")}
    assert {(row["run"], row["seq"]) for row in rows} <= messages
