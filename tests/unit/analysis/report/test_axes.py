"""Figures say beside their axes what the numbers are: units, the ends of scales, shares."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sociarium.analysis.declaration import read_declaration
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.gather_table import gather_table
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.figures.charts import HeatMap
from sociarium.stores.sqlite import SqliteStore
from tests.support.measured_sweeps import gathered, measure_messages
from tests.support.outside_tables import write_files
from tests.support.played_stores import played, two_days

PROBES = [
    {"name": "trust", "of": ["guard"], "at": ["each_day"], "ask": "How much?", "answer": {"from": 0, "to": 10}},
    {"name": "vote", "of": ["guard"], "at": ["end"], "ask": "Which?", "answer": {"choices": ["stay", "leave"]}},
]


def axes(inputs: ReportInputs) -> set[str]:
    computed = compute(inputs, baselines_of(inputs, {}))
    charts = [*computed.curves, *(one for outcome in computed.outcomes for one in outcome.charts)]
    return {chart.measure for _, chart in charts if not isinstance(chart, HeatMap)}


@pytest.mark.slow
def test_a_sweep_has_units_of_measures_and_ends_of_scales(store: SqliteStore) -> None:
    sweep = played(store, two_days(probes=PROBES)).sweep
    measure_messages(store, sweep, "reading_ease", lambda run, _one: float(int(run[:4], 16) % 97))
    named = axes(gathered(store, sweep, "reading_ease"))
    assert {
        "trust · guard · day 1, 0 to 10",
        "trust · guard, 0 to 10",
        "measure.reading_ease · guard · messages, about 0 (hard) to 100 (easy)",
        "words a message",
        "messages a run",
        "share of messages with a flag",
    } <= named
    assert any(one.startswith("vote · guard · end = stay, share") for one in named)


def test_a_table_from_elsewhere_has_the_ends_that_are_declared(tmp_path: Path) -> None:
    table = pd.DataFrame({"group": g, "force": 1 + k, "age": 20.5 + k, "agreed": k % 2} for g in "ab" for k in range(5))
    outcomes = "{force: {type: scale, from: 1, to: 7}, age: {}, agreed: {type: yes_no}}"
    data, design = write_files(tmp_path, table, f"factors: {{group: {{}}}}\noutcomes: {outcomes}\n")
    named = axes(gather_table(data, read_declaration(design, of_table=True)))
    assert {"force, 1 to 7", "age", "agreed, share"} <= named
