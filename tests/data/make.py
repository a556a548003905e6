"""Makes a store and archives as they lie in `schema_2`, which were made once, by the last version with that schema.

SOCIARIUM_USER=ada python -m tests.data.make FOLDER
"""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import mongomock

from sociarium.bootstrap import open_store
from sociarium.cli.command_call import run_command
from sociarium.cli.commands import export
from sociarium.exchange.merge import merge
from sociarium.exchange.transfer import everything
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.records.runs import Worker
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.sweep import start as starting
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep
from sociarium.stores.mongo import MongoStore
from tests.support.definitions import definition, small, small_feed

_PAIR = '[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: "I am <SELF_NAME>."}}]'
CORRIDOR = small(
    title="Corridor",
    note="=played before",
    sections=_PAIR,
    manager="[{title: Starting prompt, content: Choose who speaks next.}]",
    summarizer="[{title: Starting prompt, content: Summarise.}]",
    probes="[{name: trust, at: [end], ask: Trust?, answer: {from: 0, to: 10}}]",
    sweep="{factors: {speaker_selection: [round_robin, auto], messages: 6, days: 2}, replicates: 2}",
)
"""Finished, with summaries and probes. The manager names the same agent twice running."""
STAIRCASE = small(title="Staircase", sections=_PAIR, sweep="{factors: {messages: [4, 6]}, replicates: 3}")
"""Unfinished: some runs done, one in the middle, the rest not taken up."""
_TROLLS = (
    "[{handle: ada, follows: [bob]}, {handle: bob}, {generate: %d, role: troll, model: dry, prompt: Invent a troll.}]"
)
HARBOUR = small_feed(title="Harbour", people=_TROLLS % 2, days="1", sweep="{factors: {}, replicates: 1}")
"""Finished, with a finished population."""
QUAY = small_feed(
    title="Quay", people=_TROLLS % 14, days="1", sweep="{factors: {policy: [none, label]}, replicates: 1}",
    policy="{match: {words: [ruin]}, do: label}",
)  # fmt: skip
"""Unfinished: the population was half written when the tokens were used up."""

WORKER = Worker("0000000000000000000000000000aaaa", "laboratory", "", 1, "")


class Choosing(Offline):
    """Chooses the first agent twice running, then the second once, and so on."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        if request.purpose != "manager":
            return served
        names = request.schema["properties"]["speaker"]["enum"]  # type: ignore[index]
        lines = [line.partition(":")[0] for line in request.messages[-1].content.split("\n\n")]
        speakers = [name for name in lines if name in names]
        name = names[0] if len(speakers) % 3 < 2 else names[1]
        return replace(served, reply=replace(served.reply, text=f'{{"speaker": "{name}"}}'))


class Still:
    """A clock that stands, on one day or another."""

    def __init__(self, day: int = 9) -> None:
        self._day = day

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> str:
        return f"2026-01-{self._day:02}T03:04:05.000Z"


class Silent:
    def notice(self, news: News) -> None:
        """Nobody looks."""


def play(store: Store, text: str, day: int, *, limit: int | None = None, tokens: int | None = None) -> None:
    """Play a sweep, one run at a time, as far as the bounds allow."""
    clock = Still(day)
    begun = save_sweep(store, definition(text), "main", creator="ada", clock=clock)
    offers = {name: [RouteSpec(Choosing(), "server")] for name in begun.definition.models}
    options = PlayOptions(concurrency=1, limit=limit, max_tokens=tokens, max_empty=1)
    with patch.object(starting, "this_worker", lambda _by=None: WORKER):
        asyncio.run(starting.start(store, begun, offers, options, starting.SweepPorts(observer=Silent(), clock=clock)))


def write_documents(store: Store, path: Path) -> None:
    """The same store as the documents of a database: `[collection, document]`, one a line."""
    client = mongomock.MongoClient()
    database = client["lab"]
    merge(MongoStore(client, "lab", url="mongodb://mongomock/lab"), everything(store), lambda _runs: None)
    lines = [
        json.dumps([name, document])
        for name in sorted(database.list_collection_names())
        for document in database[name].find({}, sort=[("_id", 1)])
    ]
    path.write_bytes(gzip.compress("\n".join([*lines, ""]).encode(), 9, mtime=0))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "store.db"
    path.unlink(missing_ok=True)
    store = open_store(f"sqlite:///{path}")
    play(store, CORRIDOR, 2)
    play(store, STAIRCASE, 3, limit=2)
    play(store, STAIRCASE, 3, tokens=120)
    play(store, HARBOUR, 4)
    play(store, QUAY, 5, tokens=700)
    write_documents(store, folder / "documents.jsonl.gz")
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE workers SET beat = 1, doing = '{}'")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("VACUUM")
    connection.close()
    (folder / "store.db.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    out = folder / "exported"
    shutil.rmtree(out, ignore_errors=True)
    for title in ("Corridor", "Harbour"):
        with patch.object(export, "SystemClock", Still):
            run_command(["export", title, "--store", f"sqlite:///{path}", "--format", "archive", "--out", str(out)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
