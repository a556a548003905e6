"""HTML that a notebook shows; whatever stands in it is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

MOST_ROWS = 200
"""Nobody reads a longer table in a notebook; the value itself has all of them."""


def html_table(rows: Iterable[Sequence[object]], *, head: Sequence[str] = ()) -> str:
    """A table of texts, the first `MOST_ROWS` of its rows; without a head, the first cell of a row is one."""
    listed = list(rows)
    lines = [_row(head, cell="th")] if head else []
    lines += [_row(row[:1], row[1:], cell="td" if head else "th") for row in listed[:MOST_ROWS]]
    rest = len(listed) - MOST_ROWS
    return f"<table>{''.join(lines)}</table>{f'<p>... and {rest} more</p>' if rest > 0 else ''}"


def _row(first: Sequence[object], others: Sequence[object] = (), *, cell: str) -> str:
    cells = [f"<{cell}>{_text(value)}</{cell}>" for value in first] + [f"<td>{_text(value)}</td>" for value in others]
    return f"<tr>{''.join(cells)}</tr>"


def _text(value: object) -> str:
    return escape("" if value is None else str(value)).replace("\n", "<br>")
