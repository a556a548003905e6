"""At which declared look runs stand, and what a test comes to there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from sociarium.analysis.report import records
from sociarium.analysis.report.inputs import BLOCK, ReportInputs
from sociarium.analysis.report.looks import look_at_hand, whole_replicates
from sociarium.analysis.report.registration import Registration
from sociarium.analysis.statistics.group_sequential import nominal_levels, p_of_look
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.experiment.hypotheses import Comparison, Hypothesis
from sociarium.experiment.sequential import SequentialDesign

DESIGN = SequentialDesign(looks=(10, 20, 40))
LONGER = Hypothesis(name="longer", measure="words", compare=Comparison(factor="messages", level=4, baseline=2))


def runs(replicates: int, *, last: str = "done", seeds: tuple[int, ...] = (0,), missing: int = 0) -> ReportInputs:
    """Replicates of two conditions, the last run in some state, and some of the last replicate not begun."""
    rows = [{BLOCK: f"0/{one + 1}", "state": "done"} for one in range(replicates) for _ in range(2)]
    rows[-1]["state"] = last
    frame = pd.DataFrame(rows[: len(rows) - missing])
    return cast(ReportInputs, SimpleNamespace(runs=frame, seeds=seeds, registered=Registration(sequential=DESIGN)))


@pytest.mark.parametrize(
    ("inputs", "whole"),
    [
        (runs(10), 10),
        (runs(10, last="failed"), 10),
        (runs(10, last="cancelled"), 10),
        (runs(10, last="running"), None),
        (runs(10, missing=1), None),
        (runs(10, seeds=(0, 1)), None),
    ],
)
def test_replicates_are_counted_only_where_all_are_whole(inputs: ReportInputs, whole: int | None) -> None:
    assert whole_replicates(inputs) == whole


def test_a_look_is_due_at_its_replicates_alone() -> None:
    due = [look.number if (look := look_at_hand(runs(replicates))) else None for replicates in (9, 10, 11, 20, 40)]
    assert due == [None, 1, None, 2, 3]


def test_a_test_is_held_against_all_looks_until_its_own() -> None:
    look = look_at_hand(runs(20))
    assert look is not None
    estimate = TEstimate(1.0, 0.4, 19, 0.2, 1.8, 2.5, 0.022)
    tested = look.at_this_look(records.TestedHypothesis(LONGER, "words", estimate, None, 40, "", None, ""))
    assert look.p(0.022) == p_of_look(0.022, (0.25, 0.5), "obrien_fleming")
    assert look.level(0.05) == nominal_levels((0.25, 0.5), 0.05, "obrien_fleming")[-1]
    assert tested.result is not None
    assert tested.result.low < 0.0 < estimate.low, "an interval of a single test says more than is known"
    assert tested.every is None
