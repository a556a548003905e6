"""The table of labels: a row for what each annotator says of a message or run, item by item."""

from __future__ import annotations

from sociarium.exchange.tables.columns import Column, Row, Table, part


def _text(row: Row) -> str:
    return str(row["value"])


def _number(row: Row) -> float | None:
    value = row["value"]
    return None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)


LABELS = Table(
    "labels",
    part("labels"),
    (
        Column("run", meaning="the run's id"),
        Column("seq", "whole", meaning="of the message's or post's event in the run; empty for the run as a whole"),
        Column("subject", meaning="key of that event; empty for the run as a whole"),
        Column("codebook", meaning="id of the codebook's version"),
        Column("title", meaning="of the codebook"),
        Column("version", "whole", meaning="of the codebook"),
        Column("item", meaning="of the codebook"),
        Column("annotator", meaning="who says so; `adjudicated` settles what people disagree on"),
        Column("kind", meaning="person or judge, which is a model"),
        Column("value", read=_text, meaning="as text"),
        Column("number", "real", _number, meaning="the value where it is one"),
        Column("revision", "whole", meaning="from 1; a later one is a change of mind, and the latest stands here"),
        Column("note", meaning="in the annotator's words", personal=True),
        Column("at", "moment", unit="UTC", meaning="when it was said"),
        Column("sample", "whole", meaning="in which the message or run was drawn; the first where it was in several"),
        Column(
            "probability", "real", meaning="with which that sample drew it; empty where it was chosen for what it is"
        ),
    ),
)
