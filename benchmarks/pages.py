"""The pages of a large sweep and of a large feed: their first byte, beside the same pages of a tenth of the data.

python -m benchmarks.pages [--runs N] [--posts N] [--rounds N]

Over SQLite, and with SOCIARIUM_TEST_MONGODB over that server.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from loguru import logger
from pymongo import MongoClient

from benchmarks.measured import PROGRAM, python
from benchmarks.page_queries import queries_of
from benchmarks.played_records import DAYS, PROBE, conversations, feed
from sociarium.bootstrap import open_store

RUNS, POSTS, MESSAGES = 2_400, 100_000, 20
ROUNDS = 7
LIMIT_MILLISECONDS, LIMIT_RATIO = 200, 3.0
_WAITING = 202
"""What a page answers that is not there yet, and comes by itself."""
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Answered:
    """How a page came: milliseconds to its first byte, and whether it was what was asked for."""

    milliseconds: float
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Pages under way.

    Attributes:
        pages: name -> address.
        cpu: seconds of the server's process, once it has ended.
    """

    address: str
    pages: Mapping[str, str]
    cpu: list[float] = field(default_factory=list)

    def ask(self, page: str) -> Answered:
        """Ask for a page. Raises `RuntimeError` where it is none."""
        connection = HTTPConnection(self.address, timeout=_LONGEST)
        try:
            began = time.perf_counter()
            connection.request("GET", self.pages[page])
            answer = connection.getresponse()
            milliseconds = 1000 * (time.perf_counter() - began)
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status not in {200, _WAITING}:
            raise RuntimeError(f"{self.pages[page]} answers {answer.status}:\n{text[:2000]}")
        return Answered(milliseconds, answer.status == 200)

    def first(self, page: str) -> tuple[float, float]:
        """Ask for a page that nobody looked at yet: milliseconds to the first byte, seconds until it was there."""
        began = time.perf_counter()
        first = answered = self.ask(page)
        while not answered.is_whole:
            time.sleep(0.2)
            answered = self.ask(page)
        return first.milliseconds, time.perf_counter() - began


def fill(url: str, runs: int, posts: int) -> dict[str, str]:
    """Write a sweep and a feed into a new store; returns the addresses of their pages by name."""
    store = open_store(url)
    try:
        written, run = conversations(store, runs, messages=MESSAGES), feed(store, posts)
    finally:
        store.close()
    sweep, first, second = f"/sweeps/{written.sweep}", *written.runs[:2]
    return {
        "experiments": "/experiments",
        "experiment": f"/experiments/{written.experiment}",
        "sweep under way": sweep,
        "results": f"{sweep}/results",
        "figures": f"{sweep}/figures?probe={PROBE}&by=section.Goal&by=section.Tone",
        "runs behind a number": f"{sweep}/runs?probe={PROBE}&role=guard&moment=end",
        "plan of a start": f"/experiments/{written.experiment}/run",
        "plan of a fork": f"/runs/{first}/fork?plan=true&at=day1/turn2&sham=true",
        "two runs compared": f"/compare?a={first}&b={second}",
        "transcript": f"/runs/{first}",
        "timeline": f"/runs/{run}",
        "timeline, far down": f"/runs/{run}?page={posts // 60}",
        "timeline of a person": f"/runs/{run}?as=person7",
        "timeline, by threads": f"/runs/{run}?order=threads",
        "timeline, an earlier day": f"/runs/{run}?day={DAYS // 2}",
        "person": f"/runs/{run}/people/person7",
        "thread": f"/runs/{run}/posts/p{posts // 2 // 20 * 20 + 1}",
        "search of a feed": f"/runs/{run}?q=mending",
        "search of experiments": "/experiments?q=speak",
    }


