"""What charts have in common: sizes, scales, and names on lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from sociarium.errors import MissingExtra
from sociarium.figures.charts import Chart, link_marks

try:
    import altair as alt
except ModuleNotFoundError as error:
    if error.name != "altair":
        raise
    raise MissingExtra("figures need altair, which is not here; pip install 'sociarium[figures]'") from error

Drawn = alt.Chart | alt.LayerChart | alt.FacetChart

WIDTH = 460
"""Of the part with the data, in pixels."""
LONGEST = 290
"""Pixels of a line of a label; longer words are cut by the drawing, the table has them whole."""
COLUMNS, LINE = 36, 13
"""Letters of a name on a line, and the pixels from line to line."""
BELOW = 60
"""Letters on a line below an axis."""
SPLIT = r"split(datum.label, '\n')"
"""The expression that shows a label on its lines."""


def on_lines(label: str, columns: int = COLUMNS) -> str:
    """A name on as many lines as it needs: two that were cut at the same place would read alike."""
    if len(label) <= columns:
        return label
    return "\n".join(line for part in label.split(" · ") for line in wrap(part, columns))


def href(chart: Chart) -> dict[str, Any]:
    """The channel that makes marks links, where one of them is."""
    return {"href": alt.Href("link:N")} if any(link_marks(chart)) else {}


def value_axis(field: str, title: list[str] | None, channel: Any = alt.X, *, ticks: int = 6) -> Any:
    """The axis of an outcome, which need not begin at zero."""
    return channel(f"{field}:Q", title=title, scale=alt.Scale(zero=False, padding=8), axis=alt.Axis(tickCount=ticks))


def scale(names: Sequence[str], values: Sequence[Any]) -> alt.Scale:
    """Which value each name has."""
    return alt.Scale(domain=list(names), range=list(values))


def data(rows: Sequence[Mapping[str, Any]]) -> alt.Data:
    """Rows as altair takes them."""
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]  # altair leaves it untyped
