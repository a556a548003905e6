"""Charts of the records, as altair has them; they also show themselves in notebooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from sociarium.errors import MissingExtra
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

try:
    import altair as alt
except ModuleNotFoundError as error:
    if error.name != "altair":
        raise
    raise MissingExtra("figures need altair, which is not here; pip install 'sociarium[figures]'") from error

WIDTH = 460
"""Of the part with the data, in pixels."""
_ROW = 26
_FEW = 12
"""Moments of which each has a tick."""
_BESIDE = 7
"""Pixels between what several series have at one moment."""
_LONGEST = 260
"""Pixels of a label; longer ones are cut by the drawing, the table has them whole."""
_PANEL, _PANEL_HIGH, _PANEL_COLUMNS = 138, 96, 22
"""Pixels of a panel of one series, and letters of its name on a line."""
_COLUMNS, _LINE = 40, 13
"""Letters of a condition on a line of so many pixels, and the pixels from line to line."""

Drawn = alt.Chart | alt.LayerChart | alt.FacetChart


def drawing(chart: Chart) -> Drawn:
    """The chart of a record, in the design's colours."""
    match chart:
        case MeansChart():
            drawn = _means(chart)
        case DistributionChart():
            drawn = _distribution(chart)
        case CurvesChart():
            drawn = _curves(chart)
        case HeatMap():
            drawn = _heat_map(chart)
    return _with_style(drawn.properties(title=chart.title))


def _means(chart: MeansChart) -> Drawn:
    wrapped = {one.label: _on_lines(one.label) for one in chart.means}
    labels = list(dict.fromkeys(wrapped.values()))
    rows = [
        {"label": label, "mean": one.mean, "low": one.low, "high": one.high, "n": f"n {one.n}", "link": mark}
        for label, one, mark in zip(
            (wrapped[one.label] for one in chart.means), chart.means, link_marks(chart), strict=True
        )
    ]
    axis = alt.Axis(labelExpr=r"split(datum.label, '\n')", labelLimit=_LONGEST, domain=False, ticks=False)
    y = alt.Y("label:N", sort=labels, title=None, axis=axis)
    x = _value_axis("mean", chart.measure)
    base = alt.Chart(_data(rows))
    layers: list[alt.Chart] = []
    if chart.values:
        dots = _data([{"label": wrapped.get(label, label), "mean": value} for label, value in chart.values])
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
            x=x, y=y, **_href(chart)
        ),
        base.mark_text(align="left", color=palette.THIRD, fontSize=11).encode(x=alt.value(WIDTH + 6), y=y, text="n:N"),
    ]
    rows_high = max(_ROW, _LINE * max((label.count("\n") + 2 for label in labels), default=0))
    return alt.layer(*layers).properties(width=WIDTH, height=max(rows_high * len(labels), 40))


def _on_lines(label: str) -> str:
    """A condition on as many lines as it needs: two that were cut at the same place would read alike."""
    if len(label) <= _COLUMNS:
        return label
    return "\n".join(line for part in label.split(" · ") for line in wrap(part, _COLUMNS))


def _distribution(chart: DistributionChart) -> Drawn:
    y = alt.Y("count:Q", title="runs", axis=alt.Axis(tickMinStep=1, tickCount=4))
    drawn: Drawn
    if chart.bars:
        base = alt.Chart(_data([{"name": name, "count": count} for name, count in chart.bars]))
        axis = alt.Axis(labelAngle=0, ticks=False)
        x = alt.X("name:N", title=chart.measure, sort=[name for name, _ in chart.bars], axis=axis)
        drawn = base.mark_bar(color=palette.DONE, size=64).encode(x=x, y=y)
    else:
        base = alt.Chart(_data([{"low": low, "high": high, "count": count} for low, high, count in chart.bins]))
        scale = alt.Scale(zero=False, nice=False)
        drawn = base.mark_rect(color=palette.DONE, stroke=palette.PAPER, opacity=1).encode(
            x=alt.X("low:Q", title=chart.measure, scale=scale, axis=alt.Axis(tickCount=6)),
            x2="high:Q",
            y=y,
            y2=alt.datum(0),
        )
    return drawn.properties(width=WIDTH, height=140)


