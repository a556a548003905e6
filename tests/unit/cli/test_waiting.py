"""What a screen says of waiting, and when it says it no longer."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from sociarium.api.progress import SweepProgress
from sociarium.cli.display.progress import PlainProgress
from sociarium.cli.display.status_view import alerts_of
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import Pulling, Stopping, Waiting, WaitingOver
from sociarium.runner.workers.process import this_worker


def test_words_of_waiting_leave_the_screen_when_it_is_over() -> None:
    standing = SweepProgress(SystemClock())
    standing.update(Waiting("http://here: nobody answers", "http://here"))
    assert "waiting for http://here: nobody answers" in standing.line()
    standing.update(WaitingOver("http://here"))
    assert "waiting" not in standing.line()


def test_the_end_of_one_wait_leaves_another_standing() -> None:
    standing = SweepProgress(SystemClock())
    standing.update(Waiting("one", "1"))
    standing.update(Waiting("two", "2"))
    standing.update(WaitingOver("2"))
    assert standing.note == "waiting for one"
    standing.update(Waiting("one, still", "1"))
    standing.update(WaitingOver("1"))
    assert standing.note == ""


def test_why_the_work_stops_stands_before_what_it_waits_for() -> None:
    standing = SweepProgress(SystemClock())
    standing.update(Pulling("m", "http://here", "pulling", 1, 2, done=False))
    standing.update(Pulling("m", "http://here", "success", 2, 2, done=True))
    standing.update(Waiting("one", "1"))
    standing.update(Stopping("the budget is used up"))
    assert standing.note == "the budget is used up"


def test_why_the_work_stops_is_printed_at_once_where_no_terminal_is() -> None:
    out = io.StringIO()
    plain = PlainProgress(Console(file=out, width=200), SystemClock())
    plain.notice(Waiting("http://here: nobody answers", "http://here"))
    plain.notice(Stopping("stopping: the turns under way are finished"))
    plain.notice(Waiting("http://there: nobody answers", "http://there"))
    assert out.getvalue().splitlines()[-1] == "stopping: the turns under way are finished"


def test_status_says_since_when_a_process_waits_where_that_process_says_it() -> None:
    wait, since = "http://here: nobody answers", "2026-03-01T08:05:00.000Z"
    worker = this_worker()
    assert list(alerts_of([replace(worker, doing={"waiting": [wait], "waiting_since": [since]})])) == [
        f"waiting for {wait}, since 08:05 UTC"
    ]
    assert list(alerts_of([replace(worker, doing={"waiting": [wait]})])) == [f"waiting for {wait}"]
