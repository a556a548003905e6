"""Effects by wording stand beside the page as a table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from scipy import stats

from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.gather import gather
from sociarium.analysis.report.result_tables import result_tables
from sociarium.bootstrap import open_prices
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played

SECTIONS = """[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: {variants: {
  mild: {wordings: [Be kind., Be soft.]}, harsh: {wordings: [Be cruel., Be hard.]}}}}}]""".replace("\n", "")
SLOT = "section.Starting prompt.prisoner"


@pytest.mark.slow
def test_each_wording_is_welchs_against_the_baseline_and_below_five_nothing_is_generalised(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    text = small(sections=SECTIONS, sweep=f"{{factors: {{{SLOT}: [mild, harsh]}}, replicates: 8}}")
    sweep = played(store, text).sweep
    source = table_source(store, selection(store, sweep.id, creator="ada"), RunFilter())
    inputs = gather(source, open_prices(), lambda _: None)
    result_tables(inputs, compute(inputs, baselines_of(inputs, {})), Folder(tmp_path))
    store.close()

    with (tmp_path / "results" / "wordings.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["outcome"] == "words"]
    first, second, over = rows
    runs = inputs.runs
    harsh = runs[(runs[SLOT] == "harsh") & (runs[f"wording.{SLOT}"] == 1)]["words"]
    reference = stats.ttest_ind(harsh, runs[runs[SLOT] == "mild"]["words"], equal_var=False)
    assert (first["text"], first["level"], first["wording"], second["wording"]) == (SLOT, "harsh", "1", "2")
    assert float(first["p"]) == pytest.approx(reference.pvalue)
    assert (over["wording"], over["p"], bool(over["note"])) == ("", "", True)
