"""A judge that is killed again and again: what was answered stays, and what stands is not asked again."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sociarium.stores.sqlite import SqliteStore
from tests.support.killable_judge import CONCURRENCY, REPEATS
from tests.support.played_stores import played, two_days
from tests.support.thorough import sized

Answers = dict[tuple[str, str, str], Any]
ROOT = Path(__file__).parents[2]
KILLED = -9
KILLS = sized(15, 10)


def points(seed: int, kills: int) -> list[str]:
    """Moments of death, seeded: in a call, after its answer, and before, inside or after the write that keeps it."""
    draw = Random(seed)
    kinds = ["call", "answer", "before:measure", "inside:measure", "after:measure"]
    return [f"{kinds[at % len(kinds)]}:{draw.randint(1, 5)}" for at in range(kills)]


def judge(folder: Path, kill: str = "") -> tuple[int, list[str]]:
    """Judge until the process ends; its exit code, and the requests that were sent."""
    calls = folder / "calls"
    calls.unlink(missing_ok=True)
    words = [f"sqlite:///{folder / 's.db'}", "--calls", str(calls), *(["--kill", kill] if kill else [])]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.killable_judge", *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode in {0, KILLED}, ended.stderr
    return ended.returncode, calls.read_text().split()


def answers(folder: Path) -> Answers:
    """What stands: of each run, text and repeat the answer."""
    store = SqliteStore(folder / "s.db")
    try:
        runs = sorted({slot.status.run for sweep in store.sweeps() for slot in store.slots(sweep.id)})
        return {(one.run, one.subject, one.version): one.value for one in store.measures_of(runs)}
    finally:
        store.close()


def requests_of(standing: Answers) -> Counter[str]:
    """The requests that were answered, by fingerprint."""
    return Counter(value["request"] for value in standing.values())


@pytest.mark.slow
def test_kills_lose_no_answer_and_ask_nothing_twice_that_was_kept(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    sweep = played(store, two_days()).sweep
    runs = [slot.status.run for slot in store.slots(sweep.id)]
    texts = sum(event.happening.kind == "message" for run in runs for event in store.events(run))
    store.close()
    standing = answers(tmp_path)
    starts: list[tuple[str, Counter[str], Counter[str]]] = []
    for point in [*points(31, KILLS), ""]:
        code, requests = judge(tmp_path, point)
        assert code == (KILLED if point else 0), f"not reached: {point}"
        now = answers(tmp_path)
        assert {key: now.get(key) for key in standing} == standing, f"lost at {point}"
        starts.append((point, requests_of(standing), Counter(requests)))
        standing = now
    assert len(standing) == texts * REPEATS
    # Repeats of a text are the same request: of each no more are sent than still lacked an answer.
    every = requests_of(standing)
    for point, kept, sent in starts:
        assert sent <= every - kept, f"asked again before {point}"
    assert sum(sent.total() for _, _, sent in starts) - len(standing) <= KILLS * CONCURRENCY
    assert judge(tmp_path) == (0, [])
