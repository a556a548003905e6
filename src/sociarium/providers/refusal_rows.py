"""The table of refusals as a page shows it."""

from __future__ import annotations

from sociarium.providers.refusals import TABLE, RefusalPattern


def table_rows() -> list[str]:
    """The table as docs/servers.md shows it, a line a row."""
    return [f"| `{row.means}` | {_statuses_text(row)} | {row.servers} |" for row in TABLE]


def _statuses_text(row: RefusalPattern) -> str:
    if isinstance(row.statuses, range):
        statuses = f"{row.statuses[0]} to {row.statuses[-1]}"
    else:
        statuses = ", ".join(map(str, row.statuses))
    return statuses + (f"; {', '.join(map(str, row.alone))} alone" if row.alone else "")
