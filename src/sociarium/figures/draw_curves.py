"""Curves: the means of several series over moments, in one panel or in a panel each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

# Before the library, since it names the extra where that is absent.
from sociarium.figures.parts import COLUMNS, LONGEST, SPLIT, WIDTH, Drawn, data, href, on_lines, scale, value_axis

# isort: split
import altair as alt

from sociarium.figures import palette
from sociarium.figures.charts import MOST_SERIES, CurvesChart, link_marks

_FEW = 12
"""Moments of which each has a tick."""
_BESIDE = 7
"""Pixels between what several series have at one moment."""
_PANEL, _PANEL_HIGH, _PANEL_COLUMNS = 138, 96, 22
"""Pixels of a panel of one series, and letters of its name on a line."""
_ASIDE = 28
"""Letters on a line beside the axis."""


def curves(chart: CurvesChart) -> Drawn:
    """Means with intervals; series differ by shape and dash, or stand in a panel each."""
    if chart.has_panels:
        return _curve_panels(chart)
    lines = {one: on_lines(one) for one in chart.series}
    names, measure = list(lines.values()), wrap(chart.measure, _ASIDE)
    moments = sorted({one.moment for one in chart.points})
    beside = _places_beside(names, moments)
    rows = [
        {
            "series": lines[one.series],
            "moment": one.moment + beside[lines[one.series]],
            "mean": one.mean,
            "low": one.low,
            "high": one.high,
            "link": mark,
        }
        for one, mark in zip(chart.points, link_marks(chart), strict=True)
    ]
    # Its symbols have no stroke: it would have the dash of the line, and hide which shape it is.
    legend = alt.Legend(
        title=None, orient="top", columns=2, labelLimit=LONGEST, labelExpr=SPLIT, symbolSize=80, symbolOpacity=1,
        symbolStrokeWidth=0,
    )  # fmt: skip
    count = len(names)
    ticks: Any = moments if len(moments) <= _FEW else alt.Undefined
    colour = alt.Color("series:N", sort=names, legend=legend, scale=scale(names, palette.SERIES[:count]))
    x = alt.X(
        "moment:Q",
        title=chart.moment,
        scale=alt.Scale(zero=False, nice=False, padding=6),
        axis=alt.Axis(tickMinStep=1, format="d", values=ticks, labelExpr=_moment_label(chart.moments)),
    )
    base = alt.Chart(data(rows))
    bars = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(opacity=0.45)
        .encode(x=x, y=alt.Y("low:Q", title=measure, scale=alt.Scale(zero=False)), y2="high:Q", color=colour)
    )
    dash = alt.StrokeDash(
        "series:N", sort=names, legend=None, scale=scale(names, [list(one) for one in palette.DASHES[:count]])
    )
    shape = alt.Shape("series:N", sort=names, legend=legend, scale=scale(names, palette.SHAPES[:count]))
    y = value_axis("mean", measure, alt.Y)
    drawn_lines = base.mark_line(strokeWidth=1.8).encode(x=x, y=y, color=colour, strokeDash=dash)
    points = base.mark_point(filled=True, size=48, opacity=1).encode(x=x, y=y, color=colour, shape=shape, **href(chart))
    return alt.layer(bars, drawn_lines, points).properties(width=WIDTH, height=220)


def _curve_panels(chart: CurvesChart) -> Drawn:
    """A panel a series, all on the same axes; in each the reference, dashed and without points, to compare with."""
    points = list(zip(chart.points, link_marks(chart), strict=True))
    compared = [one for one, _ in points if one.series == chart.reference]
    # Few series that are crowded have the whole width.
    many = len(chart.series) > MOST_SERIES
    width, letters, columns = (_PANEL, _PANEL_COLUMNS, 3) if many else (WIDTH, 2 * COLUMNS, 1)
    names = {one: on_lines(one, letters) for one in chart.series}
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
    y = value_axis("mean", None, alt.Y, ticks=4)
    base = alt.Chart()
    own, reference = (base.transform_filter(f"datum.kind === '{kind}'") for kind in ("own", "reference"))
    layers = alt.layer(
        reference.mark_line(strokeWidth=1.4, strokeDash=[4, 3], color=palette.EDGE).encode(x=x, y=y),
        own.transform_filter("isValid(datum.low)")
        .mark_rule(color=palette.ACCENT, opacity=0.45)
        .encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"),
        own.mark_line(strokeWidth=1.8, color=palette.ACCENT).encode(x=x, y=y),
        own.mark_point(shape="circle", filled=True, size=24 if many else 9, color=palette.ACCENT, opacity=1).encode(
            x=x, y=y, **href(chart)
        ),
        data=data(rows),
    ).properties(width=width, height=_PANEL_HIGH)
    header = alt.Header(title=None, labelExpr=SPLIT, labelFontSize=12, labelColor=palette.INK, labelAnchor="start")
    return layers.facet(alt.Facet("panel:N", sort=list(names.values()), header=header), columns=columns)


def _places_beside(names: Sequence[str], moments: Sequence[float]) -> dict[str, float]:
    """How far each series stands beside its moment, so that intervals do not cover each other."""
    width = moments[-1] - moments[0] if len(moments) > 1 else 1.0
    step = min(_BESIDE * width / WIDTH, 0.6 / len(names)) if len(names) > 1 else 0.0
    return {name: (at - (len(names) - 1) / 2) * step for at, name in enumerate(names)}


def _moment_label(names: Sequence[str]) -> Any:
    """The expression that names a moment on the axis; as JSON a name can be nothing but a text in it."""
    return f"{json.dumps(names)}[datum.value - 1]" if names else alt.Undefined
