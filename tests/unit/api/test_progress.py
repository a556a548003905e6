"""How far a sweep is: by messages, before the first run ends, and whom it waits for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sociarium.api.progress import SweepProgress
from sociarium.experiment.run_length import Reached, RunLength
from sociarium.ports.observer import MessageAdded, RunDone, RunFailed, RunStarted, SweepStarted, Waiting, WaitingOver
from sociarium.records.runs import Counters


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    seconds: float = 100.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    def now(self) -> str:
        """A time."""
        return "2026-01-01T00:00:00.000Z"

    async def sleep(self, seconds: float) -> None:
        """Nobody sleeps here."""


@pytest.fixture
def clock() -> SetClock:
    """At a hundred seconds."""
    return SetClock()


@pytest.fixture
def progress(clock: SetClock) -> SweepProgress:
    """Of a sweep of four runs, none of which is done."""
    result = SweepProgress(clock)  # type: ignore[arg-type]  # it needs two of a clock's methods
    result.update(SweepStarted("s", "e", "Wing", runs=4, done=0, failed=0, offline=False))
    return result


def say(progress: SweepProgress, run: str, times: int) -> None:
    for _ in range(times):
        progress.update(MessageAdded(run, "Guard_1", "guard", "No."))


def test_a_sweep_moves_before_its_first_run_ends(progress: SweepProgress, clock: SetClock) -> None:
    progress.update(RunStarted("a", {}, 1, resumed=False, messages=10))
    assert (progress.share, progress.seconds_left) == (0.0, None)
    clock.seconds += 30
    say(progress, "a", 4)
    assert progress.share == pytest.approx(0.1)
    assert progress.seconds_left == pytest.approx(270)
    assert progress.open_runs["a"].last_words == "Guard_1: No."


def test_what_stood_before_this_start_is_progress_and_tells_nothing_of_the_speed(
    progress: SweepProgress, clock: SetClock
) -> None:
    progress.update(RunStarted("a", {}, 1, resumed=True, messages=10, spoken=8))
    clock.seconds += 10
    say(progress, "a", 1)
    assert progress.share == pytest.approx(0.225)
    assert progress.seconds_left == pytest.approx(10 / 0.025 * 0.775)


def test_where_nobody_knows_a_runs_length_the_finished_ones_tell_it(progress: SweepProgress) -> None:
    progress.update(RunStarted("a", {}, 1, resumed=False))
    say(progress, "a", 20)
    assert progress.share == 0.0
    progress.update(RunDone("a", "completed", Counters()))
    progress.update(RunStarted("b", {}, 1, resumed=False))
    say(progress, "b", 10)
    assert progress.share == pytest.approx(0.375)


def test_a_run_counts_whole_only_when_it_is_over(progress: SweepProgress) -> None:
    progress.update(RunStarted("a", {}, 1, resumed=False, messages=2))
    say(progress, "a", 5)
    assert progress.share < 0.25
    progress.update(RunFailed("a", "broken"))
    assert (progress.share, progress.open) == (0.25, 0)


def test_everything_that_is_waited_for_is_said_with_how_long(progress: SweepProgress, clock: SetClock) -> None:
    progress.update(Waiting("http://gpu1", source="one"))
    clock.seconds += 120
    progress.update(Waiting("http://gpu1 (refused twice)", source="one"))
    progress.update(Waiting("http://gpu2", source="two"))
    assert progress.alerts() == ["waiting for http://gpu1 (refused twice), for 2 min", "waiting for http://gpu2"]
    progress.update(WaitingOver("one"))
    assert progress.alerts() == ["waiting for http://gpu2"]


def test_a_start_of_some_runs_counts_these_and_says_what_stays(clock: SetClock) -> None:
    progress = SweepProgress(clock)  # type: ignore[arg-type]  # it needs two of a clock's methods
    before = {"runs": 80, "done": 10, "failed": 1, "messages": 100}
    progress.update(SweepStarted("s", "e", "Wing", **before, offline=False, most=2))  # type: ignore[arg-type]
    assert progress.share == 0.0
    assert progress.line().startswith("0/2 done · 0 failed · 2 left · 67 for a later start")
    progress.update(RunStarted("a", {}, 1, resumed=False, messages=10))
    clock.seconds += 30
    say(progress, "a", 10)
    progress.update(RunDone("a", "completed", Counters()))
    progress.update(RunDone("x", "completed", Counters(), elsewhere=True))
    assert (progress.share, progress.all_messages) == (0.5, 10)
    assert progress.seconds_left == pytest.approx(30)
    assert progress.line().startswith("1/2 done · 0 failed · 1 left · 66 for a later start")
    progress.update(RunFailed("b", "broken"))
    assert (progress.share, progress.counts.left, progress.counts.to_stay) == (1.0, 0, 66)


def test_a_limit_beyond_what_is_left_changes_nothing_but_what_was_done_before(clock: SetClock) -> None:
    progress = SweepProgress(clock)  # type: ignore[arg-type]  # it needs two of a clock's methods
    progress.update(SweepStarted("s", "e", "Wing", runs=4, done=2, failed=0, offline=False, most=9))
    assert progress.line().startswith("0/2 done · 0 failed · 2 left · 0.0 messages/s")


def test_a_feed_moves_by_its_own_days(progress: SweepProgress) -> None:
    length = RunLength(messages=0, days=5, begins=1)
    progress.update(RunStarted("a", {}, 1, resumed=True, spoken=3, length=length, reached=Reached(3, 3, 0)))
    assert progress.share == progress.share_before == pytest.approx(0.25 * 1 / 4)
    progress.update(MessageAdded("a", "ada", "person", "Rain.", 3, 12 * 60))
    assert progress.share == pytest.approx(0.25 * 1.5 / 4)
    progress.update(MessageAdded("a", "ada", "person", "Snow.", 9, 0))
    assert progress.share < 0.25
