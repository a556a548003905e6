"""A sweep of 2,400 conversations of 20 messages: a table in Python, and the report; memory for a million messages."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.exporting import LAUNCH
from benchmarks.measured import PROGRAM, Measured, measured, python
from benchmarks.played_records import conversations
from sociarium.stores.sqlite import SqliteStore

FEW, MANY, MESSAGES = 240, 2_400, 20
MILLION = 1_000_000
LIMIT_TABLE, LIMIT_REPORT = 10.0, 120.0
"""Seconds of the many, on two cores."""
LIMIT_MEGABYTES = 2_147
"""2 GiB, for a million messages, by the memory that each takes from the few to the many."""
_TABLE = "import sociarium, sys; print(len(sociarium.table('messages', sys.argv[1]).to_pandas()))"


def measure() -> dict[str, tuple[Measured, Measured]]:
    """What the table of messages and the report take, of few runs and of many."""
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / str(runs) for runs in (FEW, MANY)]
        sweeps = [_written(folder, runs) for folder, runs in zip(folders, (FEW, MANY), strict=True)]
        ways = {"table of messages": ("-c", _TABLE), "report": (PROGRAM, "analyze")}
        return {
            what: (_own(folders[0], *way, sweeps[0]), _own(folders[1], *way, sweeps[1])) for what, way in ways.items()
        }


def _written(folder: Path, runs: int) -> str:
    (folder / "experiments").mkdir(parents=True)
    store = SqliteStore(folder / "experiments" / "sociarium.db")
    try:
        return conversations(store, runs, messages=MESSAGES).sweep
    finally:
        store.close()


def _own(folder: Path, *arguments: str) -> Measured:
    taken = measured(python("-S", "-c", LAUNCH, *python(*arguments)), folder=folder)
    kilobytes = int(taken.output.rpartition("peak ")[2])
    return replace(taken, megabytes=kilobytes / (1e6 if sys.platform == "darwin" else 1e3))


def megabytes_of_a_million(few: Measured, many: Measured) -> float:
    """Memory for a million messages, by the slope between two sizes."""
    return many.megabytes + (many.megabytes - few.megabytes) / ((MANY - FEW) * MESSAGES) * (MILLION - MANY * MESSAGES)


def report() -> None:
    """Print both with their bounds."""
    for what, (few, many) in measure().items():
        limit = LIMIT_REPORT if what == "report" else LIMIT_TABLE
        million = megabytes_of_a_million(few, many)
        print(
            f"  {what:17} {MANY:,} runs {many.seconds:6.1f} s (bound {limit:.0f} s), {many.megabytes:5.0f} MB; "
            f"a million messages by slope {million:5.0f} MB (bound {LIMIT_MEGABYTES} MB)"
        )
