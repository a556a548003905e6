"""A process that plays a sweep and can be killed at chosen moments.

It is the program's own `play`, with a model that writes down each call, and a store that can end the process with
SIGKILL before, inside or after a chosen write.

    python -m tests.support.killable_sweep FILE --store URL --calls LOG [--kill call:17 | inside:append:4 | kept:9]

With `--fork-at N` it plays the forks of that sweep's finished runs at a message, changed and sham. With `--words TEXT`
it is a version of the program that has other texts for what a file leaves out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any, cast

from pymongo import monitoring

from sociarium.api.preparation import used_models
from sociarium.bootstrap import open_store
from sociarium.cli.logs import session_log
from sociarium.cli.play_session import StartRequest, play
from sociarium.config import load
from sociarium.experiment.conversation import resolve
from sociarium.experiment.document import parse
from sociarium.experiment.feed import resolve as feed_resolving
from sociarium.experiment.prompts.sections import PromptSection
from sociarium.experiment.rng import Draws
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.forks import origin_of_sweep, place_sweep, plan_forks
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep
from tests.support.dying_store import Death, MortalStore, Watching, die, die_in_runner


class WatchedModel(Offline):
    """The offline model, slow by a function of the request; each call is a line in a file."""

    def __init__(self, calls: Path, *, pace: float, kill_at: int | None, kill_after: int | None) -> None:
        super().__init__()
        self._log = os.open(calls, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._mean = pace
        self._kill_at = kill_at
        self._kill_after = kill_after
        self._count = 0
        self._answered = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        fingerprint = request.fingerprint()
        os.write(self._log, f"{fingerprint}\n".encode())
        self._count += 1
        if self._count == self._kill_at:
            die()
        await asyncio.sleep(2 * self._mean * Draws(fingerprint).random())
        served = await super().ask(request)
        self._answered += 1
        if self._answered == self._kill_after:
            die()
        return served


def opened(url: str, death: Death | None) -> Store:
    """The store at a URL, mortal when a death is given."""
    if death is None:
        return open_store(url)
    monitoring.register(Watching(death))
    store: Any = MortalStore(open_store(url), death)
    return cast("Store", store)


def replace_defaults(words: str) -> None:
    """Other words for the manager of conversations, and for those who read a feed."""
    resolve.DEFAULT_MANAGER = (PromptSection(title="Starting prompt", content=words),)
    feed_resolving.DEFAULTS = feed_resolving.DEFAULTS.model_copy(update={"read": words})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--store", required=True)
    parser.add_argument("--calls", type=Path, required=True)
    parser.add_argument("--kill", default="")
    parser.add_argument("--pace", type=float, default=0.002)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--words", default="")
    parser.add_argument("--fork-at", default="")
    parser.add_argument("--fork-set", default="")
    given = parser.parse_args()
    if given.words:
        replace_defaults(given.words)
    first, _, rest = given.kill.partition(":")
    what, _, count = rest.partition(":")
    definition = parse(given.file.read_bytes(), source=str(given.file), read=lambda _: b"")
    store = opened(given.store, Death(first, what, int(count)) if count else None)
    at = {first: int(rest)} if rest.isdigit() else {}
    model = WatchedModel(given.calls, pace=given.pace, kill_at=at.get("call"), kill_after=at.get("answer"))
    if first in {"event", "kept"}:
        die_in_runner(first, int(rest))
    config = load()
    begun = save_sweep(store, definition, "main", creator=config.creator, clock=SystemClock())
    if given.fork_at:
        name, _, level = given.fork_set.partition("=")
        wish = ForkRequest(at=given.fork_at, changes={name: level}, sham=True)
        origin = origin_of_sweep(store, begun.sweep)
        begun = place_sweep(store, plan_forks(store, origin, wish, creator=config.creator, clock=SystemClock()))
    request = StartRequest(PlayOptions(concurrency=given.concurrency, lease=config.lease), as_json=True, yes=True)
    names = used_models(definition, "main")
    routes = {key: [RouteSpec(model, "server")] for key in names}
    return play(store, begun, config, request, log=session_log("player"), routes=routes)


if __name__ == "__main__":
    sys.exit(main())
