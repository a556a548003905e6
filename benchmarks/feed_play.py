"""One feed played by models that cost nothing, in a process of its own, for `benchmarks.feed`.

python -m benchmarks.feed_play PEOPLE DAYS FOLDER
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.feed import definition
from sociarium.environments.feed import optional_libraries
from sociarium.experiment.document import parse
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.providers.offline import Offline
from sociarium.records.runs import RunState
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.garbage_collection import rare_garbage_collection
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.stores.sqlite import SqliteStore

_IN_A_FILE = 20_000
_POST = {"like": 20, "reply": 3, "repost": 5, "quote": 2, "sentiment": "positive", "words": "Sounds right."}
_INTENT = {"follow": [], "unfollow": [], "plan": "Go on as before.", "state": "Calm, and curious about the others."}
_TEXT = "The river rises and the bridge is closed, so we will all be late again."


class Cheap(Offline):
    """Answers of a fixed form; measures what it costs itself."""

    def __init__(self) -> None:
        super().__init__()
        self.cpu = 0.0
        self.calls = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        began = time.process_time()
        self.calls += 1
        served = ServedReply(ModelReply(_answer(request), prompt_tokens=1, completion_tokens=1), {}, 0.0)
        self.cpu += time.process_time() - began
        return served


def _answer(request: ModelRequest) -> str:
    if request.schema is None:
        return _TEXT
    wanted = request.schema["properties"]
    if "posts" not in wanted:
        return json.dumps(_INTENT)
    return json.dumps({"posts": dict.fromkeys(wanted["posts"]["properties"], _POST)})


class _Deaf:
    def notice(self, news: News) -> None:
        """Listen to nothing."""


def main() -> int:
    people, days, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    document = definition(people, days)
    # In files of their own, each within what is read of one.
    given = document["people"]
    files = {f"{at}.jsonl": "\n".join(map(json.dumps, given[at : at + _IN_A_FILE])).encode()
             for at in range(0, len(given), _IN_A_FILE)}  # fmt: skip
    document["people"] = [{"file": name} for name in files]
    found = parse(json.dumps(document).encode(), source="feed", read=files.__getitem__)
    store = SqliteStore(folder / f"{people}.db")
    begun = save_sweep(store, found, "main", creator="benchmark", clock=SystemClock())
    model = Cheap()
    # What is imported once is no person's cost.
    optional_libraries.networkx()
    optional_libraries.bm25s()
    base, before = _megabytes(), time.process_time()
    with rare_garbage_collection():  # as the program plays
        asyncio.run(
            start(
                store,
                begun,
                {"dry": [RouteSpec(model, "cheap")]},
                PlayOptions(),
                SweepPorts(observer=_Deaf()),
            )
        )
    cpu = time.process_time() - before
    [place] = store.slots(begun.sweep.id)
    if place.status.state is not RunState.DONE:
        raise RuntimeError(f"the feed ended {place.status.state}: {place.status.error}")
    store.close()
    told = {"cpu": cpu - model.cpu, "model": model.cpu, "calls": model.calls, "megabytes": _megabytes() - base,
            "posts": place.status.counters.messages}  # fmt: skip
    print(json.dumps(told))
    return 0


def _megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts kilobytes, macOS bytes.
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    sys.exit(main())
