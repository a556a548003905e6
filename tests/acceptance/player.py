"""A process that plays a sweep and can be killed at chosen moments.

It is the program's own `play`, with a model that writes down each call, and a store that can end the process with
SIGKILL before, inside or after a chosen commit.

    python -m tests.acceptance.player FILE --store DB --calls LOG [--kill call:17 | --kill inside:append:4]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from sociarium.cli.playing import Wishes, play, used_models
from sociarium.config import load
from sociarium.experiment.chance import Draws
from sociarium.experiment.document import parse
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, Served
from sociarium.providers.offline import Offline
from sociarium.runner.desk import Offer
from sociarium.runner.queue import Choices
from sociarium.runner.starting import begin
from sociarium.stores.sqlite import SqliteStore


def die() -> NoReturn:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class WatchedModel(Offline):
    """The offline model, slow by a function of the request; each call is a line in a file."""

    def __init__(self, calls: Path, *, pace: float, kill_at: int | None) -> None:
        super().__init__()
        self._log = os.open(calls, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._mean = pace
        self._kill_at = kill_at
        self._count = 0

    async def ask(self, request: ModelRequest) -> Served:
        fingerprint = request.fingerprint()
        os.write(self._log, f"{fingerprint}\n".encode())
        self._count += 1
        if self._count == self._kill_at:
            die()
        await asyncio.sleep(2 * self._mean * Draws(fingerprint).random())
        return await super().ask(request)


class MortalStore(SqliteStore):
    """The embedded store of a process that dies at the n-th commit of a kind.

    Args:
        when: `before` the transaction, `inside` it when all is written but not committed, or `after` it.
        what: `place`, `claim`, `finish`, `append`, `beat`, `save` or `begin`.
        count: which one of them.
    """

    def __init__(self, path: Path, when: str, what: str, count: int) -> None:
        self._when, self._what, self._left = when, what, Counter({what: count})
        self._here = threading.local()
        super().__init__(path)
        self._writer.set_trace_callback(self._traced)

    def _traced(self, statement: str) -> None:
        if getattr(self._here, "inside", False) and statement.startswith("COMMIT"):
            die()

    def _at(self, what: str, call: Callable[[], Any]) -> Any:
        self._left[what] -= 1
        mine = what == self._what and self._left[what] == 0
        if mine and self._when == "before":
            die()
        self._here.inside = mine and self._when == "inside"
        result = call()
        if mine and self._when == "after":
            die()
        return result

    def save(self, *arguments: Any) -> Any:
        return self._at("save", lambda: super(MortalStore, self).save(*arguments))

    def begin(self, sweep: Any) -> Any:
        return self._at("begin", lambda: super(MortalStore, self).begin(sweep))

    def place(self, members: Sequence[Any], runs: Sequence[Any]) -> Any:
        return self._at("place", lambda: super(MortalStore, self).place(members, runs))

    def claim_all(self, claims: Sequence[Any]) -> Any:
        what = "claim" if any(claim.outcome is None for claim in claims) else "finish"
        return self._at(what, lambda: super(MortalStore, self).claim_all(claims))

    def append(self, records: Sequence[Any]) -> Any:
        return self._at("append", lambda: super(MortalStore, self).append(records))

    def beat(self, worker: Any) -> None:
        self._at("beat", lambda: super(MortalStore, self).beat(worker))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--calls", type=Path, required=True)
    parser.add_argument("--kill", default="")
    parser.add_argument("--pace", type=float, default=0.002)
    parser.add_argument("--concurrency", type=int, default=16)
    given = parser.parse_args()
    first, _, rest = given.kill.partition(":")
    what, _, count = rest.partition(":")
    definition = parse(given.file.read_bytes(), source=str(given.file), read=lambda _: b"")
    store = MortalStore(given.store, first, what, int(count)) if count else SqliteStore(given.store)
    model = WatchedModel(given.calls, pace=given.pace, kill_at=int(rest) if first == "call" else None)
    config = load()
    begun = begin(store, definition, "main", creator=config.creator, clock=SystemClock())
    wishes = Wishes(Choices(given.concurrency, lease=config.lease), as_json=True, yes=True)
    names = used_models(definition, "main")
    offers = {key: [Offer(model, "server")] for key in names}
    return play(store, begun, config, wishes, command="player", offers=offers)


if __name__ == "__main__":
    sys.exit(main())
