"""A report says beside the numbers where few runs make intervals too narrow."""

from __future__ import annotations

from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.page import Heading, page
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.measured_sweeps import gathered, measure_messages


def test_a_positive_outcome_that_varies_much_is_marked_at_its_numbers_and_others_are_not(
    store: SqliteStore, sweep_of_six: SweepRecord
) -> None:
    measure_messages(store, sweep_of_six, "mine:burst", lambda run, _one: 1.05 ** (int(run[:4], 16) % 97))
    measure_messages(store, sweep_of_six, "mine:steady", lambda run, _one: 50.0 + int(run[:4], 16) % 7)
    inputs = gathered(store, sweep_of_six, "mine:burst", "mine:steady")
    baselines = baselines_of(inputs, {})
    computed = compute(inputs, baselines)
    marked = {one.name for one in computed.outcomes if one.spread}
    assert marked == {f"measure.mine:burst · {role} · messages" for role in ("guard", "prisoner")}
    text = page(Heading("", "", "", {}, ""), inputs, computed, {}, baselines)
    assert text.count("Look at these intervals with care: values are positive and spread by") == 2
    assert text.count("values are positive and spread by") == 2
