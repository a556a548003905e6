"""What an open live page costs the runner: the rate of a sweep with the page open and without it, in pairs.

python -m benchmarks.live_page [--pairs N] [--conversations N]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median

from loguru import logger
from tests.support.played_stores import saved

from benchmarks.hotpath import MESSAGES, OPEN, definition
from benchmarks.measured import PROGRAM, measured, python
from benchmarks.pages import serving as serving_pages
from benchmarks.server import Server, serving
from sociarium.stores.sqlite import SqliteStore

PAIRS, CONVERSATIONS = 5, 768
MOST_COST = 0.02
_USER = "ada"


@dataclass(slots=True)
class Reader:
    """Somebody who has a live page open; `events` are what came."""

    events: list[str] = field(default_factory=list)

    @contextmanager
    def reading(self, address: str, path: str) -> Iterator[None]:
        """Read the stream of a page until the end of the block."""
        connection = HTTPConnection(address, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()

        def read() -> None:
            try:
                while line := answer.readline():
                    if line.startswith(b"event: "):
                        self.events.append(line[7:].decode().strip())
            except (OSError, ValueError, HTTPException, AttributeError):
                return  # the block ended

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        try:
            yield
        finally:
            connection.close()


def rate(server: Server, conversations: int, *, is_open: bool) -> tuple[float, int]:
    """Messages a second of a sweep in a new store, and how often its open page was told something new."""
    text = definition(server, conversations, MESSAGES)
    reader = Reader()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "live.yaml").write_text(text, encoding="utf-8")
        store = SqliteStore(folder / "live.db")
        sweep = saved(store, text, creator=_USER).sweep.id
        store.close()
        url = f"sqlite:///{folder / 'live.db'}"
        command = python(PROGRAM, "run", "live.yaml", "--concurrency", str(OPEN), "--store", url, "--yes", "--json")
        # The server of the pages is there in both: what differs is the open page alone.
        with serving_pages(url, {}) as pages:
            server.reset()
            with reader.reading(pages.address, f"/sweeps/{sweep}/live") if is_open else nullcontext():
                measured(command, folder=folder)
    return server.load().rate, reader.events.count("parts")


def report(pairs: int = PAIRS, conversations: int = CONVERSATIONS) -> None:
    """Print the rates of each pair, and what the page costs."""
    logger.remove()
    os.environ["SOCIARIUM_USER"] = _USER
    costs = []
    print(f"  64 slots of 50 ms, {conversations} conversations of {MESSAGES} messages; the page of the sweep")
    with serving(slots=64, latency=0.05) as server:
        for number in range(pairs):
            # Whichever is first of a pair has another machine than the second: they take turns.
            order = (False, True) if number % 2 == 0 else (True, False)
            rates = {is_open: rate(server, conversations, is_open=is_open) for is_open in order}
            (alone, _), (watched, told) = rates[False], rates[True]
            costs.append(1 - watched / alone)
            print(
                f"  without {alone:5.0f} messages/s   with {watched:5.0f}, told {told} times   "
                f"cost {100 * costs[-1]:5.1f} %",
                flush=True,
            )
    print(f"  median cost {100 * median(costs):.1f} % of the rate (bound {100 * MOST_COST:.0f} %)")


def main() -> int:
    """As the command line says."""
    parser = argparse.ArgumentParser(description="What an open live page costs the runner.")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    options = parser.parse_args()
    report(options.pairs, options.conversations)
    return 0


if __name__ == "__main__":
    sys.exit(main())
