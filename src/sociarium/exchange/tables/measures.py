"""The table of measures: numbers of messages, posts, people and runs, computed afterwards and kept in the store."""

from __future__ import annotations

from sociarium.exchange.tables.columns import Column, Row, Table, part


def _text(row: Row) -> str | None:
    value = row["value"]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _number(row: Row) -> float | None:
    value = row["value"]
    return float(value) if isinstance(value, bool | int | float) else None


MEASURES = Table(
    "measures",
    part("measures"),
    (
        Column("run", meaning="the run's id"),
        Column("name", meaning="of the measure; see measures.md"),
        Column("version", meaning="of what computed it; never pool several"),
        Column("level", meaning="whose value it is: message (posts, too), person or run"),
        Column("seq", "whole", meaning="of a message or post: number of its event in the run"),
        Column("post", meaning="of a post: its id"),
        Column("person", meaning="who said it, or whose value it is: a name, or a handle of a feed"),
        Column("role", meaning="of the person"),
        Column("day", "whole", meaning="of the message, or of the value where it has one for each day"),
        Column("value", read=_text, meaning="as text; empty where there is none"),
        Column("number", "real", _number, meaning="the value where it is a number; true is 1"),
        Column("missing", meaning="why there is no value"),
        Column("at", "moment", unit="UTC", meaning="when it was computed"),
    ),
)
