"""Blinded sheets for annotators who work in a spreadsheet: written out, and read in again with errors by row.

No text is a formula: every text is a text cell, marked as one for programs that would read it anew. What a cell cannot
hold (control characters, more than 32,767 characters) is left out, and its end says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from sociarium.errors import BadInput, MissingExtra

if find_spec("openpyxl") is None:
    raise MissingExtra("sheets need openpyxl, which is not here; pip install 'sociarium[tables]'")

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from sociarium.analysis.annotation.codebook import CodebookText, Item, Value, text_of
from sociarium.analysis.annotation.samples import Sample, Unit, annotator_order, unit_token
from sociarium.analysis.annotation.unit_view import UnitView, unit_view
from sociarium.ports.store import Store
from sociarium.records.labels import Codebook

LABELS, CODEBOOK, ABOUT = "Labels", "Codebook", "About"
"""The pages of a sheet."""
_FIRST = ("unit", "before", "speaker", "text")
_NOTE = "note"
_LONGEST = 32_767
_CUT = " [cut here: a cell holds no more]"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Begins what spreadsheets read as a character by its number: `_x0041_` is an A in the format xlsx."""
_BROKEN_ESCAPE = re.compile("_(x(0(0(5F?)?)?)?)?$")
_MOST_LISTED = 250
"""Characters in a list of choices that spreadsheets take."""
_MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that was filled in.

    Attributes:
        answers: item -> value, without those that are empty.
    """

    unit: Unit
    answers: Mapping[str, Value]
    note: str


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet that was read in.

    Attributes:
        annotator: for whom it was written.
        empty: rows without any label.
    """

    codebook: str
    sample: int
    annotator: str
    rows: tuple[SheetRow, ...]
    empty: int


def write_sheet(
    path: Path, store: Store, codebook: Codebook, sample: Sample, units: Sequence[Unit], *, annotator: str
) -> int:
    """Write a sheet for an annotator; returns how many rows.

    Raises:
        BadInput: the file cannot be written.
        NotFound: a unit is no longer there.
    """
    text, book = text_of(codebook), Workbook()
    page = book.active
    page.title = LABELS
    page.append([*_FIRST, *(item.name for item in text.items), _NOTE])
    for row, unit in enumerate(annotator_order(units, sample, annotator), start=2):
        view = unit_view(store, text, unit, annotator)
        for column, words in enumerate((unit_token(sample, unit), *_unit_cells(view)), start=1):
            _put(page, row, column, words)
    _lay_out(page, text, len(units))
    _write_codebook(book.create_sheet(CODEBOOK), text)
    about = book.create_sheet(ABOUT)
    for row, pair in enumerate({"codebook": codebook.id, "title": codebook.title, "version": str(codebook.number),
                                "sample": str(sample.number), "annotator": annotator}.items(), start=1):  # fmt: skip
        for column, words in enumerate(pair, start=1):
            _put(about, row, column, words)
    beside = path.with_name(f"{path.name}.new")
    try:
        book.save(beside)
        beside.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from error
    return len(units)


def sheet_head(path: Path) -> tuple[str, int, str]:
    """The codebook's id, the number of the sample, and the annotator of a sheet. Raises `BadInput`."""
    about = {str(row[0]): str(row[1]) for row in _cells(_page(path, ABOUT)) if len(row) > 1 and row[0] is not None}
    sample = about.get("sample", "")
    if "codebook" not in about or not sample.isdecimal():
        raise BadInput(f"{path} is no sheet of ours, or its page {ABOUT!r} was changed; `annotate --out` writes one")
    return about["codebook"], int(sample), about.get("annotator", "")


def read_sheet(path: Path, codebook: Codebook, sample: Sample, units: Sequence[Unit]) -> ReadSheet:
    """Read a sheet that was filled in; nothing of one with errors is taken.

    Raises:
        BadInput: it cannot be read, or some rows have errors; the message names them by their row.
    """
    text = text_of(codebook)
    rows = _cells(_page(path, LABELS))
    head = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
    if missing := [name for name in (_FIRST[0], *(item.name for item in text.items)) if name not in head]:
        raise BadInput(f"{path}: the page {LABELS!r} lacks the column {', '.join(map(repr, missing))}")
    tokens = {unit_token(sample, unit): unit for unit in units}
    errors: list[str] = []
    result: dict[Unit, SheetRow] = {}
    empty = 0
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(head, row, strict=False))
        token = _text(cells.get(_FIRST[0]))
        if not token and all(cell is None for cell in row):
            continue
        if (unit := tokens.get(token)) is None:
            errors.append(f"row {number}: no message or run of this sample is called {token[:40]!r}")
            continue
        if unit in result:
            errors.append(f"row {number}: {token!r} stands in two rows")
            continue
        answers = dict(_answers(text, cells, number, errors))
        result[unit] = SheetRow(unit, answers, _text(cells.get(_NOTE)))
        empty += not answers
    if errors:
        more = f"; and {len(errors) - _MOST_ERRORS} more" if len(errors) > _MOST_ERRORS else ""
        raise BadInput(f"{path}: nothing was read in. {'; '.join(errors[:_MOST_ERRORS])}{more}")
    return ReadSheet(codebook.id, sample.number, sheet_head(path)[2], tuple(result.values()), empty)


