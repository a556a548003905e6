"""Experiments, sweeps and runs as lists: their columns, and what all rows share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sociarium.cli.display.columns import ListColumn
from sociarium.cli.display.conditions import level_cell, short_heads, varying_factors
from sociarium.cli.display.faults import brief
from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line
from sociarium.records.lists import SHORTEST_ID, dollars_text, label_of, short_ids

Row = Mapping[str, Any]

_LATE = 1000
"""The rank of columns that go before any factor does."""


def columns_of(what: str, rows: Sequence[Row], *, whole: bool = False) -> list[ListColumn]:
    """The columns of a list, from rows as `list --json` prints them.

    Args:
        what: experiments, sweeps or runs.
        whole: every factor, full ids and times, for other programs.
    """
    return _whole_columns(rows) if whole else _COLUMNS[what](rows)


def _whole_columns(rows: Sequence[Row]) -> list[ListColumn]:
    names = list(dict.fromkeys(name for row in rows for name in row if name != "condition"))
    factors = list(dict.fromkeys(factor for row in rows for factor in row.get("condition", ())))
    # A factor may be called like what a run has, `messages`: two columns of one name are taken for each other.
    heads = {factor: f"factor.{factor}" if factor in names else factor for factor in factors}
    return [
        *(ListColumn(name, [_plain(row.get(name)) for row in rows]) for name in names),
        *(ListColumn(heads[factor], [level_cell(row["condition"], factor) for row in rows]) for factor in factors),
    ]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shared_line(rows: Sequence[Row]) -> str:
    """What runs of a list have in common: their experiment and the factors in which they are alike."""
    titles = {row["title"] for row in rows}
    varying = set(varying_factors(row["condition"] for row in rows))
    alike = [(factor, level) for factor, level in rows[0]["condition"].items() if factor not in varying]
    parts = [*titles] if len(titles) == 1 else [count_text(len(titles), "experiment")]
    parts += [f"{factor}={label_of(level)}" for factor, level in alike]
    return " · ".join(one_line(part, most=80) for part in parts)


def _experiments(rows: Sequence[Row]) -> list[ListColumn]:
    return [
        ListColumn("experiment", short_ids([row["experiment"] for row in rows]), "id", 0),
        ListColumn("★", ["★" if row["favourite"] else "" for row in rows], "id", 1),
        ListColumn("title", [row["title"] for row in rows], rank=0),
        ListColumn("creator", [row["creator"] for row in rows], rank=1),
        ListColumn("sweeps", [str(row["sweeps"]) for row in rows], "number", 2),
        ListColumn("created", [_when(row["created"]) for row in rows], "id", 2),
        ListColumn("note", [row["note"] for row in rows], rank=3),
        ListColumn("models", [", ".join(row["models"]) for row in rows], rank=4),
        ListColumn("roles", [", ".join(row["roles"]) for row in rows], rank=5),
        ListColumn(
            "copy of", [row["origin"]["experiment"][:SHORTEST_ID] if row["origin"] else "" for row in rows], "id", 3
        ),
    ]


def _sweeps(rows: Sequence[Row]) -> list[ListColumn]:
    return [
        ListColumn("sweep", short_ids([row["sweep"] for row in rows]), "id", 0),
        ListColumn("experiment", [row["title"] for row in rows], rank=0),
        ListColumn("name", [row["label"] for row in rows], rank=1),
        ListColumn("done", [_done_text(row) for row in rows], "number", 0),
        ListColumn("failed", [_count(row["counts"]["failed"]) for row in rows], "number", 1),
        *_cancelled_count(rows),
        ListColumn("left", [_count(row["counts"]["pending"] + row["counts"]["running"]) for row in rows], "number", 1),
        ListColumn("by", [row["creator"] for row in rows], rank=2),
        ListColumn("changed by", [row["changed_by"] or "" for row in rows], rank=2),
        ListColumn("begun", [_when(row["created"]) for row in rows], "id", 3),
        ListColumn("faults", [brief(row["faults"]) for row in rows], rank=2),
    ]


def _cancelled_count(rows: Sequence[Row]) -> list[ListColumn]:
    """Few sweeps have runs that were cancelled: a column where one does."""
    numbers = [row["counts"]["cancelled"] for row in rows]
    return [ListColumn("cancelled", [_count(number) for number in numbers], "number", 1)] if any(numbers) else []


def _runs(rows: Sequence[Row]) -> list[ListColumn]:
    factors = varying_factors(row["condition"] for row in rows)
    heads = short_heads(factors)
    several_rules = len({row["protocol"] for row in rows} - {None}) > 1
    several_titles = len({row["title"] for row in rows}) > 1
    is_shared = len({row["run"] for row in rows}) < len(rows)  # a run stands once for each of its sweeps
    only_feeds = all(row["environment"] == "feed" for row in rows)
    return [
        ListColumn("run", short_ids([row["run"] for row in rows]), "id", 0),
        ListColumn("sweep", short_ids([row["sweep"] if is_shared else "" for row in rows]), "id", 1),
        ListColumn("experiment", [row["title"] if several_titles else "" for row in rows], rank=1),
        *(
            ListColumn(heads[factor], [level_cell(row["condition"], factor) for row in rows], rank=2 + place)
            for place, factor in enumerate(factors)
        ),
        ListColumn("#", [str(row["replicate"]) for row in rows], "number", 1),
        ListColumn("state", [row["state"] for row in rows], "id", 0),
        ListColumn("posts" if only_feeds else "msgs", [_count(row["messages"]) for row in rows], "number", 0),
        ListColumn("faults", [brief(row["faults"]) for row in rows], rank=1),
        ListColumn("cost", [_cost(row["cost"]) for row in rows], "number", 2),
        ListColumn("ended", [_ending(row) for row in rows], rank=_LATE),
        ListColumn("when", [_when(row["finished"] or row["started"] or "") for row in rows], "id", _LATE + 1),
        ListColumn("rules", [str(row["protocol"] or "") if several_rules else "" for row in rows], "number", 1),
        ListColumn("ran by", [row["ran_by"] or "" for row in rows] if _differ(row["ran_by"] for row in rows) else
               [""] * len(rows), rank=_LATE + 2),
    ]  # fmt: skip


def _ending(row: Row) -> str:
    """How a run ended, where it is not the usual way."""
    return row["error"] or ("" if row["ended"] in {None, "completed"} else str(row["ended"]))


def _done_text(row: Row) -> str:
    """Finished runs; those of each protocol where there are several, which are never pooled."""
    by_protocol = row["done_by_protocol"]
    told_apart = ", ".join(f"{runs} by rules {protocol}" for protocol, runs in by_protocol.items())
    return f"{row['counts']['done']} ({told_apart})" if len(by_protocol) > 1 else _count(row["counts"]["done"])


def _cost(dollars: float | None) -> str:
    """US dollars; a dash where no price is known."""
    return "–" if dollars is None else dollars_text(dollars)


def _count(number: int) -> str:
    return f"{number:,}"


def _when(time: str) -> str:
    """The day and minute of a stored time, in UTC."""
    return f"{time[5:10]} {time[11:16]}" if time else ""


def _differ(values: Iterable[object]) -> bool:
    return len(set(values)) > 1


_COLUMNS: Mapping[str, Callable[[Sequence[Row]], list[ListColumn]]] = {
    "experiments": _experiments,
    "sweeps": _sweeps,
    "runs": _runs,
}
