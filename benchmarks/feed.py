"""Feeds: what a person's day costs, few or many, and how busy a server is kept."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measured import PROGRAM, measured, python
from benchmarks.server import MODEL, Load, Server, serving

SIZES = (100, 1_000, 10_000)
DAYS = 3
MOST_GROWTH = 1.5

OPEN_RUNS = 4
LEAST_OPEN, LEAST_ALONE = 0.9, 0.7


@dataclass(frozen=True, slots=True)
class Taken:
    """What a feed took without its models.

    Attributes:
        cpu: seconds. megabytes: of peak memory above that before the first person came.
    """

    people: int
    days: int
    cpu: float
    calls: int
    megabytes: float
    posts: int

    @property
    def milliseconds(self) -> float:
        """CPU of a person's day."""
        return 1000 * self.cpu / (self.people * self.days)

    @property
    def kilobytes(self) -> float:
        """Memory of a person."""
        return 1000 * self.megabytes / self.people


def definition(people: int, days: int, **changes: Any) -> dict[str, Any]:
    """A feed of people who follow each other without a scale."""
    given = [{"handle": f"person{n}", "name": f"Person {n}", "persona": f"Person {n} mends bicycles and reads maps."}
             for n in range(people)]  # fmt: skip
    return {
        "title": f"A feed of {people}",
        "environment": "feed",
        "models": {"dry": {"provider": "offline"}},
        "people": given,
        "graph": {"kind": "scale_free", "degree": 4},
        "feed": {"tick": "2h"},
        "days": days,
        **changes,
    }


def cost(people: int, *, days: int = DAYS) -> Taken:
    """Play a feed by models that cost nothing into a new store."""
    with tempfile.TemporaryDirectory() as name:
        command = python("-m", "benchmarks.feed_play", str(people), str(days), name)
        told = json.loads(measured(command, folder=Path(PROGRAM).parent).output.splitlines()[-1])
    return Taken(people, days, told["cpu"], told["calls"], told["megabytes"], told["posts"])


def load(server: Server, runs: int, people: int) -> Load:
    """Play runs of one day side by side against a server."""
    model = {"provider": "openai", "model": MODEL, "base_url": server.base_url}
    sweep = {"replicates": runs}
    document = definition(people, 1, models={"served": model}, sweep=sweep)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feed.yaml").write_text(json.dumps(document), encoding="utf-8")
        options = ("--concurrency", str(runs), "--store", f"sqlite:///{folder / 'feed.db'}", "--yes", "--json")
        server.reset()
        measured(python(PROGRAM, "run", "feed.yaml", *options), folder=folder)
        return server.load()


def report() -> None:
    """Print the cost of a person's day at each size, then how busy a server is kept by four runs and by one."""
    sizes = [cost(people) for people in SIZES]
    print(f"  offline, {DAYS} days, scale-free follows; without the model's share")
    for one in sizes:
        print(
            f"  {one.people:6,} people   {one.milliseconds:5.2f} ms CPU a person-day "
            f"({one.calls / (one.people * DAYS):.1f} calls)   {one.kilobytes:5.0f} kB of peak memory a person"
        )
    growth = sizes[-1].milliseconds / sizes[0].milliseconds
    print(f"  ratio of the largest to the smallest {growth:.2f} (bound {MOST_GROWTH})")
    with serving(slots=64, latency=0.05) as server:
        busy, alone = load(server, OPEN_RUNS, 1_000), load(server, 1, 1_000)
    print(
        f"  64 slots of 50 ms, 1,000 people, ticks of 2 h: {OPEN_RUNS} open runs use {100 * busy.utilisation:.1f} % of "
        f"the slots' time (bound {100 * LEAST_OPEN:.0f} %, {busy.rate:.0f} calls/s), one run alone "
        f"{100 * alone.utilisation:.1f} % (bound {100 * LEAST_ALONE:.0f} %, {alone.rate:.0f} calls/s)"
    )
