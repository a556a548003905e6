"""A report says beside the numbers, on its page and in its tables, where few runs make intervals too narrow."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from sociarium.analysis.declaration import read_declaration
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.page import Heading, page
from sociarium.analysis.report.result_tables import result_tables
from sociarium.analysis.report.write import write_table_report
from sociarium.exchange.folder import Folder
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.measured_sweeps import gathered, measure_messages
from tests.support.outside_tables import write_files

SPREAD = "values are positive and spread by"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.slow
def test_a_positive_outcome_that_varies_much_is_marked_at_its_numbers_and_others_are_not(
    store: SqliteStore, sweep_of_six: SweepRecord, tmp_path: Path
) -> None:
    measure_messages(store, sweep_of_six, "mine:burst", lambda run, _one: 1.05 ** (int(run[:4], 16) % 97))
    measure_messages(store, sweep_of_six, "mine:steady", lambda run, _one: 50.0 + int(run[:4], 16) % 7)
    inputs = gathered(store, sweep_of_six, "mine:burst", "mine:steady")
    baselines = baselines_of(inputs, {})
    computed = compute(inputs, baselines)
    bursts = {f"measure.mine:burst · {role} · messages" for role in ("guard", "prisoner")}
    [spread] = {one.spread for one in computed.outcomes if one.name in bursts}
    assert {one.name for one in computed.outcomes if one.spread} == bursts
    text = page(Heading("", "", "", {}, ""), inputs, computed, {}, baselines)
    assert text.count(f"Look at these intervals with care: {SPREAD}") == 2
    assert text.count(SPREAD) == 2
    result_tables(inputs, computed, Folder(tmp_path))
    means, contrasts = (rows(tmp_path / "results" / f"{name}.csv") for name in ("means", "contrasts"))
    assert {row["spread"] for row in means if row["outcome"] in bursts} == {spread}
    marked = [row for row in contrasts if row["spread"]]
    assert {row["outcome"] for row in (*marked, *(one for one in means if one["spread"]))} == bursts
    # Each table by the runs behind its own intervals: six of a condition, twelve of a level.
    assert ", over 6 runs; " in spread
    assert {row["spread"] for row in marked} == {spread.replace("over 6 runs", "over 12 runs")}
    assert all(row["low"] for row in marked)


@pytest.mark.slow
def test_conditions_of_few_runs_are_marked_in_the_table_where_the_page_has_levels_of_many(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"a": a, "b": b, "length": 1.9 ** ((7 * a + 3 * b + 5 * run) % 6)}
        for a in range(6)
        for b in range(6)
        for run in range(6)
    )
    data, design = write_files(tmp_path, table, "factors: {a: {}, b: {}}\noutcomes: {length: {}}\n")
    declaration = read_declaration(design, of_table=True)
    report = write_table_report(data, declaration, Folder(tmp_path / "out"), baselines={})
    [outcome] = report.computed.outcomes
    assert outcome.spread == ""
    means = rows(tmp_path / "out" / "results" / "means.csv")
    assert len(means) == 36
    assert all(SPREAD in row["spread"] and "over 6 runs" in row["spread"] for row in means)


@pytest.mark.slow
def test_a_share_has_two_ends_and_no_such_note_in_any_place(tmp_path: Path) -> None:
    shares = [1, 2, 9, 1, 8, 2, 1, 9]
    table = pd.DataFrame(
        {"run": f"{group}{run}", "group": group, "agreed": "yes" if turn < share else "no"}
        for group in "xy"
        for run, share in enumerate(shares)
        for turn in range(10)
    )
    data, design = write_files(tmp_path, table, "run: run\nfactors: {group: {}}\noutcomes: {agreed: {type: yes_no}}\n")
    report = write_table_report(data, read_declaration(design, of_table=True), Folder(tmp_path / "out"), baselines={})
    assert SPREAD not in report.page.read_text("utf-8")
    assert not any(SPREAD in file.read_text("utf-8") for file in report.files if file.suffix == ".csv")
