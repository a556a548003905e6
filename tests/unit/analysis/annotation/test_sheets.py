"""Sheets: blinded, annotator_order, without formulas; read in with errors by row."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from sociarium.analysis.annotation.samples import Sample, Unit, annotator_order, unit_token, units_of
from sociarium.analysis.annotation.sheets import read_sheet, sheet_head, write_sheet
from sociarium.errors import BadInput
from sociarium.ports.store import Store
from sociarium.records.labels import Codebook
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import draw, with_codebook
from tests.support.hostile_pages import WORST
from tests.support.played_stores import ODD, Saying, played, two_days

Sheet = tuple[Path, Codebook, Sample, list[Unit]]


@pytest.fixture
def sheet(store: Store, sweep: SweepRecord, tmp_path: Path) -> Sheet:
    """A sheet of everything, for ada."""
    codebook = with_codebook(store, sweep)
    sample = draw(store, codebook, sweep)
    units = units_of(store, sample)
    path = tmp_path / "ada.xlsx"
    assert write_sheet(path, store, codebook, sample, units, annotator="ada") == 40
    return path, codebook, sample, units


def fill(path: Path, **cells: Any) -> None:
    """Write cells of the page of labels, by their address."""
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book["Labels"][address] = value
    book.save(path)


def test_a_sheet_is_shuffled_and_says_nothing_of_conditions(sheet: Sheet, sweep: SweepRecord) -> None:
    path, _, sample, units = sheet
    book = openpyxl.load_workbook(path)
    rows = list(book["Labels"].iter_rows(values_only=True))
    assert rows[0] == ("unit", "before", "speaker", "text", "tone", "force", "note")
    assert [row[0] for row in rows[1:]] == [unit_token(sample, one) for one in annotator_order(units, sample, "ada")]
    written = " ".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row)
    assert not [unit.run for unit in units if unit.run in written]
    assert sweep.id not in written
    assert "first_speaker" not in written


def test_labels_that_were_filled_in_are_read(sheet: Sheet) -> None:
    path, codebook, sample, units = sheet
    fill(path, E2="hostile", F2=3.0, G2="sure", E3="neutral")
    result = read_sheet(path, codebook, sample, units)
    first, second, *_ = annotator_order(units, sample, "ada")
    assert [(one.unit, dict(one.answers), one.note) for one in result.rows[:2]] == [
        (first, {"tone": "hostile", "force": 3}, "sure"), (second, {"tone": "neutral"}, ""),
    ]  # fmt: skip
    assert (result.empty, result.annotator, sheet_head(path)) == (38, "ada", (codebook.id, 1, "ada"))


def test_errors_are_named_by_their_rows_all_at_once(sheet: Sheet) -> None:
    path, codebook, sample, units = sheet
    fill(path, E2="rude", F3=9, A4="ffffffffffff", A6=unit_token(sample, annotator_order(units, sample, "ada")[3]))
    with pytest.raises(BadInput) as caught:
        read_sheet(path, codebook, sample, units)
    message = str(caught.value)
    for words in ("row 2: 'tone' has no value 'rude'", "row 3: 'force' has no value '9'", "row 4: no message or run",
                  "row 6:", "two rows"):  # fmt: skip
        assert words in message


def test_a_sheet_that_lacks_a_column_is_refused(sheet: Sheet) -> None:
    path, codebook, sample, units = sheet
    fill(path, E1="mood")
    with pytest.raises(BadInput, match="lacks the column 'tone'"):
        read_sheet(path, codebook, sample, units)


@pytest.mark.parametrize("content", [b"", b"no spreadsheet", b"PK\x03\x04broken"])
def test_what_is_no_sheet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="no spreadsheet"):
        sheet_head(path)


def test_no_text_is_a_formula_whatever_a_model_says(store: SqliteStore, tmp_path: Path) -> None:
    texts = [*ODD, WORST, "x" * 40_000, "\ud800 alone"]
    sweep = played(store, two_days(), model=Saying(texts)).sweep
    codebook = with_codebook(store, sweep, title="=1+1", instructions=WORST)
    sample = draw(store, codebook, sweep)
    path = tmp_path / "odd.xlsx"
    write_sheet(path, store, codebook, sample, units_of(store, sample), annotator="=cmd|' /C calc'!A0")
    book = openpyxl.load_workbook(path)
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    written = {str(cell.value) for cell in cells}
    assert "=1+1" in written
    assert any(text.endswith("[cut here: a cell holds no more]") and len(text) == 32_767 for text in written)


def test_what_looks_like_an_escape_is_shown_as_it_was_said(store: SqliteStore, tmp_path: Path) -> None:
    texts = ["say _x0041_ and __x000d_", "_x005F_x0041_", "plain x0041_", "_x0041_" * 3_000]
    sweep = played(store, two_days(), model=Saying(texts)).sweep
    sample = draw(store, codebook := with_codebook(store, sweep), sweep)
    path = tmp_path / "odd.xlsx"
    write_sheet(path, store, codebook, sample, units_of(store, sample), annotator="ada")
    with zipfile.ZipFile(path) as book:
        strings = list(ET.fromstring(book.read("xl/worksheets/sheet1.xml")).itertext())
    # As spreadsheets read it: ECMA-376, part 1, 22.4.2.4 (bstr).
    shown = {re.sub("_x([0-9A-Fa-f]{4})_", lambda one: chr(int(one[1], 16)), text) for text in strings}
    assert {"say _x0041_ and __x000d_", "_x005F_x0041_", "plain x0041_"} <= shown
    [long] = [text for text in shown if text.startswith("_x0041_" * 9)]
    assert re.fullmatch(r"(_x0041_)+(_x0041)? \[cut here: a cell holds no more\]", long)
    [cell] = [cell for cell in openpyxl.load_workbook(path)["Labels"]["D"] if "__x005F_x000d_" in str(cell.value)][:1]
    fill(path, E2="hostile", G2=cell.value)
    units = units_of(store, sample)
    assert read_sheet(path, codebook, sample, units).rows[0].note == "say _x0041_ and __x000d_"


def test_choices_that_spreadsheets_take_for_something_else_are_read_as_they_are_called(
    store: Store, sweep: SweepRecord, tmp_path: Path
) -> None:
    names = ["true", "False", "2026-01-02", "01"]
    codebook = with_codebook(store, sweep, items=[{"name": "said", "categories": names}])
    sample = draw(store, codebook, sweep)
    units, path = units_of(store, sample), tmp_path / "ada.xlsx"
    write_sheet(path, store, codebook, sample, units, annotator="ada")
    page = openpyxl.load_workbook(path)["Labels"]
    assert {page.cell(row, column).number_format for row in range(2, 42) for column in (5, 6)} == {"@"}
    fill(
        path,
        E2=True,
        E3=False,
        E4=datetime(2026, 1, 2),  # noqa: DTZ001  (cells know no zone)
        E5="01",
    )
    read = [one.answers for one in read_sheet(path, codebook, sample, units).rows]
    assert [one.get("said") for one in read[:4]] == names