@contextmanager
def serving(url: str, pages: Mapping[str, str]) -> Iterator[Served]:
    """The pages of a store, as the command serves them."""
    with tempfile.TemporaryDirectory() as folder:
        command = python(PROGRAM, "view", "--no-browser", "--port", "0", "--store", url)
        environment = {**os.environ, "SOCIARIUM_USER": "ada", "COLUMNS": "400"}
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
            served: Served | None = None
            try:
                assert process.stdout is not None
                match = next(filter(None, (re.search(r"at http://(\S+?)/?\s", line) for line in process.stdout)), None)
                if match is None:
                    raise RuntimeError("the pages did not begin")
                served = Served(match[1], pages)
                yield served
            finally:
                process.terminate()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                if served is not None:
                    served.cpu.append(usage.ru_utime + usage.ru_stime)


@contextmanager
def stores() -> Iterator[dict[str, tuple[str, str]]]:
    """New stores by the name of their kind: two addresses each, for all of the data and for a tenth."""
    server, names = os.environ.get("SOCIARIUM_TEST_MONGODB", "").rstrip("/"), []
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": (f"sqlite:///{Path(folder) / 'all.db'}", f"sqlite:///{Path(folder) / 'tenth.db'}")}
        if server:
            names = [f"sociarium_bench_{secrets.token_hex(4)}" for _ in range(2)]
            urls["MongoDB server"] = f"{server}/{names[0]}", f"{server}/{names[1]}"
        try:
            yield urls
        finally:
            if names:
                with MongoClient[dict[str, object]](server) as client:
                    for name in names:
                        client.drop_database(name)


def compare(all_: Served, tenth: Served, rounds: int) -> None:
    """Print each page of both, asked for in turn."""
    head = "first byte     tenth   ratio     when new (there after)"
    print(f"    {'':26}{head}", flush=True)
    for page in all_.pages:
        new, seconds = all_.first(page)
        tenth.first(page)
        pairs = [(all_.ask(page).milliseconds, tenth.ask(page).milliseconds) for _ in range(rounds)]
        large, small = (median(times) for times in zip(*pairs, strict=True))
        ratio = large / small
        late = [f"more than {LIMIT_MILLISECONDS} ms"] if large > LIMIT_MILLISECONDS else []
        late += [f"more than {LIMIT_RATIO:.0f} times"] if ratio > LIMIT_RATIO else []
        print(
            f"    {page:26}{large:7.0f} ms {small:6.0f} ms {ratio:6.1f} x {new:8.0f} ms ({seconds:5.1f} s)"
            f"{'   ' if late else ''}{', '.join(late)}",
            flush=True,
        )


def compare_queries(url: str, pages: Mapping[str, str]) -> None:
    """Print what each page asks of a MongoDB server."""
    print(
        f"    {'':26}when new: queries, documents, ms (server)     again: queries, documents, ms (server)", flush=True
    )
    for page, new, again in queries_of(url, pages):
        parts = (
            f"{one.queries:9,}{one.documents:11,}{one.whole:10,.0f} ({one.server:,.0f})".ljust(44)
            for one in (new, again)
        )
        print(f"    {page:26}{''.join(parts)}".rstrip(), flush=True)


def report(runs: int = RUNS, posts: int = POSTS, rounds: int = ROUNDS) -> None:
    """Print first bytes for each store."""
    logger.remove()
    with stores() as urls_by_kind:
        for kind, urls in urls_by_kind.items():
            began = time.perf_counter()
            pages = [fill(url, runs // part, posts // part) for url, part in zip(urls, (1, 10), strict=True)]
            print(
                f"  {kind}: {runs:,} runs of {MESSAGES} messages and a feed of {posts:,} posts, beside a tenth of "
                f"both; put in in {time.perf_counter() - began:.0f} s; median of {rounds}",
                flush=True,
            )
            with ExitStack() as servers:
                all_, tenth = (servers.enter_context(serving(url, of)) for url, of in zip(urls, pages, strict=True))
                compare(all_, tenth, rounds)
            if not urls[0].startswith("sqlite"):
                compare_queries(urls[0], pages[0])


def main() -> int:
    """As the command line says."""
    parser = argparse.ArgumentParser(description="First bytes of the pages.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    report(options.runs, options.posts, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
