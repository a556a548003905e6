"""Records of numbers become charts: the same text each time, no markup of anybody else's, nothing by colour alone."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sociarium.figures.charts import (
    Chart,
    CurvePoint,
    CurvesChart,
    DistributionChart,
    HeatCell,
    HeatMap,
    Mean,
    MeansChart,
    histogram,
    number_text,
)
from sociarium.figures.draw import drawing
from sociarium.figures.palette import TOKENS
from sociarium.figures.render import png, svg, themed_svg

HOSTILE = 'a <script>alert("x")</script> & [b]'

MEANS = MeansChart("Trust", "trust", (Mean(HOSTILE, 4.2, 3.1, 5.3, 4), Mean("tense", 2.2, None, None, 3)))
CURVES = CurvesChart(
    "Words",
    "words",
    "turn",
    tuple(CurvePoint(name, turn, turn * k, None, None, 5) for k, name in enumerate("abc") for turn in (1, 2, 3)),
)
MANY = CurvesChart(
    "Words",
    "words",
    "turn",
    tuple(
        CurvePoint(f"m={name}", turn, turn * k, turn - 1, turn + 1, 5)
        for k, name in enumerate("abcdefg")
        for turn in (1, 2)
    ),
    reference="m=b",
)
NAMED = CurvesChart(
    "Trust", "trust", "moment", tuple(CurvePoint("a", at, at, None, None, 5) for at in (1, 2)), (HOSTILE, 'end"]')
)
HEAT = HeatMap(
    "Trust",
    "trust",
    "personality",
    "oversight",
    (HeatCell("mild", "present", -1.25, 4), HeatCell("mild", "absent", 2, 4)),
)
DISTRIBUTION = DistributionChart("Words", "words", histogram([1, 2, 2, 3, 9]))
YES_OR_NO = DistributionChart("Vote", "vote", bars=(("no", 3), ("yes", 5)))
CHARTS = [MEANS, CURVES, MANY, NAMED, HEAT, DISTRIBUTION, YES_OR_NO]


def texts(chart: Chart) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(svg(chart)).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.slow
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_chart_is_the_same_text_each_time_and_a_png(chart: Chart) -> None:
    assert svg(chart) == svg(chart)
    assert png(svg(chart)).startswith(b"\x89PNG")


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_drawing_is_of_the_schema(chart: Chart) -> None:
    drawing(chart).to_dict(validate=True)  # raises where it is not


@pytest.mark.slow
def test_names_are_drawn_as_text_and_never_as_markup() -> None:
    assert "<script" not in svg(MEANS)
    assert HOSTILE in texts(MEANS)


@pytest.mark.slow
def test_each_mean_has_its_number_of_runs_and_an_interval_only_where_there_is_one() -> None:
    assert {"n 4", "n 3"} <= set(texts(MEANS))
    assert svg(MEANS).count('stroke="#0b6a62"') == 1


def test_a_cell_of_a_heat_map_has_its_number_written_in_it() -> None:
    assert {"−1.25", "2", "n 4"} <= set(texts(HEAT))


def test_curves_differ_by_dash_and_shape() -> None:
    document = svg(CURVES)
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', document))) == 3
    points = re.findall(r'aria-roledescription="point"[^>]* d="([^"]+)"', document)
    assert len(set(points)) == 3


@pytest.mark.slow
def test_more_series_than_can_be_told_apart_have_a_panel_each_beside_the_reference() -> None:
    document = svg(MANY)
    assert MANY.has_panels
    assert not CURVES.has_panels
    assert {f"m={name}" for name in "abcdefg"} <= set(texts(MANY))
    assert document.count('aria-roledescription="point"') == len(MANY.points)
    lines = re.findall(r'aria-roledescription="line mark"[^>]*', document)
    dashed = [one for one in lines if "stroke-dasharray" in one]
    assert len(lines) == 13
    assert len(dashed) == 6
    assert "stroke-dasharray" not in svg(replace(MANY, reference=""))


def test_intervals_of_several_series_stand_beside_each_other() -> None:
    points = [(one.series, one.moment) for one in CURVES.points]
    places = re.findall(r'aria-roledescription="point"[^>]* transform="translate\(([\d.]+),', svg(CURVES))
    assert len(set(places)) == len(points) == len(places)


def test_a_themed_drawing_has_the_colours_of_the_page_and_no_address() -> None:
    document = themed_svg(svg(HEAT), label="Trust")
    assert not any(colour in document for colour in TOKENS)
    assert "var(--ink)" in document
    assert "http" not in document
    assert document.startswith('<svg role="img" aria-label="Trust"')


def test_bins_hold_every_value() -> None:
    assert sum(count for _, _, count in histogram([0.1 * k for k in range(37)])) == 37
    assert histogram([2.0, 2.0]) == ((1.5, 2.5, 2),)
    assert histogram([]) == ()
    assert [count for _, _, count in histogram([0.0, 1.0, 1.0, 3.0])] == [1, 2, 0, 1]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (-1.234, "−1.23"), (12345.6, "12,346"), (0.00001234, "1.2e−05"), (99.95, "100")]
)
def test_numbers_have_three_digits_and_a_true_minus(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.slow
def test_moments_without_numbers_stand_on_the_axis_by_their_names() -> None:
    assert "end&quot;]</text>" in svg(NAMED) or 'end"]</text>' in svg(NAMED)
    assert ">2</text>" not in svg(CurvesChart("", "", "", NAMED.points, NAMED.moments))


def test_conditions_that_begin_alike_are_told_apart_by_their_ends() -> None:
    names = [
        f"section.Starting prompt.guard=firm · section.Starting prompt.prisoner={one}" for one in ("bitter", "meek")
    ]
    drawn = svg(MeansChart("Trust", "trust", tuple(Mean(name, 1, 0, 2, 4) for name in names), ((names[1], 1.5),)))
    assert "prompt.prisoner=bitter" in drawn
    assert "prompt.prisoner=meek" in drawn
    assert "…" not in drawn


def test_a_yes_or_no_has_a_bar_at_each_and_no_scale_of_numbers() -> None:
    axis = [text for text in texts(YES_OR_NO) if text not in {"Vote", "vote", "runs"}]
    assert axis[:2] == ["no", "yes"]
    assert "0.5" not in axis


def test_shares_of_some_messages_have_a_bin_each_and_a_share_of_one_ends_no_bin() -> None:
    shares = [0.0, 0.25, 0.5, 0.75, 0.75, 1.0]
    steps = (0.0, 0.25, 0.5, 0.75, 1.0)
    assert histogram(shares) == tuple((value - 0.125, value + 0.125, shares.count(value)) for value in steps)
    thirds = histogram([0.0, 1 / 3, 2 / 3, 1 - 1 / 3, 1.0])
    assert [count for _, _, count in thirds] == [1, 1, 2, 1]
    assert histogram([0.1, 0.2, 0.37])[0][0] == 0.1


def test_a_legend_shows_shapes_without_the_dash_of_their_lines() -> None:
    symbols = re.findall(r'class="mark-symbol role-legend-symbol".*?</g>', svg(CURVES), re.DOTALL)
    assert len(symbols) == 3
    assert not any("stroke-dasharray" in one and 'stroke-width="0"' not in one for one in symbols)


LONG = "A question whose name is so long that it has no room in any place of a figure and goes on and on until its end"


@pytest.mark.parametrize(
    "chart",
    [
        replace(MEANS, title=LONG, measure=LONG),
        replace(
            CURVES, title=LONG, measure=LONG, points=tuple(replace(p, series=LONG + p.series) for p in CURVES.points)
        ),
        replace(DISTRIBUTION, title=LONG, measure=LONG),
        HeatMap(LONG, "", "row", "column", tuple(HeatCell(LONG + r, LONG + c, 1, 4) for r in "ab" for c in "wxyz")),
    ],
    ids=["means", "curves", "distribution", "heat map"],
)
def test_long_names_have_lines_and_are_cut_nowhere(chart: Chart) -> None:
    document = svg(chart)
    assert "…" not in document
    width, height = (float(one) for one in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', document)[0])
    assert width < 900
    assert height < 700


def test_a_heat_map_names_its_side_beside_the_names_of_its_rows() -> None:
    cells = tuple(HeatCell(f"{'m' * 22} {r}", "x", 1, 4) for r in "ab")
    document = svg(HeatMap("t", "", "side", "top", cells))
    [title] = re.findall(r"translate\((-?[\d.]+),[\d.-]+\) rotate\(-90\)", document)
    assert float(title) < -250


@pytest.mark.slow
def test_several_lines_of_very_many_points_have_a_panel_each_of_the_whole_width() -> None:
    names = ("policy=none", "policy=label")
    crowded = CurvesChart(
        "Words", "words", "turn", tuple(CurvePoint(one, at, at, at - 1, at + 1, 5) for one in names for at in range(60))
    )
    assert crowded.has_panels
    assert not replace(crowded, points=crowded.points[:60]).has_panels
    assert set(names) <= set(texts(crowded))
    assert svg(crowded).count('aria-roledescription="line mark"') == 2
