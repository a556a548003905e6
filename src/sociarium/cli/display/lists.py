"""Lists as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.table import Table

from sociarium.cli.display.conditions import condition_text, varying_factors
from sociarium.cli.display.faults import brief
from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import one_line

Row = Mapping[str, Any]

_WHERE_SAID = frozenset({"note", "origin", "rules", "faults", "ran by"})
"""Columns that stand only where a row has something in them."""


def table_of(what: str, rows: Sequence[Row]) -> Table:
    """Rows as `list --json` prints them, as a table.

    Args:
        what: experiments, sweeps or runs.
    """
    lines = _CELLS[what](rows)
    columns = [name for name in lines[0] if name not in _WHERE_SAID or any(line[name] for line in lines)]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        table.add_column("" if name == "favourite" else name, overflow="fold")
    for line in lines:
        table.add_row(*(words(one_line(line[name], most=300)) for name in columns))
    return table


def _experiments(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [
        {
            "experiment": row["experiment"][:8],
            "favourite": "*" if row["favourite"] else "",
            "title": row["title"],
            "note": row["note"],
            "creator": row["creator"],
            "created": row["created"][:16],
            "roles": ", ".join(row["roles"]),
            "models": ", ".join(row["models"]),
            "sweeps": str(row["sweeps"]),
            "origin": row["origin"]["experiment"][:8] if row["origin"] else "",
        }
        for row in rows
    ]


def _sweeps(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [
        {
            "sweep": row["sweep"][:8],
            "name": row["name"],
            "title": row["title"],
            "creator": row["creator"],
            "created": row["created"][:16],
            "done": _done(row),
            "failed": str(row["counts"]["failed"]),
            "left": str(row["counts"]["pending"] + row["counts"]["running"]),
            "faults": brief(row["faults"]),
        }
        for row in rows
    ]


def _runs(rows: Sequence[Row]) -> list[dict[str, str]]:
    factors = varying_factors(row["condition"] for row in rows)
    return [
        {
            "run": row["run"][:8],
            "state": row["state"],
            "rules": str(row["protocol"] or "") if len({one["protocol"] for one in rows} - {None}) > 1 else "",
            "ended": row["ended"] or row["error"] or "",
            "messages": str(row["messages"]),
            "faults": brief(row["faults"]),
            "replicate": str(row["replicate"]),
            "ran by": row["ran_by"] or "",
            "condition": condition_text(row["condition"], factors),
        }
        for row in rows
    ]


def _done(row: Row) -> str:
    """Finished runs; those of each protocol where there are several, which are never pooled."""
    several = row["done_by_protocol"]
    told_apart = ", ".join(f"{runs} by rules {protocol}" for protocol, runs in several.items())
    return f"{row['counts']['done']} ({told_apart})" if len(several) > 1 else str(row["counts"]["done"])


_CELLS: Mapping[str, Callable[[Sequence[Row]], list[dict[str, str]]]] = {
    "experiments": _experiments,
    "sweeps": _sweeps,
    "runs": _runs,
}
