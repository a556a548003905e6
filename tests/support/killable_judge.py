"""A process that puts a rubric to a judge and can be killed at chosen moments.

    python -m tests.support.killable_judge STORE --calls LOG [--kill call:7 | answer:7 | inside:measure:4]

`call` dies when the n-th call is made, `answer` when the n-th is answered and not kept; of a `measure`, which keeps an
answer, as `dying_store` says.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, cast

from sociarium.bootstrap import open_store
from sociarium.ports.store import Store
from tests.support.dying_store import Death, MortalStore
from tests.support.judging import judge_in_process, rubric
from tests.support.killable_sweep import WatchedModel

REPEATS, CONCURRENCY = 2, 4


def main() -> None:
    """Judge every message of every run of the store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("--calls", type=Path, required=True)
    parser.add_argument("--kill", default="")
    chosen = parser.parse_args()
    when, _, count = chosen.kill.rpartition(":")
    store: Any = open_store(chosen.store)
    if when.endswith(":measure"):
        store = MortalStore(store, Death(when.partition(":")[0], "measure", int(count)))
    model = WatchedModel(
        chosen.calls,
        pace=0.001,
        kill_at=int(count) if when == "call" else None,
        kill_after=int(count) if when == "answer" else None,
    )
    opened = cast("Store", store)
    runs = sorted({slot.status.run for sweep in opened.sweeps() for slot in opened.slots(sweep.id)})
    judge_in_process(opened, rubric(repeats=REPEATS), runs, model=model, concurrency=CONCURRENCY)
    opened.close()


if __name__ == "__main__":
    main()
