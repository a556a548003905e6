"""The codebook of a deposit: every column, and every factor with its levels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.tables.columns import Kind, Table
from sociarium.ports.store import Store
from sociarium.records.lists import label_of

KINDS: Mapping[Kind, str] = {
    "text": "text",
    "whole": "integer",
    "real": "number",
    "truth": "true or false",
    "moment": "moment",
}
HEAD = ("table", "column", "type", "unit", "meaning")


def levels_of(store: Store, selection: Selection) -> dict[str, list[str]]:
    """Factor -> its levels among the runs that were begun."""
    levels: dict[str, dict[str, None]] = {}
    for sweep in selection.sweeps:
        for slot in filter(RunFilter().takes, selection.slots(store, sweep)):
            for factor, level in slot.condition.items():
                levels.setdefault(factor, {})[label_of(level)] = None
    return {factor: sorted(each) for factor, each in sorted(levels.items())}


def rows(tables: Iterable[Table], *, is_public: bool) -> list[tuple[str, ...]]:
    """A row a column, as `HEAD` says."""
    return [
        (
            table.name,
            column.name,
            KINDS[column.kind],
            column.unit,
            column.meaning + ("; left out of this public deposit" if is_public and column.personal else ""),
        )
        for table in tables
        for column in table.columns
    ]


def page(
    tables: Sequence[Table], levels: Mapping[str, Sequence[str]], files: Collection[str], *, is_public: bool
) -> str:
    """The codebook as Markdown.

    Args:
        files: names of tables that have a file here; a table without a row has none.
    """
    lines = [
        "# Codebook",
        "",
        "Tables are Parquet files in `tables/`. `run` joins every table to `runs`; any cell may be",
    ]
    lines += ["empty.", "", "## Factors and their levels", ""]
    lines += [f"- `factor.{factor}`: {', '.join(map(_cell, each))}" for factor, each in levels.items()]
    lines += [] if levels else ["No factor: all runs are of one condition."]
    for table in tables:
        if table.name not in files:
            continue
        lines += ["", f"## {table.name}", "", "| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [
            f"| `{name}` | {kind} | {_cell(unit)} | {_cell(meaning)} |"
            for _, name, kind, unit, meaning in rows([table], is_public=is_public)
        ]
    if absent := [table.name for table in tables if table.name not in files]:
        lines += ["", f"Without a row, and so without a file: {', '.join(absent)}."]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
