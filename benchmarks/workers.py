"""What further processes bring: a sweep of feeds played by one process, by two, and by two workers of Dask, in turn."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from tests.support.local_cluster import local_cluster

from benchmarks.feed import definition
from benchmarks.measured import PROGRAM, measured, python

PEOPLE, DAYS, RUNS = 150, 2, 32
TIMES = 2
LEAST = {"--workers 2": 1.6, "--on dask://... (two workers)": 1.5}
"""Times as fast as one process, on two cores that have nothing else to do."""


def play(*how: str) -> float:
    """Play the sweep into a new store; returns seconds, without those of the start and the checks."""
    document = definition(PEOPLE, DAYS, sweep={"replicates": RUNS})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feeds.yaml").write_text(json.dumps(document), encoding="utf-8")
        options = (*how, "--store", f"sqlite:///{folder / 'feeds.db'}", "--yes", "--json")
        taken = measured(python(PROGRAM, "run", "feeds.yaml", *options), folder=folder)
    result = json.loads(taken.output[taken.output.index("{") :])
    if result["counts"]["done"] != RUNS:
        raise RuntimeError(f"not everything was played: {result['counts']}")
    return float(result["seconds"])


def report() -> None:
    """Print what each way takes, the best of two tries, and the ratios."""
    alone, two, dask = "--workers 1", *LEAST
    tries: dict[str, list[float]] = {alone: [], two: [], dask: []}
    with tempfile.TemporaryDirectory() as name, local_cluster(Path(name), os.environ) as cluster:
        for _ in range(TIMES):
            tries[alone].append(play("--workers", "1"))
            tries[two].append(play("--workers", "2"))
            tries[dask].append(play("--on", cluster.address))
    print(f"  {RUNS} feeds of {PEOPLE} people over {DAYS} days, offline, in one SQLite file")
    print(f"  {alone}: {min(tries[alone]):.1f} s")
    for way, least in LEAST.items():
        ratio = min(tries[alone]) / min(tries[way])
        print(f"  {way}: {min(tries[way]):.1f} s, {ratio:.2f} times as fast (least {least}, on two idle cores)")
