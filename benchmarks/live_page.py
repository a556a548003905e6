"""What an open live page costs the runner: the rate of a sweep with the page open and without it, in pairs.

The rate of one run differs from that of the next by more than a page may cost, so the processor time of the pages is
told, too: what they take with an open page beyond what they take without one, of the time that the sweep took.

python -m benchmarks.live_page [--pairs N] [--conversations N]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sweep took.

    Attributes:
        rate: messages a second. cpu: seconds of the pages. told: how often the open page was told something new.
    """

    rate: float
    seconds: float
    cpu: float
    told: int


@dataclass(slots=True)
class Reader:
    """Somebody who has a live page open.

    Attributes:
        events: names of those that came.
    """

    events: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self, address: str, path: str) -> Iterator[None]:
        """Read the stream of a page until the end of the block; as long as nobody works on the sweep it ends, and is
        opened again."""
        thread = threading.Thread(target=self._read, args=(address, path), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.left.set()

    def _read(self, address: str, path: str) -> None:
        while not self.left.is_set():
            connection = HTTPConnection(address, timeout=60)
            with suppress(OSError, ValueError, HTTPException):
                connection.request("GET", path)
                answer = connection.getresponse()
                while (line := answer.readline()) and not self.left.is_set():
                    if line.startswith(b"event: "):
                        self.events.append(line[7:].decode().strip())
            connection.close()
            time.sleep(0.5)


def play(server: Server, conversations: int, *, is_open: bool) -> Taken:
    """Play a sweep into a new store whose pages are served, one of them open or none."""
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
        with serving_pages(url, {}) as pages:
            server.reset()
            with reader.reading(pages.address, f"/sweeps/{sweep}/live") if is_open else nullcontext():
                seconds = measured(command, folder=folder).seconds
    return Taken(server.load().rate, seconds, pages.cpu[0], reader.events.count("parts"))


def report(pairs: int = PAIRS, conversations: int = CONVERSATIONS) -> None:
    """Print each pair, and what the page costs."""
    logger.remove()
    os.environ["SOCIARIUM_USER"] = _USER
    costs, shares = [], []
    print(f"  64 slots of 50 ms, {conversations} conversations of {MESSAGES} messages; the page of the sweep")
    with serving(slots=64, latency=0.05) as server:
        for number in range(pairs):
            # Whichever is first of a pair has another machine than the second: they take turns.
            order = (False, True) if number % 2 == 0 else (True, False)
            taken = {is_open: play(server, conversations, is_open=is_open) for is_open in order}
            alone, watched = taken[False], taken[True]
            costs.append(1 - watched.rate / alone.rate)
            shares.append((watched.cpu - alone.cpu) / watched.seconds)
            print(
                f"  without {alone.rate:5.0f} messages/s   with {watched.rate:5.0f}, told {watched.told} times   "
                f"rate {-100 * costs[-1]:+5.1f} %   page {100 * shares[-1]:4.1f} % of a processor",
                flush=True,
            )
    print(
        f"  median: {100 * median(costs):.1f} % of the rate (bound {100 * MOST_COST:.0f} %), "
        f"{100 * median(shares):.1f} % of one processor"
    )


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
