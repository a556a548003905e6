"""What the pages ask of a MongoDB server: queries, the documents that come back, and the time that the server takes.

How fast a page is says little of a server that is not the one it will run on: FerretDB scans a collection for every
filter but an `_id`. What is asked is ours, and is the same on every server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pymongo import monitoring
from starlette.testclient import TestClient

from sociarium.bootstrap import open_store
from sociarium.runner.workers.process import this_worker
from sociarium.viewer.app import create_app
from sociarium.viewer.settings import ViewerSettings

_NEW = 202


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a server.

    Attributes:
        documents: that came back, of all queries.
        server: milliseconds from its being asked to its answer, of all queries.
        whole: milliseconds of the page.
    """

    queries: int = 0
    documents: int = 0
    server: float = 0.0
    whole: float = 0.0


class QueryCount(monitoring.CommandListener):
    """Counts queries, of all threads. A client listens to it that was made after it was registered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = Asked()

    def take(self) -> Asked:
        """What was asked since it was taken last."""
        with self._lock:
            asked, self._asked = self._asked, Asked()
        return asked

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """See the driver."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """See the driver."""

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """See the driver."""
        reply: Mapping[str, Any] = event.reply
        cursor = reply.get("cursor") or {}
        documents = cursor.get("firstBatch") or cursor.get("nextBatch") or reply.get("values") or ()
        with self._lock:
            self._asked = Asked(
                self._asked.queries + 1,
                self._asked.documents + len(documents),
                self._asked.server + event.duration_micros / 1000,
            )


@contextmanager
def counting() -> Iterator[QueryCount]:
    """A count that every client hears of which is made meanwhile."""
    count = QueryCount()
    monitoring.register(count)
    yield count


def queries_of(url: str, pages: Mapping[str, str]) -> Iterator[tuple[str, Asked, Asked]]:
    """Each page with what it asks when nobody looked at it yet, until it is there, and when it is asked for again."""
    with counting() as count:
        store = open_store(url)
        try:
            app = create_app(ViewerSettings(store, user="ada", form_token="x" * 20), this_worker("ada"))
            with TestClient(app, base_url="http://127.0.0.1:8042", follow_redirects=False) as browser:
                for page, path in pages.items():
                    yield page, _asked(browser, path, count), _asked(browser, path, count)
        finally:
            store.close()


def _asked(browser: TestClient, path: str, count: QueryCount) -> Asked:
    count.take()
    began = time.perf_counter()
    while browser.get(path).status_code == _NEW:
        time.sleep(0.05)
    return replace(count.take(), whole=1000 * (time.perf_counter() - began))
