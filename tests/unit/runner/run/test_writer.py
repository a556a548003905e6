"""The writer: records that wait together are one commit, and a bad one fails alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.errors import Divergence, StoreError, StoreUnavailable
from sociarium.ports.store import Record
from sociarium.records.journal import JournalEntry
from sociarium.runner.run.writer import Writer
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore
from tests.support.records import entry, spoken


class SlowStore(SqliteStore):
    """Counts commits, and holds the first one until told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.go = threading.Event()
        self.batches: list[int] = []
        self.away = 0

    def append(self, records: Sequence[Record]) -> list[Record]:
        self.go.wait(10)
        self.batches.append(len(records))
        if self.away:
            self.away -= 1
            raise StoreUnavailable("away")
        if any(record.key == "bad" for record in records):
            raise StoreError("no")
        return super().append(records)


def impatient(seconds: float = 0.0) -> StoreRetry:
    return StoreRetry(seconds=seconds, pause=1.0, sleep=lambda _: None)


async def test_records_that_wait_together_are_one_commit(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")

    writer = Writer(store, impatient())
    tasks = [asyncio.create_task(writer.journal(entry(f"k{i}", ordinal=i))) for i in range(50)]
    await asyncio.sleep(0.05)
    store.go.set()
    assert [found.key for found in await asyncio.gather(*tasks)] == [f"k{i}" for i in range(50)]
    await writer.close()
    assert sum(store.batches) == 50
    assert len(store.batches) <= 3
    assert len(store.journal("a1")) == 50


async def test_a_bad_record_fails_alone(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")

    writer = Writer(store, impatient())
    tasks = [asyncio.create_task(writer.journal(entry(key))) for key in ("first", "bad", "last")]
    await asyncio.sleep(0.05)
    store.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    await writer.close()
    first, bad, last = found
    assert isinstance(bad, StoreError)
    assert [one.key for one in (first, last) if isinstance(one, JournalEntry)] == ["first", "last"]
    assert {found.key for found in store.journal("a1")} == {"first", "last"}


async def test_an_answer_of_another_worker_that_was_first_is_given(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")
    store.go.set()
    store.append([entry("k", text="theirs")])

    async def write() -> JournalEntry:
        writer = Writer(store, impatient())
        try:
            return await writer.journal(entry("k", text="ours"))
        finally:
            await writer.close()

    assert (await write()).answer == {"text": "theirs"}


async def test_another_event_under_the_same_key_is_a_divergence(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")
    store.go.set()
    store.append([spoken("k", text="theirs")])

    async def write(text: str) -> None:
        writer = Writer(store, impatient())
        writer.event(spoken("k", text=text))
        try:
            await writer.flush("a1")
        finally:
            await writer.close()

    await write("theirs")
    with pytest.raises(Divergence, match="k"):
        await write("ours")


async def test_a_store_that_is_away_for_a_while_loses_nothing(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")
    store.go.set()
    store.away = 5
    told: list[str] = []

    writer = Writer(store, replace(impatient(60), waiting=told.append))
    assert (await writer.journal(entry("k"))).key == "k"
    await writer.close()
    assert told == ["away"]
    assert len(store.journal("a1")) == 1


async def test_a_store_that_stays_away_is_told_to_whoever_waits(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")
    store.go.set()
    store.away = 1000

    async def write() -> None:
        writer = Writer(store, impatient(30))
        try:
            await writer.journal(entry("k"))
        finally:
            await writer.close()

    with pytest.raises(StoreUnavailable):
        await write()


async def test_what_was_handed_over_is_written_though_its_run_was_cancelled(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "s.db")

    writer = Writer(store, impatient())
    task = asyncio.create_task(writer.journal(entry("k")))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    store.go.set()
    await writer.close()
    assert [found.key for found in store.journal("a1")] == ["k"]
