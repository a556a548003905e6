"""What was asked of people who are written by a model, beside what came, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from sociarium.analysis.population import PopulationReport
from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.output import number, words
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line


def show_population_reports(screen: Console, reports: Sequence[PopulationReport]) -> None:
    """Each population: who came, shares, fields, and who is much alike."""
    for place, report in enumerate(reports):
        if place:
            screen.print()
        _show(screen, report)


def _show(screen: Console, report: PopulationReport) -> None:
    head = f"People {report.name} · role {report.role} · written by {report.model}"
    screen.print(words(one_line(head, most=300), "bold"))
    each = f"{number(report.asked)} of each replicate"
    screen.print(
        words(
            f"Asked for: {each}; {report.begun} of {count_text(report.replicates, 'replicate')} "
            f"{one_or_many(report.begun, 'is', 'are')} written or begun, with "
            f"{count_text(report.people, 'person', 'people')}"
            + (f", and {number(report.failed)} failed" if report.failed else ""),
            "yellow" if report.failed or report.begun < report.replicates else "",
        ),
    )
    if not report.people:
        return
    if report.shares:
        screen.print()
        print_columns(
            screen,
            [
                ListColumn("attribute", [row.attribute for row in report.shares], rank=0),
                ListColumn("value", [row.value for row in report.shares], rank=0),
                ListColumn(
                    "asked", ["–" if row.asked is None else f"{row.asked:.1%}" for row in report.shares], "number"
                ),
                ListColumn("came", [f"{row.share:.1%}" for row in report.shares], "number"),
                ListColumn("people", [number(row.came) for row in report.shares], "number"),
            ],
        )
    screen.print()
    print_columns(
        screen,
        [
            ListColumn("field", [row.field + ("" if not row.required else " *") for row in report.fields], rank=0),
            ListColumn("missing", [number(row.missing) for row in report.fields], "number"),
            ListColumn("share", [f"{row.missing / report.people:.1%}" for row in report.fields], "number"),
            ListColumn("another type", [number(row.otherwise) for row in report.fields], "number"),
        ],
    )
    if any(row.required for row in report.fields):
        screen.print("* required by the schema", style="dim")
    _show_likeness(screen, report)


def _show_likeness(screen: Console, report: PopulationReport) -> None:
    alike = report.likeness
    compared = f"of {number(alike.compared)} compared"
    screen.print()
    screen.print(
        words(
            f"Much alike: {count_text(alike.people, 'person', 'people')} "
            f"{compared}, {count_text(alike.within, 'pair')} within a replicate "
            f"and {number(alike.across)} across ({alike.measure}, {alike.threshold:g} or more)",
            "yellow" if alike.people else "",
        ),
    )
    for pair in alike.examples:
        first, second = (
            f"@{handle} ({replicate})" for handle, replicate in zip(pair.handles, pair.replicates, strict=True)
        )
        screen.print(words(f"  {pair.similarity:.2f}  {one_line(f'{first} and {second}', most=200)}"))