def _curves(chart: CurvesChart) -> Drawn:
    if chart.has_panels:
        return _curve_panels(chart)
    names = list(chart.series)
    moments = sorted({one.moment for one in chart.points})
    beside = _places_beside(names, moments)
    rows = [
        {
            "series": one.series,
            "moment": one.moment + beside[one.series],
            "mean": one.mean,
            "low": one.low,
            "high": one.high,
            "link": mark,
        }
        for one, mark in zip(chart.points, link_marks(chart), strict=True)
    ]
    legend = alt.Legend(title=None, orient="top", columns=2, labelLimit=_LONGEST, symbolSize=80, symbolOpacity=1)
    count = len(names)
    ticks: Any = moments if len(moments) <= _FEW else alt.Undefined
    colour = alt.Color("series:N", sort=names, legend=legend, scale=_scale(names, palette.SERIES[:count]))
    x = alt.X(
        "moment:Q",
        title=chart.moment,
        scale=alt.Scale(zero=False, nice=False, padding=6),
        axis=alt.Axis(tickMinStep=1, format="d", values=ticks, labelExpr=_moment_label(chart.moments)),
    )
    base = alt.Chart(_data(rows))
    bars = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(opacity=0.45)
        .encode(x=x, y=alt.Y("low:Q", title=chart.measure, scale=alt.Scale(zero=False)), y2="high:Q", color=colour)
    )
    # Without a legend of its own: it would draw the dash around the shape, and hide which it is.
    dash = alt.StrokeDash(
        "series:N", sort=names, legend=None, scale=_scale(names, [list(one) for one in palette.DASHES[:count]])
    )
    shape = alt.Shape("series:N", sort=names, legend=legend, scale=_scale(names, palette.SHAPES[:count]))
    y = _value_axis("mean", chart.measure, alt.Y)
    lines = base.mark_line(strokeWidth=1.8).encode(x=x, y=y, color=colour, strokeDash=dash)
    points = base.mark_point(filled=True, size=48, opacity=1).encode(
        x=x, y=y, color=colour, shape=shape, **_href(chart)
    )
    return alt.layer(bars, lines, points).properties(width=WIDTH, height=220)


def _curve_panels(chart: CurvesChart) -> Drawn:
    """A panel a series, all on the same axes; in each the reference, dashed and without points, to compare with."""
    points = list(zip(chart.points, link_marks(chart), strict=True))
    compared = [one for one, _ in points if one.series == chart.reference]
    names = {one: "\n".join(wrap(one, _PANEL_COLUMNS)) for one in chart.series}
    rows = [
        {"panel": names[one.series], "kind": "own", "moment": one.moment, "mean": one.mean, "low": one.low,
         "high": one.high, "link": mark}
        for one, mark in points
    ]  # fmt: skip
    rows += [
        {"panel": panel, "kind": "reference", "moment": one.moment, "mean": one.mean}
        for name, panel in names.items() if name != chart.reference
        for one in compared
    ]  # fmt: skip
    axis = alt.Axis(tickMinStep=1, tickCount=4, format="d", labelExpr=_moment_label(chart.moments))
    x = alt.X("moment:Q", title=chart.moment, scale=alt.Scale(zero=False, nice=False, padding=6), axis=axis)
    # The title has the name of the outcome, for which a panel has no room.
    y = _value_axis("mean", None, alt.Y, ticks=4)
    base = alt.Chart()
    own, reference = (base.transform_filter(f"datum.kind === '{kind}'") for kind in ("own", "reference"))
    layers = alt.layer(
        reference.mark_line(strokeWidth=1.4, strokeDash=[4, 3], color=palette.EDGE).encode(x=x, y=y),
        own.transform_filter("isValid(datum.low)")
        .mark_rule(color=palette.ACCENT, opacity=0.45)
        .encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"),
        own.mark_line(strokeWidth=1.8, color=palette.ACCENT).encode(x=x, y=y),
        own.mark_point(shape="circle", filled=True, size=24, color=palette.ACCENT, opacity=1).encode(
            x=x, y=y, **_href(chart)
        ),
        data=_data(rows),
    ).properties(width=_PANEL, height=_PANEL_HIGH)
    header = alt.Header(
        title=None, labelExpr=r"split(datum.label, '\n')", labelFontSize=12, labelColor=palette.INK, labelAnchor="start"
    )
    return layers.facet(alt.Facet("panel:N", sort=list(names.values()), header=header), columns=3)


