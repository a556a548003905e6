"""What a report holds of a sweep while it reads: numbers of each message, words of a few, and no run in full."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from sociarium.analysis.report.check_cases import RUNS_WITH_WORDS
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.gather import gather
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.write import ReportRequest, write_report
from sociarium.bootstrap import open_prices, table_format
from sociarium.errors import BadInput
from sociarium.exchange.folder import new_folder
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables import parquet_file
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.read import TableSource, table_source
from sociarium.exchange.targets import selection
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import Saying, played

AI = "As an AI language model, I cannot help with that."
RUNS = RUNS_WITH_WORDS + 4


@pytest.fixture
def source(tmp_path: Path) -> Iterator[TableSource]:
    store = SqliteStore(tmp_path / "store.db")
    begun = played(store, small(sweep=f"{{replicates: {RUNS}}}"), model=Saying([AI]))
    yield table_source(store, selection(store, begun.sweep.id, creator="ada"), RunFilter())
    store.close()


def gathered(source: TableSource) -> ReportInputs:
    return gather(source, open_prices(), lambda _: None)


@pytest.mark.slow
def test_of_messages_numbers_are_held_and_of_a_few_cases_their_words(source: TableSource) -> None:
    inputs = gathered(source)
    words = AI.split()
    assert set(inputs.messages) == {"run", "turn", "day", "words"}
    assert set(inputs.messages["words"]) == {len(words)}
    dicts = [one for one in gc.get_objects() if type(one) is dict]
    # Other tests of the process left what is no text, and cannot be compared with one.
    held = [one for one in dicts if any(type(value) is str and value == AI for value in one.values())]
    assert not held
    refusals = [one for one in compute(inputs, {}).cases if one.check == "refusal"]
    assert {one.run for one in refusals} == set(inputs.runs["id"])
    assert len({one.run for one in refusals if one.message.content}) == RUNS_WITH_WORDS
    assert {one.message.content for one in refusals} == {AI, ""}


def test_passages_are_read_again_for_their_runs_alone(source: TableSource) -> None:
    inputs = gathered(source)
    [run, *_] = inputs.runs["id"]
    rows = inputs.messages[inputs.messages["run"] == run]
    assert [one.content for one in inputs.read_messages(run)] == [AI] * len(rows)


@pytest.mark.slow
def test_each_run_is_read_once_for_the_report_and_for_all_of_its_tables(
    source: TableSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = source.store.journals_of
    monkeypatch.setattr(source.store, "journals_of", lambda runs: (asked.extend(runs), read(runs))[1])
    formats = [table_format("csv"), table_format("parquet")]
    with new_folder(tmp_path / "report") as folder:
        written = write_report(
            source, folder, prices=open_prices(), formats=formats, request=ReportRequest({}), progress=lambda _: None
        )
    assert written.computed.passages == ()
    assert sorted(asked) == sorted(written.inputs.runs["id"])
    assert {one.name for one in written.files if one.parent.name == "tables"} >= {"messages.csv", "messages.parquet"}


def test_no_more_rows_of_a_parquet_file_wait_than_are_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "ROWS_AT_ONCE", 7)
    columns = [Column("run")]
    with parquet_file.sheet(tmp_path / "a.parquet", columns) as write:
        for number in range(10 * 7 + 1):
            write([f"run {number}"])
    groups = parquet.ParquetFile(tmp_path / "a.parquet").metadata
    assert [groups.row_group(at).num_rows for at in range(groups.num_row_groups)] == [*[7] * 10, 1]


def test_a_report_that_refuses_leaves_no_table_and_no_folder(source: TableSource, tmp_path: Path) -> None:
    request = ReportRequest({"no such factor": "a"})
    with pytest.raises(BadInput, match="no such factor"), new_folder(tmp_path / "report") as folder:
        write_report(
            source, folder, prices=open_prices(), formats=[table_format("csv")], request=request,
            progress=lambda _: None,
        )  # fmt: skip
    assert not (tmp_path / "report").exists()
