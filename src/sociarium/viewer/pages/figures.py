"""Figures of an outcome: by condition, where two factors meet, over moments, and over runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from sociarium.analysis.result_rows import ProbeRow, Results
from sociarium.analysis.run_values import moment_order
from sociarium.exchange.sanitize import one_line
from sociarium.figures.charts import MOST_SERIES, Chart, CurvePoint, CurvesChart, HeatCell, HeatMap, Mean, MeansChart
from sociarium.figures.render import svg, themed_svg
from sociarium.records.lists import label_of
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.outcomes import outcome_label

MOST = 24
"""Figures of one question, and conditions in one figure."""
_MOST_NAME = 60


Sketches = tuple[tuple[Chart, str], ...]
"""Records of figures, with their captions."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure.

    Attributes:
        svg: markup of our own; whatever stands in it of others is escaped.
        caption: says n, intervals and what a click does.
    """

    svg: str
    caption: str


Figures = tuple[Figure, ...]


def sketches_of(computed: Results, probe: str, link_of: Callable[[ProbeRow], str]) -> Sketches:
    """What the figures of a question show, from the rows of its table.

    Args:
        link_of: the address of the runs behind a row.
    """
    rows = [row for row in computed.probes if row.probe == probe and row.estimate.mean is not None]
    groups: dict[tuple[str, str | None], list[ProbeRow]] = {}
    for row in rows:
        groups.setdefault((row.role, row.option), []).append(row)
    sketches: list[tuple[Chart, str]] = []
    for (role, option), of_group in groups.items():
        about = ", ".join(
            one_line(part, most=_MOST_NAME) for part in (outcome_label(probe), role, option or "") if part
        )
        sketches += _charts(computed, about, of_group, link_of)
        if len(sketches) >= MOST:
            break
    return tuple(sketches[:MOST])


def draw(sketches: Sketches) -> Figures:
    """Draw figures. Raises `MissingExtra` where what draws them is not installed."""
    return tuple(
        Figure(themed_svg(svg(chart), label=escape(f"{chart.title}. {caption}")), caption)
        for chart, caption in sketches
    )


def _charts(
    computed: Results, about: str, rows: Sequence[ProbeRow], link_of: Callable[[ProbeRow], str]
) -> Iterator[tuple[Chart, str]]:
    # Conditions may lack moments that others have.
    moments = sorted({row.moment for row in rows}, key=moment_order)
    last = [row for row in rows if row.moment == moments[-1]]
    factors, when = computed.factors, one_line(moments[-1], most=_MOST_NAME)
    if len(factors) == 2 and len(last) > 2:
        yield (
            HeatMap(f"{about}, {when}", about, *_names(factors), tuple(_cell(row, factors, link_of) for row in last)),
            "Mean of finished runs where two levels meet, with n; a click opens its runs.",
        )
    elif factors and len(last) <= MOST:
        marks = tuple(_mean(row, factors, link_of) for row in last)
        yield (
            MeansChart(f"{about}, {when}", about, marks),
            "Means of finished runs with 95 % intervals, and n; a click opens the runs of a mean.",
        )
    series = list(dict.fromkeys(_condition(row, factors) for row in rows))
    if len(moments) > 1 and len(series) <= MOST_SERIES:
        axis, places, names = _axis(moments)
        points = tuple(_point(row, factors, places[row.moment], link_of) for row in rows)
        first, end = (one_line(one, most=_MOST_NAME) for one in (moments[0], moments[-1]))
        yield (
            CurvesChart(f"{about}, {first} to {end}", about, axis, points, names),
            "Means of finished runs over moments, with 95 % intervals; a click opens the runs of a mean.",
        )


def _axis(moments: Sequence[str]) -> tuple[str, Mapping[str, int], tuple[str, ...]]:
    """The name of the axis of moments, where they stand, and their names.

    Where each is a day or a turn they stand at their own numbers, which are their names.
    """
    kinds, numbers = zip(*(moment.rpartition(" ")[::2] for moment in moments), strict=True)
    if set(kinds) in ({"day"}, {"turn"}) and all(number.isdecimal() for number in numbers):
        return kinds[0], {moment: int(number) for moment, number in zip(moments, numbers, strict=True)}, ()
    names = tuple(one_line(one, most=_MOST_NAME) for one in moments)
    return "moment", {one: at for at, one in enumerate(moments, start=1)}, names


def _names(factors: Sequence[str]) -> tuple[str, str]:
    row, column = (one_line(factor, most=_MOST_NAME) for factor in factors)
    return row, column


def _condition(row: ProbeRow, factors: Sequence[str]) -> str:
    return condition_text(dict(row.condition), factors)


def _mean(row: ProbeRow, factors: Sequence[str], link_of: Callable[[ProbeRow], str]) -> Mean:
    one = row.estimate
    return Mean(_condition(row, factors), one.mean or 0.0, one.low, one.high, one.n, link_of(row))


def _cell(row: ProbeRow, factors: Sequence[str], link_of: Callable[[ProbeRow], str]) -> HeatCell:
    levels = dict(row.condition)
    names = [one_line(label_of(levels[factor]), most=_MOST_NAME) if factor in levels else "" for factor in factors]
    return HeatCell(names[0], names[1], row.estimate.mean or 0.0, row.estimate.n, link_of(row))


def _point(row: ProbeRow, factors: Sequence[str], moment: int, link_of: Callable[[ProbeRow], str]) -> CurvePoint:
    one = row.estimate
    return CurvePoint(_condition(row, factors), moment, one.mean or 0.0, one.low, one.high, one.n, link_of(row))
