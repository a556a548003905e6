"""A wait has lasted since it was first seen, in whatever words it is told."""

from __future__ import annotations

from sociarium.runner.workers.waits import WaitTimes


class Hours:
    """A clock that goes on by an hour each time."""

    hour = 7

    def monotonic(self) -> float:
        raise AssertionError

    def now(self) -> str:
        self.hour += 1
        return f"2026-03-01T{self.hour:02}:00:00.000Z"


def test_a_wait_has_lasted_since_it_was_first_seen_and_begins_anew_after_its_end() -> None:
    times = WaitTimes(Hours())
    assert [at[11:13] for at in times.of(["http://a:1/v1: nobody answers"])] == ["08"]
    assert [at[11:13] for at in times.of(["a word to go on", "http://a:1/v1: the server said 503"])] == ["09", "08"]
    assert times.of([]) == []
    assert [at[11:13] for at in times.of(["http://a:1/v1: nobody answers"])] == ["11"]
