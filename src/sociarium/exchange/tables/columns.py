"""Declared columns: what a table holds, and how each cell is read from what is told of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Told = Mapping[str, Any]
"""A run's account with its place in the sweep, or one part of it: a message, a call."""

Kind = Literal["text", "whole", "real", "truth", "moment"]
"""Of a column's cells, any of which may be empty. whole: an integer of 64 bits. moment: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        read: gives the cell; by default what the row has under the column's name.
    """

    name: str
    kind: Kind = "text"
    read: Callable[[Told], Any] | None = None

    def cell(self, row: Told) -> Any:
        """Its value in a row; None where there is none."""
        return row.get(self.name) if self.read is None else self.read(row)


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        rows: finds its rows in what is told of a run; each row also has the run's id, as `run`.
        always: there even without a row.
    """

    name: str
    rows: Callable[[Told], Iterable[Told]]
    columns: tuple[Column, ...]
    always: bool = False


def part(key: str) -> Callable[[Told], Iterable[Told]]:
    """Rows that stand in a run's account as a list."""

    def rows(told: Told) -> Iterable[Told]:
        return ({"run": told["run"], **row} for row in told.get(key) or ())

    return rows


def joined_names(key: str) -> Callable[[Told], str]:
    """A list of names as one cell."""
    return lambda row: " ".join(row.get(key) or ())


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
