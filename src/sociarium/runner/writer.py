"""The writer: appends what runs leave behind, those that wait together in one commit.

A record that was handed over is written whatever happens to the run that handed it over, until the process dies.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import NamedTuple

from sociarium.errors import Divergence, SociariumError, StoreUnavailable
from sociarium.ports.store import Record, Store
from sociarium.records.events import Event
from sociarium.records.journal import JournalEntry
from sociarium.runner.patience import Patience

_MOST_IN_A_COMMIT = 512


class _Waiting(NamedTuple):
    record: Record
    written: asyncio.Future[Record]


class Writer:
    """One thread that appends to a store for one event loop.

    Order is kept. When a commit fails its records are appended one by one, so that a bad one fails alone. `close`
    writes what is waiting.
    """

    def __init__(self, store: Store, patience: Patience) -> None:
        self._store = store
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._some = threading.Condition()
        self._closed = False
        self._events: dict[str, list[asyncio.Future[Record]]] = {}
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    async def journal(self, entry: JournalEntry) -> JournalEntry:
        """Append an entry; returns, when it is on disk, the entry that stands under its key.

        Who is cancelled while it waits only hears no more of it: the entry is written all the same.
        """
        standing = await self._put(entry)
        assert isinstance(standing, JournalEntry)
        return standing

    def event(self, event: Event) -> None:
        """Append an event; `flush` says whether it could be kept."""
        futures = self._events.setdefault(event.run, [])
        futures.append(self._put(event))

    async def flush(self, run: str) -> None:
        """Wait until every event of a run is on disk.

        Raises:
            StoreError: one could not be kept.
            Divergence: another event stands under the key of one.
        """
        for future in self._events.pop(run, []):
            await future

    def forget(self, run: str) -> None:
        """Ask no more about the events of a run that stops here; they are written all the same."""
        for future in self._events.pop(run, []):
            future.add_done_callback(_look_at)

    async def close(self) -> None:
        """Write what is waiting and end the thread."""
        with self._some:
            self._closed = True
            self._some.notify()
        await asyncio.to_thread(self._thread.join)

    def _put(self, record: Record) -> asyncio.Future[Record]:
        future: asyncio.Future[Record] = self._loop.create_future()
        with self._some:
            if self._closed:
                raise StoreUnavailable("the writer is closed")
            self._waiting.append(_Waiting(record, future))
            self._some.notify()
        return future

    def _work(self) -> None:
        while True:
            with self._some:
                while not self._waiting and not self._closed:
                    self._some.wait()
                batch, self._waiting = self._waiting[:_MOST_IN_A_COMMIT], self._waiting[_MOST_IN_A_COMMIT:]
            if not batch:
                return
            self._settle(batch, self._appended([record for record, _ in batch]))

    def _appended(self, records: Sequence[Record]) -> Sequence[Record | Exception]:
        try:
            return self._patience.over(lambda: self._store.append(records))
        except StoreUnavailable as error:
            return [error] * len(records)
        except Exception as error:  # noqa: BLE001  # whatever it is, it reaches the run whose record it was
            if len(records) == 1:
                return [error]
            return [result for record in records for result in self._appended([record])]

    def _settle(self, batch: Sequence[_Waiting], results: Sequence[Record | Exception]) -> None:
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


def _difference(given: Record, standing: Record) -> SociariumError | None:
    if isinstance(given, Event) and isinstance(standing, Event) and given.digest != standing.digest:
        return Divergence(given.run, given.key, "another event stands in the store under this key")
    return None


def _look_at(future: asyncio.Future[Record]) -> None:
    if not future.cancelled():
        future.exception()
