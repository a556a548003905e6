"""Sweeps that are played by processes of their own, and what is found in the store afterwards."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sociarium.records.runs import RunState
from sociarium.runner.replay import replay
from sociarium.stores.sqlite import SqliteStore
from tests.examples import small

ROOT = Path(__file__).parents[2]

MESSAGES = 10


def sweep_file(folder: Path, *, conditions: int = 16, replicates: int = 4, messages: int = MESSAGES) -> Path:
    """A file whose sweep `main` has conditions x replicates conversations."""
    levels = ", ".join(f"v{i}: Goal {i}." for i in range(conditions))
    names = ", ".join(f"v{i}" for i in range(conditions))
    text = small(
        title="Played",
        sections=f"""
  - {{title: Starting prompt, private: {{guard: I am <SELF_NAME>., prisoner: I am <SELF_NAME>.}}}}
  - {{title: Goal, shared: {{variants: {{{levels}}}}}}}""",
        summarizer="[{title: Starting prompt, content: Summarise.}]",
        probes="[{name: trust, at: [end], ask: Trust?, answer: {from: 0, to: 10}}]",
        sweep=f"{{factors: {{section.Goal: [{names}], messages: {messages}, days: 2}}, replicates: {replicates}}}",
    )
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Played:
    """A sweep, its store and what was asked."""

    file: Path
    folder: Path
    environment: dict[str, str]

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.folder / "store.db"

    def calls(self, name: str = "calls") -> int:
        """Calls that the model of a process saw."""
        path = self.folder / name
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def start(self, *options: str, calls: str = "calls") -> subprocess.Popen[str]:
        """Begin to play in a process of its own."""
        command = [sys.executable, "-m", "tests.acceptance.player", str(self.file)]
        return subprocess.Popen(
            [*command, "--store", str(self.database), "--calls", str(self.folder / calls), *options],
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def play(self, *options: str, calls: str = "calls") -> int:
        """Play until the process ends; returns its exit code, negative for a signal."""
        process = self.start(*options, calls=calls)
        output, errors = process.communicate(timeout=120)
        assert process.returncode in {0, 1, 3, 130, -9}, output + errors
        return process.returncode

    def count(self, table: str) -> int:
        """Rows of a table of the store."""
        connection = sqlite3.connect(self.database)
        try:
            if not connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]:
                return 0
            return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
        finally:
            connection.close()

    def left_behind(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that runs have left in the store."""
        connection = sqlite3.connect(self.database)
        try:
            return {
                table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in ("journal", "events", "claims", "statuses")
            }
        finally:
            connection.close()

    def assert_complete(self, runs: int, messages: int = MESSAGES) -> None:
        """Every conversation is done, no message is missing or double, and each is as its journal says."""
        store = SqliteStore(self.database)
        try:
            [sweep] = store.sweeps()
            places = list(store.places(sweep.id))
            assert len(places) == runs
            assert {place.status.state for place in places} == {RunState.DONE}
            for place in places:
                events = store.events(place.status.run)
                spoken = [event.happening for event in events if event.happening.kind == "message"]
                first, second = -(-messages // 2), messages // 2
                wanted = [(1, index + 1) for index in range(first)] + [(2, index + 1) for index in range(second)]
                assert [(what.day, what.index) for what in spoken] == wanted
                assert [event.seq for event in events] == list(range(1, len(events) + 1))
                assert sum(event.happening.kind == "summary" for event in events) == 1
                assert place.status.counters.messages == messages
                assert asyncio.run(replay(store, place.status.run)).ended == "completed"
        finally:
            store.close()
