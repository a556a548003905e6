"""Charts of the records, as altair has them; they also show themselves in notebooks."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

# Before the library, since it names the extra where that is absent.
from sociarium.figures.parts import BELOW, LINE, LONGEST, SPLIT, WIDTH, Drawn, data, href, on_lines, value_axis

# isort: split
import altair as alt

from sociarium.figures import palette
from sociarium.figures.charts import (
    Chart,
    CurvesChart,
    DistributionChart,
    HeatMap,
    MeansChart,
    link_marks,
    number_text,
)
from sociarium.figures.draw_curves import curves

_ROW = 26
_LETTER = 7.3
"""Pixels of a letter, on the wide side."""
_TITLE = 54
"""Letters on a line of a figure's title."""


def drawing(chart: Chart) -> Drawn:
    """The chart of a record, in the design's colours."""
    match chart:
        case MeansChart():
            drawn = _means(chart)
        case DistributionChart():
            drawn = _distribution(chart)
        case CurvesChart():
            drawn = curves(chart)
        case HeatMap():
            drawn = _heat_map(chart)
    return _with_style(drawn.properties(title=wrap(chart.title, _TITLE)))


def _means(chart: MeansChart) -> Drawn:
    wrapped = {one.label: on_lines(one.label) for one in chart.means}
    labels = list(dict.fromkeys(wrapped.values()))
    rows = [
        {"label": label, "mean": one.mean, "low": one.low, "high": one.high, "n": f"n {one.n}", "link": mark}
        for label, one, mark in zip(
            (wrapped[one.label] for one in chart.means), chart.means, link_marks(chart), strict=True
        )
    ]
    axis = alt.Axis(labelExpr=SPLIT, labelLimit=LONGEST, domain=False, ticks=False)
    y = alt.Y("label:N", sort=labels, title=None, axis=axis)
    x = value_axis("mean", wrap(chart.measure, BELOW))
    base = alt.Chart(data(rows))
    layers: list[alt.Chart] = []
    if chart.values:
        dots = data([{"label": wrapped.get(label, label), "mean": value} for label, value in chart.values])
        layers.append(
            alt.Chart(dots)
            .mark_point(shape="circle", size=24, filled=True, color=palette.EDGE, opacity=0.6)
            .encode(x=x, y=y)
        )
    layers += [
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=palette.ACCENT, strokeWidth=2)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        base.mark_point(shape="square", filled=True, size=60, color=palette.ACCENT, opacity=1).encode(
            x=x, y=y, **href(chart)
        ),
        base.mark_text(align="left", color=palette.THIRD, fontSize=11).encode(x=alt.value(WIDTH + 6), y=y, text="n:N"),
    ]
    rows_high = max(_ROW, LINE * max((label.count("\n") + 2 for label in labels), default=0))
    return alt.layer(*layers).properties(width=WIDTH, height=max(rows_high * len(labels), 40))


def _distribution(chart: DistributionChart) -> Drawn:
    y = alt.Y("count:Q", title="runs", axis=alt.Axis(tickMinStep=1, tickCount=4))
    drawn: Drawn
    if chart.bars:
        base = alt.Chart(data([{"name": name, "count": count} for name, count in chart.bars]))
        axis = alt.Axis(labelAngle=0, ticks=False)
        x = alt.X("name:N", title=wrap(chart.measure, BELOW), sort=[name for name, _ in chart.bars], axis=axis)
        drawn = base.mark_bar(color=palette.DONE, size=64).encode(x=x, y=y)
    else:
        base = alt.Chart(data([{"low": low, "high": high, "count": count} for low, high, count in chart.bins]))
        scale = alt.Scale(zero=False, nice=False)
        drawn = base.mark_rect(color=palette.DONE, stroke=palette.PAPER, opacity=1).encode(
            x=alt.X("low:Q", title=wrap(chart.measure, BELOW), scale=scale, axis=alt.Axis(tickCount=6)),
            x2="high:Q",
            y=y,
            y2=alt.datum(0),
        )
    return drawn.properties(width=WIDTH, height=140)


def _heat_map(chart: HeatMap) -> Drawn:
    names = list(dict.fromkeys(one.column for one in chart.cells))
    width = min(WIDTH, 115 * len(names))
    letters = int((width // len(names) - 8) / _LETTER)
    columns = {one: on_lines(one, letters) for one in names}
    lines = {one.row: on_lines(one.row) for one in chart.cells}
    rows = [
        {
            "row": lines[one.row],
            "column": columns[one.column],
            "mean": one.mean,
            "text": number_text(one.mean),
            "n": f"n {one.n}",
            "link": mark,
        }
        for one, mark in zip(chart.cells, link_marks(chart), strict=True)
    ]
    style: dict[str, Any] = {"labelExpr": SPLIT, "domain": False, "ticks": False}
    # Lines go down from the first one, so that it stands as high as the longest label needs.
    above = 4 + LINE * max(one.count("\n") for one in columns.values())
    across = alt.Axis(orient="top", labelAngle=0, labelLimit=width // len(names) - 4, labelPadding=above, **style)
    x = alt.X("column:N", sort=list(columns.values()), title=chart.column_factor, axis=across)
    # The title stands beside the labels, however long they are.
    down = alt.Axis(labelLimit=LONGEST, maxExtent=LONGEST + LINE, **style)
    y = alt.Y("row:N", sort=list(lines.values()), title=chart.row_factor, axis=down)
    # Three steps, so that a page can give each of them another colour in the dark.
    shade = alt.Color(
        "mean:Q", legend=None, scale=alt.Scale(type="quantize", domain=_extent(chart), range=list(palette.HEAT))
    )
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    cells = base.mark_rect(stroke=palette.PAPER, strokeWidth=2).encode(color=shade, **href(chart))
    texts = base.mark_text(color=palette.INK, fontSize=13, dy=-5).encode(text="text:N")
    counts = base.mark_text(color=palette.SECOND, fontSize=10, dy=10).encode(text="n:N")
    high = max(44, LINE * max(line.count("\n") + 2 for line in lines.values()))
    return alt.layer(cells, texts, counts).properties(width=width, height=high * len(lines))


def _extent(chart: HeatMap) -> list[float]:
    values = [one.mean for one in chart.cells]
    low, high = min(values), max(values)
    return [low, high] if low < high else [low - 1, high + 1]


def _with_style(drawn: Drawn) -> Drawn:
    # DejaVu before Noto, which as Linux has it lacks the minus: whole numbers were drawn in a font of some other kind.
    font = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', 'Noto Sans', Arial, sans-serif"
    styled: Drawn = (
        drawn.configure(font=font, background=palette.PAPER)
        .configure_view(stroke=None)
        .configure_title(anchor="start", fontSize=13, fontWeight=600, color=palette.INK, offset=12, limit=WIDTH)
        .configure_axis(
            labelColor=palette.SECOND, titleColor=palette.SECOND, titleFontWeight="normal", titleFontSize=12,
            labelFontSize=12, gridColor=palette.RULE, domainColor=palette.EDGE, tickColor=palette.EDGE,
        )
        .configure_legend(labelColor=palette.SECOND, labelFontSize=12)
    )  # fmt: skip
    return styled
