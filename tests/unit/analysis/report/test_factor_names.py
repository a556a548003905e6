"""Factors are named as the file names them, also where an outcome is called alike and the report tells them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.analysis.declaration import read_declaration
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.declare import declare, declared_baselines
from sociarium.errors import BadInput
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.measured_sweeps import gathered


def test_a_baseline_takes_the_name_of_the_file(store: SqliteStore, sweep: SweepRecord) -> None:
    inputs = gathered(store, sweep)
    assert set(inputs.factors) == {"messages (factor)", "first_speaker"}
    for name in ("messages", "messages (factor)"):
        assert baselines_of(inputs, {name: "6"})["messages (factor)"] == "6"
    with pytest.raises(BadInput, match="its levels are 4, 6"):
        baselines_of(inputs, {"messages": "99"})
    with pytest.raises(BadInput, match="those are messages, first_speaker"):
        baselines_of(inputs, {"message": "4"})


def test_a_declaration_takes_the_name_of_the_file(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text("outcomes: {words: {}}\nfactors: {messages: {baseline: 6}}\n")
    inputs = declare(gathered(store, sweep), read_declaration(file, of_table=False))
    assert declared_baselines(inputs, {}) == {"messages (factor)": "6"}