def _places_beside(names: Sequence[str], moments: Sequence[float]) -> dict[str, float]:
    """How far each series stands beside its moment, so that intervals do not cover each other."""
    width = moments[-1] - moments[0] if len(moments) > 1 else 1.0
    step = min(_BESIDE * width / WIDTH, 0.6 / len(names)) if len(names) > 1 else 0.0
    return {name: (at - (len(names) - 1) / 2) * step for at, name in enumerate(names)}


def _moment_label(names: Sequence[str]) -> Any:
    """The expression that names a moment on the axis; as JSON a name can be nothing but a text in it."""
    return f"{json.dumps(names)}[datum.value - 1]" if names else alt.Undefined


def _heat_map(chart: HeatMap) -> Drawn:
    rows = [
        {
            "row": one.row,
            "column": one.column,
            "mean": one.mean,
            "text": number_text(one.mean),
            "n": f"n {one.n}",
            "link": mark,
        }
        for one, mark in zip(chart.cells, link_marks(chart), strict=True)
    ]
    columns = list(dict.fromkeys(one.column for one in chart.cells))
    lines = list(dict.fromkeys(one.row for one in chart.cells))
    width = min(WIDTH, 115 * len(columns))
    x = alt.X(
        "column:N",
        sort=columns,
        title=chart.column_factor,
        axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelLimit=width // len(columns) - 8),
    )
    y = alt.Y(
        "row:N", sort=lines, title=chart.row_factor, axis=alt.Axis(domain=False, ticks=False, labelLimit=_LONGEST)
    )
    # Three steps, so that a page can give each of them another colour in the dark.
    shade = alt.Color(
        "mean:Q", legend=None, scale=alt.Scale(type="quantize", domain=_extent(chart), range=list(palette.HEAT))
    )
    base = alt.Chart(_data(rows)).encode(x=x, y=y)
    cells = base.mark_rect(stroke=palette.PAPER, strokeWidth=2).encode(color=shade, **_href(chart))
    texts = base.mark_text(color=palette.INK, fontSize=13, dy=-5).encode(text="text:N")
    counts = base.mark_text(color=palette.SECOND, fontSize=10, dy=10).encode(text="n:N")
    return alt.layer(cells, texts, counts).properties(width=width, height=44 * len(lines))


def _href(chart: Chart) -> dict[str, Any]:
    """The channel that makes marks links, where one of them is."""
    return {"href": alt.Href("link:N")} if any(link_marks(chart)) else {}


def _value_axis(field: str, title: str | None, channel: Any = alt.X, *, ticks: int = 6) -> Any:
    return channel(f"{field}:Q", title=title, scale=alt.Scale(zero=False, padding=8), axis=alt.Axis(tickCount=ticks))


def _scale(names: Sequence[str], values: Sequence[Any]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=list(values))


def _extent(chart: HeatMap) -> list[float]:
    values = [one.mean for one in chart.cells]
    low, high = min(values), max(values)
    return [low, high] if low < high else [low - 1, high + 1]


def _data(rows: Sequence[Mapping[str, Any]]) -> alt.Data:
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]  # altair leaves it untyped


def _with_style(drawn: Drawn) -> Drawn:
    font = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
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
