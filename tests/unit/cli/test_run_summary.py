"""What the end of a start says in which no model answered."""

from __future__ import annotations

import pytest

from sociarium.cli.display.run_summary import unanswered_text
from sociarium.runner.library.status import Counts
from sociarium.runner.workers.shutdown import StopSwitch


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (Counts(0, 0, done=2, failed=0), "nothing was left to ask"),
        (Counts(0, 0, done=1, failed=0, cancelled=1), "nothing was left to ask"),
        (Counts(0, 0, done=0, failed=2), "no answer came in this start"),
        (Counts(3, 0, done=1, failed=0), "no answer came in this start"),
    ],
)
async def test_nothing_was_left_to_ask_only_where_nothing_is_left(counts: Counts, text: str) -> None:
    assert unanswered_text(counts, StopSwitch()) == text


async def test_a_start_that_was_stopped_had_no_answer() -> None:
    stop = StopSwitch()
    stop.drain("budget", "The budget is used up.")
    assert unanswered_text(Counts(2, 0, 0, 0), stop) == "no model has answered"
