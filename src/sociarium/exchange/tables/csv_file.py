"""A table as comma-separated values: RFC 4180, UTF-8, safe in spreadsheets.

A text that a spreadsheet could take for a formula gets an apostrophe before it; so does one that begins with
apostrophes before such a sign, so that taking one apostrophe away from what matches `^'+[=+@\\t\\r\\n-]` (or a
full-width sign) gives every text back. Numbers are written as they are. Texts are always quoted, so that a spreadsheet
that takes semicolons for separators finds no formula inside one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sociarium.exchange.tables.columns import Column
from sociarium.records.lists import label_of

SUFFIX = ".csv"

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


@contextmanager
def sheet(path: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Any]], None]]:
    """Open a table; the context is a function that writes the cells of a row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow([neutral(column.name) for column in columns])
        yield lambda cells: writer.writerow([cell(value) for value in cells])


def cell(value: Any) -> str | int | float:
    """A value as a spreadsheet may read it."""
    if type(value) is str:  # most are
        return neutral(value)
    match value:
        case None:
            return ""
        case int() | float() if not isinstance(value, bool):
            return value
        case _:
            return neutral(label_of(value))


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
