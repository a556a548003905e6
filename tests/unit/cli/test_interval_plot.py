"""Intervals as text."""

from __future__ import annotations

from sociarium.analysis.student_t import Estimate
from sociarium.cli.display.interval_plot import interval_plot


def test_rows_stand_on_one_scale_with_zero_where_it_lies() -> None:
    estimates = [Estimate(4, -2, -3, -1), Estimate(4, 1, 0.5, 2), Estimate(4, 0, -1, 1)]
    scale, rows = interval_plot(estimates, width=11, is_share=False)
    assert scale == "−3    0   2"
    assert rows == ["├─●─┤ │    ", "      │├●─┤", "    ├─●─┤  "]


def test_zero_shows_through_an_interval_that_crosses_it() -> None:
    _, [row] = interval_plot([Estimate(4, 1, -1, 3)], width=9, is_share=False)
    assert row == "├─┼─●───┤"


def test_what_has_no_interval_has_its_mean_and_what_has_no_mean_nothing() -> None:
    estimates = [Estimate(2, 0.5, 0, 1), Estimate(1, 0.5, reason="one run"), Estimate(0, None)]
    scale, rows = interval_plot(estimates, width=11, is_share=True)
    assert scale == "0 %   100 %"
    assert rows == ["├────●────┤", "     ●     ", "           "]


def test_every_row_is_as_wide_as_the_scale() -> None:
    estimates = [Estimate(3, value, value - 1e-9, value + 1e9) for value in (-1e6, 0, 3e-7)]
    scale, rows = interval_plot(estimates, width=20, is_share=False)
    assert {len(scale), *map(len, rows)} == {20}
