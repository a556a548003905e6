"""What further processes bring: one sweep of feeds, played by one process and by two, in turn."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.feed import definition
from benchmarks.measured import PROGRAM, measured, python

PEOPLE, DAYS, RUNS = 150, 2, 16
TIMES = 2
LEAST = 1.6
"""Times as fast, with two workers on two cores that have nothing else to do."""


def play(workers: int) -> tuple[float, float]:
    """Play the sweep into a new store; returns seconds of wall time and of CPU, beginning and checks apart."""
    document = definition(PEOPLE, DAYS, sweep={"replicates": RUNS})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feeds.yaml").write_text(json.dumps(document), encoding="utf-8")
        options = ("--workers", str(workers), "--store", f"sqlite:///{folder / 'feeds.db'}", "--yes", "--json")
        taken = measured(python(PROGRAM, "run", "feeds.yaml", *options), folder=folder)
    result = json.loads(taken.output[taken.output.index("{") :])
    if result["counts"]["done"] != RUNS:
        raise RuntimeError(f"not everything was played: {result['counts']}")
    return float(result["seconds"]), taken.cpu


def report() -> None:
    """Print what one process and two take, the best of two tries each, and the ratio."""
    tries: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for _ in range(TIMES):
        for workers, taken in tries.items():
            taken.append(play(workers))
    print(f"  {RUNS} feeds of {PEOPLE} people over {DAYS} days, offline, in one SQLite file")
    for workers, taken in tries.items():
        seconds, cpu = min(taken)
        print(f"  --workers {workers}: {seconds:.1f} s, {cpu:.1f} s of CPU in all")
    print(f"  ratio {min(tries[1])[0] / min(tries[2])[0]:.2f} (least {LEAST}, where two cores have nothing else to do)")