def _answers(
    text: CodebookText, cells: Mapping[str, Any], number: int, errors: list[str]
) -> Iterator[tuple[str, Value]]:
    for item in text.items:
        words = _text(cell := cells.get(item.name))
        if not words:
            continue
        if isinstance(cell, bool):
            # Who types true into a spreadsheet gets what is no text.
            words = next((str(one) for one in item.values if str(one).casefold() == words.casefold()), words)
        try:
            yield item.name, item.value(words)
        except BadInput as error:
            errors.append(f"row {number}: {error}")


def _text(cell: object) -> str:
    """What a cell says; spreadsheets write whole numbers as 3.0, and openpyxl leaves escapes in some cells."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell).replace("_x005F_", "_").strip()


def _page(path: Path, name: str) -> Any:
    try:
        book = load_workbook(path, read_only=False, data_only=True)
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {path}") from error
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise BadInput(f"{path} is no spreadsheet in the format xlsx ({error})") from error
    if name not in book.sheetnames:
        raise BadInput(f"{path} has no page {name!r}; `annotate --out` writes a sheet that has it")
    return book[name]


def _cells(page: Any) -> Iterator[tuple[Any, ...]]:
    yield from page.iter_rows(values_only=True)


def _unit_cells(view: UnitView) -> tuple[str, str, str]:
    context = [f"{line.speaker}: {line.text}" for line in view.lines if not line.is_unit]
    unit = next((line for line in view.lines if line.is_unit), None)
    return ("\n\n".join(context), unit.speaker, unit.text) if unit else ("", "", "\n\n".join(context))


def _put(page: Any, row: int, column: int, words: str) -> None:
    """A text cell, whatever its text begins with."""
    text = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", words).encode("utf-8", "replace").decode("utf-8")
    cell = page.cell(row, column)
    cell.value = _short(_ESCAPE.sub("_x005F_", text))
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _short(text: str) -> str:
    """What fits into a cell; no part of an escape stands where it is cut."""
    if len(text) <= _LONGEST:
        return text
    return _BROKEN_ESCAPE.sub("", text[: _LONGEST - len(_CUT)]) + _CUT


def _lay_out(page: Any, text: CodebookText, rows: int) -> None:
    for column, width in enumerate((14, 60, 16, 70, *(18 for _ in text.items), 30), start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        cell = page.cell(1, column)
        cell.data_type, cell.font = "s", Font(bold=True)
    page.freeze_panes = "A2"
    for at, item in enumerate([*text.items, None]):
        if item is None or item.scale is None:
            # Cells of text: a choice such as true, 01 or 2026-01-02 stays what it says, and a note is no formula.
            for row in range(2, rows + 2):
                page.cell(row, len(_FIRST) + 1 + at).number_format = "@"
    for at, item in enumerate(text.items):
        if (choices := _choices(item)) is not None and rows:
            letter = get_column_letter(len(_FIRST) + 1 + at)
            page.add_data_validation(choices)
            choices.add(f"{letter}2:{letter}{rows + 1}")


def _choices(item: Item) -> DataValidation | None:
    """The choices of a cell; None where a spreadsheet cannot list them."""
    if item.scale is not None:
        return DataValidation(type="whole", operator="between", formula1=item.scale.low, formula2=item.scale.high)
    names = [str(one) for one in item.values]
    listed = ",".join(names)
    if len(listed) > _MOST_LISTED or any("," in one or '"' in one for one in names):
        return None
    return DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)


def _write_codebook(page: Any, text: CodebookText) -> None:
    rows = [[text.title], [text.instructions], []]
    for item in text.items:
        rows.append([item.name, item.description])
        if item.scale is not None:
            rows += [["", str(item.scale.low), item.scale.low_words], ["", str(item.scale.high), item.scale.high_words]]
        rows += [["", one.name, one.description] for one in item.categories]
        rows.append([])
    for number, row in enumerate(rows, start=1):
        for column, words in enumerate(row, start=1):
            if words:
                _put(page, number, column, words)
    for letter, width in (("A", 24), ("B", 40), ("C", 80)):
        page.column_dimensions[letter].width = width
