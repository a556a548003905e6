"""The numbers of a page of results, as a spreadsheet takes them."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.analysis.positive_spread import spread_notes
from sociarium.analysis.student_t import Estimate
from sociarium.viewer.pages.results import ResultsPage, shown_levels


def csv_rows(page: ResultsPage) -> Iterator[list[str | float | int | None]]:
    """Every number of a page, unrounded, a line each, after a line of names."""
    factors = page.computed.factors
    yield ["measure", *factors, "role", "moment", "option", "runs", "mean", "low_95", "high_95", "answers", "missing",
           "note"]  # fmt: skip
    notes = spread_notes((*page.computed.spreads, *page.computed.talk_spreads))
    for row in page.computed.probes:
        levels, note = shown_levels(row.condition, factors), notes.get((row.probe, row.role, row.moment))
        place = [row.probe, *levels, row.role, row.moment, row.option]
        yield [*place, *_numbers(row.estimate), row.answers, row.missing, note]
    for talk in page.computed.talk:
        levels = shown_levels(talk.condition, factors)
        for name, one in talk.measures.items():
            yield [name, *levels, None, None, None, *_numbers(one), None, None, notes.get((name, "", ""))]


def _numbers(one: Estimate) -> tuple[float | None, ...]:
    return one.n, one.mean, one.low, one.high
