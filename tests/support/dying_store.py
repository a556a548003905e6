"""A store whose process dies at a chosen moment, as if the power went."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from pymongo import monitoring

from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.journal import JournalEntry
from sociarium.runner.run.recorder import LiveRecorder
from sociarium.runner.run.writer import Writer
from sociarium.stores.sqlite import SqliteStore

_WRITES = {"insert", "update", "delete"}


def die() -> NoReturn:
    """End this process as nobody can catch it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class Death:
    """When the process dies: at the n-th call of a kind.

    Args:
        when: `before` the call, `inside` it, or `after` it. Inside is where the embedded store has written all and
            not committed, and where a server has been sent the first of the call's writes and not the next one.
        what: `place`, `claim`, `finish`, `append`, `beat`, `save`, `begin` or `measure`.
        count: which one of them.
    """

    def __init__(self, when: str, what: str, count: int) -> None:
        self._when, self._what, self._left = when, what, Counter({what: count})
        self._here = threading.local()

    def at(self, what: str, call: Callable[[], Any]) -> Any:
        """Make a call of a kind, unless it is the last thing that does not happen."""
        self._left[what] -= 1
        mine = what == self._what and self._left[what] == 0
        if mine and self._when == "before":
            die()
        self._here.inside = mine and self._when == "inside"
        self._here.writes = 0
        result = call()
        if mine and self._when != "before":
            die()
        return result

    def committing(self, statement: str) -> None:
        """The embedded store is about to run a statement."""
        if getattr(self._here, "inside", False) and statement.startswith("COMMIT"):
            die()

    def sending(self, command: str) -> None:
        """A server is about to be sent a command."""
        if getattr(self._here, "inside", False) and command in _WRITES:
            self._here.writes += 1
            if self._here.writes > 1:
                die()


def die_in_runner(what: str, count: int) -> None:
    """Let the runner be where this process dies, at the n-th such moment.

    Args:
        what: `event`: something has happened in a run. `kept`: an answer is on disk, and its run has not seen it.
    """
    left = [count]

    def step() -> None:
        left[0] -= 1
        if left[0] == 0:
            die()

    if what == "event":
        add_event = LiveRecorder.add_event

        def add(recorder: LiveRecorder, event: Event) -> None:
            add_event(recorder, event)
            step()

        LiveRecorder.add_event = add  # type: ignore[method-assign]  # of this process alone, which is there to die
    else:
        journal = Writer.journal

        async def keep(writer: Writer, entry: JournalEntry) -> JournalEntry:
            standing = await journal(writer, entry)
            step()
            return standing

        Writer.journal = keep  # type: ignore[method-assign]  # as above


class MortalStore:
    """A store, until death."""

    def __init__(self, store: Store, death: Death) -> None:
        self._store, self._death = store, death
        if isinstance(store, SqliteStore):
            store._writer.set_trace_callback(death.committing)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save_experiment(self, *arguments: Any) -> Any:
        return self._death.at("save", lambda: self._store.save_experiment(*arguments))

    def save_sweep(self, sweep: Any) -> Any:
        return self._death.at("begin", lambda: self._store.save_sweep(sweep))

    def place_runs(self, members: Sequence[Any], runs: Sequence[Any]) -> Any:
        return self._death.at("place", lambda: self._store.place_runs(members, runs))

    def claim_all(self, claims: Sequence[Any]) -> Any:
        what = "claim" if any(claim.outcome is None for claim in claims) else "finish"
        return self._death.at(what, lambda: self._store.claim_all(claims))

    def append(self, records: Sequence[Any]) -> Any:
        return self._death.at("append", lambda: self._store.append(records))

    def put_measures(self, measures: Sequence[Any]) -> Any:
        return self._death.at("measure", lambda: self._store.put_measures(measures))

    def record_heartbeat(self, worker: Any) -> Any:
        return self._death.at("beat", lambda: self._store.record_heartbeat(worker))


class Watching(monitoring.CommandListener):
    """Tells death of each command that goes to a server."""

    def __init__(self, death: Death) -> None:
        self._death = death

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self._death.sending(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass
