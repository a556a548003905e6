"""What further processes bring: a sweep of feeds played by one process, by two, and by two workers of Dask, in turn."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.support.local_cluster import local_cluster

from benchmarks.feed import definition
from benchmarks.measured import PROGRAM, measured, python

PEOPLE, DAYS, RUNS = 150, 2, 32
TIMES = 2
LEAST = {"--workers 2": 1.6, "--on dask://... (two workers)": 1.5}
"""Times as fast as one process, on two cores that have nothing else to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What playing a sweep took.

    Attributes:
        whole: seconds, without those of the checks before; further workers begin within them.
        played: seconds from the beginning of the first run to the end of the last one.
    """

    whole: float
    played: float


def play(*how: str) -> Taken:
    """Play the sweep into a new store."""
    document = definition(PEOPLE, DAYS, sweep={"replicates": RUNS})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feeds.yaml").write_text(json.dumps(document), encoding="utf-8")
        store = ("--store", f"sqlite:///{folder / 'feeds.db'}")
        taken = measured(python(PROGRAM, "run", "feeds.yaml", *how, *store, "--yes", "--json"), folder=folder)
        runs = json.loads(measured(python(PROGRAM, "list", "runs", *store, "--json"), folder=folder).output)
    result = json.loads(taken.output[taken.output.index("{") :])
    if result["counts"]["done"] != RUNS:
        raise RuntimeError(f"not everything was played: {result['counts']}")
    begins, ends = ([datetime.fromisoformat(run[name]) for run in runs] for name in ("started", "finished"))
    return Taken(float(result["seconds"]), (max(ends) - min(begins)).total_seconds())


def report() -> None:
    """Print what each way takes, the best of two tries, and the ratios."""
    alone, two, dask = "--workers 1", *LEAST
    tries: dict[str, list[Taken]] = {alone: [], two: [], dask: []}
    with tempfile.TemporaryDirectory() as name, local_cluster(Path(name), os.environ) as cluster:
        for _ in range(TIMES):
            tries[alone].append(play("--workers", "1"))
            tries[two].append(play("--workers", "2"))
            tries[dask].append(play("--on", cluster.address))
    print(f"  {RUNS} feeds of {PEOPLE} people over {DAYS} days, offline, in one SQLite file")
    best = {way: min(some, key=lambda one: one.played) for way, some in tries.items()}
    for way, taken in best.items():
        least = f", {best[alone].played / taken.played:.2f} times as fast (least {LEAST[way]})" if way in LEAST else ""
        print(
            f"  {way}: {taken.played:.1f} s from the first run to the last, {taken.whole:.1f} s with the start{least}"
        )
    print("  (on two cores that have nothing else to do)")
