"""The writer: keeps what runs leave behind, and who works on them; what waits together goes into one commit.

A record that was handed over is written whatever happens to the run that handed it over, until the process dies.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from sociarium.errors import Divergence, SociariumError, StoreUnavailable
from sociarium.ports.store import Record, Store
from sociarium.records.events import Event
from sociarium.records.journal import JournalEntry
from sociarium.records.runs import Claim
from sociarium.runner.workers.store_retry import StoreRetry

_MOST_IN_A_COMMIT = 512


T = TypeVar("T")


class _Waiting(NamedTuple, Generic[T]):
    record: T
    written: asyncio.Future[T]


class Writer:
    """One thread that writes to a store for one event loop.

    The order of records is kept. When a commit fails its records are written one by one, so that a bad one fails
    alone. `close` writes what is waiting.
    """

    def __init__(self, store: Store, store_retry: StoreRetry) -> None:
        self._store = store
        self._store_retry = store_retry
        self._loop = asyncio.get_running_loop()
        self._records: list[_Waiting[Record]] = []
        self._claims: list[_Waiting[Claim]] = []
        self._some = threading.Condition()
        self._closed = False
        self._events: dict[str, dict[asyncio.Future[Record], None]] = {}
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    async def journal(self, entry: JournalEntry) -> JournalEntry:
        """Append an entry; returns, when it is on disk, the entry that stands under its key.

        Who is cancelled while it waits only hears no more of it: the entry is written all the same.
        """
        standing = await self._put(entry, self._records)
        assert isinstance(standing, JournalEntry)
        return standing

    def event(self, event: Event) -> None:
        """Append an event; `flush` says whether it could be kept."""
        waiting = self._events.setdefault(event.run, {})
        future = self._put(event, self._records)
        waiting[future] = None
        # What is kept is let go of: a long run has more events than should be held in memory.
        future.add_done_callback(partial(_cancel_with, waiting))

    async def flush(self, run: str) -> None:
        """Wait until every event of a run is on disk.

        Raises:
            StoreError: one could not be kept.
            Divergence: another event stands under the key of one.
        """
        for future in list(self._events.pop(run, {})):
            await future

    def forget(self, run: str) -> None:
        """Ask no more about the events of a run that stops here; they are written all the same."""
        for future in self._events.pop(run, {}):
            future.add_done_callback(_observe)

    async def claim(self, claim: Claim) -> Claim:
        """Insert an entry of a claim log; see `Store.claim`.

        Who is cancelled while it waits only hears no more of it: the claim is made all the same.
        """
        return await self._put(claim, self._claims)

    async def close(self) -> None:
        """Write what is waiting and end the thread."""
        with self._some:
            self._closed = True
            self._some.notify()
        await asyncio.to_thread(self._thread.join)

    def _put(self, record: T, waiting: list[_Waiting[T]]) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self._loop.create_future()
        with self._some:
            if self._closed:
                raise StoreUnavailable("the writer is closed")
            waiting.append(_Waiting(record, future))
            self._some.notify()
        return future

    def _work(self) -> None:
        while True:
            with self._some:
                while not self._records and not self._claims and not self._closed:
                    self._some.wait()
                records, claims = _next_batch(self._records), _next_batch(self._claims)
            if not records and not claims:
                return
            self._write(records, self._store.append)
            self._write(claims, self._store.claim_all)

    def _write(self, batch: Sequence[_Waiting[T]], write: Callable[[Sequence[T]], Sequence[T]]) -> None:
        if batch:
            results = self._write_each([waiting.record for waiting in batch], write)
            self._settle(batch, results)

    def _write_each(self, batch: Sequence[T], write: Callable[[Sequence[T]], Sequence[T]]) -> Sequence[T | Exception]:
        try:
            return self._store_retry.over(lambda: write(batch))
        except StoreUnavailable as error:
            return [error] * len(batch)
        except Exception as error:  # noqa: BLE001  # whatever it is, it reaches the run whose record it was
            if len(batch) == 1:
                return [error]
            return [result for one in batch for result in self._write_each([one], write)]

    def _settle(self, batch: Sequence[_Waiting[T]], results: Sequence[T | Exception]) -> None:
        def settle() -> None:
            for (record, future), result in zip(batch, results, strict=True):
                if future.cancelled():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                elif difference := _difference(record, result):
                    future.set_exception(difference)
                else:
                    future.set_result(result)

        self._loop.call_soon_threadsafe(settle)


def _next_batch(waiting: list[_Waiting[T]]) -> list[_Waiting[T]]:
    """The first of those that wait, as many as go into one commit; they wait no longer."""
    batch = waiting[:_MOST_IN_A_COMMIT]
    del waiting[: len(batch)]
    return batch


def _difference(record: object, standing: object) -> SociariumError | None:
    if isinstance(record, Event) and isinstance(standing, Event) and record.digest != standing.digest:
        return Divergence(record.run, record.key, "another event stands in the store under this key")
    return None


def _cancel_with(waiting: dict[asyncio.Future[Record], None], future: asyncio.Future[Record]) -> None:
    if not future.cancelled() and future.exception() is None:
        waiting.pop(future, None)


def _observe(future: asyncio.Future[Record]) -> None:
    if not future.cancelled():
        future.exception()
