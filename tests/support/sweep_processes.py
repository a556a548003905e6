"""Sweeps that are played by processes of their own, and what is found in the store afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from sociarium.bootstrap import open_store
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.journal import JournalEntry
from sociarium.records.runs import RunState, RunStatus
from tests.support.definitions import small
from tests.support.played_stores import replayed
from tests.support.program_process import PATH, Begun, begin
from tests.support.warm_process import Start

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


def embedded(folder: Path) -> str:
    """The URL of an embedded store in a folder."""
    return f"sqlite:///{folder / 'store.db'}"


@dataclass(frozen=True, slots=True)
class Played:
    """A sweep, the URL of its store, and what was asked.

    Attributes:
        fresh: whether a Python of its own plays it, and not a child of the warm process.
    """

    file: Path
    folder: Path
    environment: dict[str, str]
    store: str
    fresh: bool = False

    def calls(self, name: str = "calls") -> int:
        """Calls that the model of a process saw."""
        path = self.folder / name
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def start(self, *options: str, calls: str = "calls") -> Begun | Popen[str]:
        """Begin to play in a process of its own."""
        arguments = [str(self.file), "--store", self.store, "--calls", str(self.folder / calls), *options]
        start = Start("player", arguments, str(self.folder), self.environment | PATH)
        return begin(start, fresh=self.fresh)

    def play(self, *options: str, calls: str = "calls") -> int:
        """Play until the process ends; returns its exit code, negative for a signal."""
        begun = self.start(*options, calls=calls)
        output, errors = begun.communicate(timeout=120)
        said = f"{output}\n{errors}"
        assert begun.returncode in {0, 1, 3, 130, -9}, said
        # Shown where a test that expected another code fails.
        print(said)
        return begun.returncode

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The store, as it stands."""
        store = open_store(self.store)
        try:
            yield store
        finally:
            store.close()

    def left_behind(self) -> dict[str, tuple[RunStatus, list[JournalEntry], list[Event]]]:
        """Everything that runs have left in the store, by run."""
        with self.opened() as store:
            runs = [place.status for sweep in store.sweeps() for place in store.slots(sweep.id)]
            return {status.run: (status, store.journal(status.run), store.events(status.run)) for status in runs}

    def answers(self) -> int:
        """Answers in the journals of all runs."""
        return sum(len(journal) for _, journal, _ in self.left_behind().values())

    def assert_complete(self, runs: int, messages: int = MESSAGES) -> None:
        """Every conversation is done, no message is missing or double, and each is as its journal says."""
        with self.opened() as store:
            [sweep] = store.sweeps()
            places = list(store.slots(sweep.id))
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
                assert replayed(store, place.status.run).ended == "completed"


def wait_for_calls(played: Played, process: Begun | Popen[str], number: int, calls: str = "calls") -> None:
    """Wait until the model was asked so often; fails when the process ends before."""
    while played.calls(calls) < number:
        if process.poll() is not None:
            raise AssertionError(f"it ended with {process.returncode}: {process.communicate()[1]}")
        time.sleep(0.01)
