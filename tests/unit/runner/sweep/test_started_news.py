"""A start says how many runs it plays at most, so that what is shown of it is what it will do."""

from __future__ import annotations

from pathlib import Path

from sociarium.api.progress import SweepProgress
from sociarium.ports.clock import SystemClock
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.sweeps_in_process import Heard, play, prepared

SWEEP = "{factors: {agents.guard: [1, 2], messages: 2}, replicates: 4}"


def started(heard: Heard) -> str:
    """How the progress begins, and how it stands when all news are in."""
    standing = SweepProgress(SystemClock())
    ends = []
    for news in heard.news:
        standing.update(news)
        counts = standing.counts
        ends.append(f"{counts.done}/{counts.total}, {counts.to_stay} stay, {100 * standing.share:.0f} %")
    return f"{ends[0]} -> {ends[-1]}"


def test_a_start_with_a_limit_or_a_pilot_is_shown_as_what_it_plays(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    begun = prepared(store, definition(small(sweep=SWEEP)))
    play(store, begun, heard=(limited := Heard()), limit=1)
    assert started(limited) == "0/1, 7 stay, 0 % -> 1/1, 7 stay, 100 %"
    play(store, begun, heard=(pilot := Heard()), pilot=2)
    assert started(pilot) == "0/3, 4 stay, 0 % -> 3/3, 4 stay, 100 %"
    play(store, begun, heard=(rest := Heard()), limit=9)
    assert started(rest) == "0/4, 0 stay, 0 % -> 4/4, 0 stay, 100 %"
    store.close()
