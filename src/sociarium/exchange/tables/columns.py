"""Declared columns: what a table holds, and how each cell is read from a run's document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RunDocument = Mapping[str, Any]
"""A run in full, as `run_document` has it, with its slot in the sweep."""

Row = Mapping[str, Any]
"""What a row is read from: the run's document itself, or one part of it, such as a message or a call."""

Kind = Literal["text", "whole", "real", "truth", "moment"]
"""Of a column's cells, any of which may be empty. whole: an integer of 64 bits. moment: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        read: computes the cell of a row; by default what the row has under the column's name.
        unit: of numbers and moments, where the meaning does not say it.
        meaning: in a few words, for the reference.
        personal: names somebody who works with the program, or a server; empty in what is made public.
    """

    name: str
    kind: Kind = "text"
    read: Callable[[Row], Any] | None = None
    unit: str = field(default="", kw_only=True)
    meaning: str = field(default="", kw_only=True)
    personal: bool = field(default=False, kw_only=True)

    def cell(self, row: Row) -> Any:
        """Its value in a row; None where there is none."""
        return row.get(self.name) if self.read is None else self.read(row)


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        rows: finds its rows in a run's document; each row also has the run's id, as `run`.
        always: there even without a row.
    """

    name: str
    rows: Callable[[RunDocument], Iterable[Row]]
    columns: tuple[Column, ...]
    always: bool = False


def part(key: str) -> Callable[[RunDocument], Iterable[Row]]:
    """Rows that stand in a run's document as a list."""

    def rows(document: RunDocument) -> Iterable[Row]:
        return ({"run": document["run"], **row} for row in document.get(key) or ())

    return rows


def joined_names(key: str) -> Callable[[Row], str]:
    """The cell of a list of names, with spaces between."""
    return lambda row: " ".join(row.get(key) or ())


def json_text(key: str) -> Callable[[Row], str | None]:
    """The cell of a JSON value; empty where there is none."""
    return lambda row: None if row.get(key) is None else json.dumps(row[key], ensure_ascii=False)


def answer_text(row: Row) -> str | None:
    """The cell of an answer, as text."""
    answer = row["answer"]
    return None if answer is None else str(answer)


def answer_number(row: Row) -> float | None:
    """The cell of an answer that is a number."""
    answer = row["answer"]
    return None if isinstance(answer, bool) or not isinstance(answer, int | float) else float(answer)


def kind_of(level: Any) -> Kind:
    """The kind of a column that takes a JSON scalar as it is."""
    if isinstance(level, bool):
        return "truth"
    if isinstance(level, int):
        return "whole" if -(2**63) <= level < 2**63 else "text"
    return "real" if isinstance(level, float) else "text"


def common_kind(kinds: Iterable[Kind]) -> Kind:
    """The kind of a column that takes values of some kinds: text where they are mixed."""
    different = set(kinds)
    if different == {"whole", "real"}:
        return "real"
    return different.pop() if len(different) == 1 else "text"
