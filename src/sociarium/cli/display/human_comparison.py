"""A comparison with people as tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from sociarium.analysis.humans.census import CensusComparison
from sociarium.analysis.humans.compare import ABOUT
from sociarium.analysis.humans.records import HumanComparison, MeanComparison, OutcomeComparison
from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.output import words
from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line
from sociarium.figures.charts import number_text

NONE = "–"


def print_comparison(screen: Console, comparison: HumanComparison) -> None:
    """Means and shares with their differences, distances with what people's halves do, and what went in."""
    means = [(one, mean) for one in comparison.outcomes for mean in one.means]
    screen.print(words(f"Agents beside {one_line(comparison.table)} · differences of means and shares", "bold"))
    print_columns(screen, [
        *_places([one for one, _ in means]),
        ListColumn("value", [one_line(mean.value) for _, mean in means], rank=1),
        ListColumn("agents", [number_text(mean.agents) for _, mean in means], "number", 0),
        ListColumn("humans", [number_text(mean.humans) for _, mean in means], "number", 0),
        ListColumn("difference", [_number(mean.difference.estimate if mean.difference else None) for _, mean in means],
               "number", 0),
        ListColumn("95 %", [_interval((mean.difference.low, mean.difference.high) if mean.difference else None)
                        for _, mean in means], "number", 0),
        ListColumn("margin", [_number(mean.equivalence.margin if mean.equivalence else None) for _, mean in means],
               "number", 2),
        ListColumn("alike", [_alike(mean) for _, mean in means], rank=2),
    ])  # fmt: skip
    screen.print()
    screen.print(words("Distances · Wasserstein for scales, total variation for categories", "bold"))
    every = comparison.outcomes
    print_columns(screen, [
        *_places(every),
        ListColumn("units", [f"{one.units} {one.unit}" for one in every], rank=2),
        ListColumn("people", [str(one.people) for one in every], "number", 2),
        ListColumn("distance", [number_text(one.distance.estimate) for one in every], "number", 0),
        ListColumn("95 %", [_interval((one.distance.low, one.distance.high)) for one in every], "number", 0),
        ListColumn("halves", [_number(one.distance.halves) for one in every], "number", 0),
        ListColumn("SD agents", [_number(one.spread_agents) for one in every], "number", 1),
        ListColumn("SD humans", [_number(one.spread_humans) for one in every], "number", 1),
    ])  # fmt: skip
    screen.print()
    reasons = dict.fromkeys(filter(None, [*(mean.note for _, mean in means), *(one.distance.note for one in every)]))
    lines = [*comparison.intake, *(f"! {note}" for note in comparison.notes), *(f"{NONE}: {one}" for one in reasons)]
    for line in [*lines, "halves: the mean distance of two random halves of the people from each other", *ABOUT]:
        screen.print(words(one_line(line, most=2000), "yellow" if line.startswith("!") else "dim"))


def print_census(screen: Console, census: CensusComparison) -> None:
    """Shares of a population beside a census."""
    rows = census.rows
    title = (
        f"{count_text(census.people, 'person', 'people')} of "
        f"{count_text(census.populations, 'population')} beside {one_line(census.table)}"
    )
    screen.print(words(title, "bold"))
    print_columns(screen, [
        ListColumn("attribute", [one_line(row.attribute) for row in rows], rank=0),
        ListColumn("value", [one_line(row.value) for row in rows], rank=0),
        ListColumn("expected", [number_text(row.census) for row in rows], "number", 0),
        ListColumn("share", [number_text(row.share) for row in rows], "number", 0),
        ListColumn("difference", [number_text(row.difference) for row in rows], "number", 0),
        ListColumn("95 %", [_interval((row.low, row.high)) for row in rows], "number", 0),
    ])  # fmt: skip
    screen.print()
    for attribute, apart in census.apart.items():
        line = f"{attribute}: {number_text(apart)} of the people would have to be others"
        if count := census.without[attribute]:
            line += f"; {count} have nothing there, or what {one_line(census.table)} does not name"
        screen.print(words(one_line(line, most=500), "dim"))
    for note in dict.fromkeys(row.note for row in rows if row.note):
        screen.print(words(note, "dim"))


def _places(outcomes: Sequence[OutcomeComparison]) -> list[ListColumn]:
    return [
        ListColumn("outcome", [one_line(one.outcome) for one in outcomes], rank=0),
        ListColumn("group", [one_line(one.group) for one in outcomes], rank=1),
    ]


def _alike(mean: MeanComparison) -> str:
    if mean.equivalence is None:
        return NONE
    p = mean.equivalence.p
    return f"{'within' if mean.equivalence.holds else 'not shown'}, p {'< .001' if p < 0.001 else f'{p:.3f}'}"


def _number(value: float | None) -> str:
    return NONE if value is None else number_text(value)


def _interval(ends: tuple[float | None, float | None] | None) -> str:
    if ends is None or ends[0] is None or ends[1] is None:
        return NONE
    return f"{number_text(ends[0])} … {number_text(ends[1])}"
