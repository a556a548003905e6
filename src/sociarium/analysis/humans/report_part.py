"""The part of a report that has people beside agents."""

from __future__ import annotations

from collections.abc import Callable

from sociarium.analysis.humans.command_parts import Comparisons, HumanRequest, human_comparison, write_rows
from sociarium.analysis.humans.compare import ABOUT
from sociarium.analysis.humans.load import load_personas
from sociarium.analysis.humans.mapping import read_mapping
from sociarium.analysis.humans.records import HumanComparison
from sociarium.analysis.report.html import Cell, Markup, interval, listing, p_text, paragraph, part, table
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.page import FurtherPart
from sociarium.count_text import count_text
from sociarium.exchange.tables.read import TableSource


def humans_part(source: TableSource, request: HumanRequest) -> Callable[[ReportInputs], FurtherPart]:
    """What makes the part, once runs are gathered; it raises as `comparisons` does."""
    mapping = read_mapping(request.maps, request.margins, request.by)

    def make(inputs: ReportInputs) -> FurtherPart:
        comparison = human_comparison(inputs, source, request, mapping, load_personas(source))
        return FurtherPart(
            "people", _content(comparison), lambda folder: write_rows(folder, Comparisons(comparison, None, ()))
        )

    return make


def _content(comparison: HumanComparison) -> Markup:
    declared = (
        f"Declared in {comparison.declared}, SHA-256 {comparison.declared_digest}."
        if comparison.declared
        else "What is compared, and any margin, was typed with the command; nothing shows that it was so beforehand."
    )
    return part(
        "people", "Beside people", comparison.table,
        paragraph(f"{comparison.table}, SHA-256 {comparison.table_digest}. {declared}", css="meta"),
        listing([*comparison.intake, *comparison.notes]), _means(comparison), _distances(comparison), listing(ABOUT),
    )  # fmt: skip


def _means(comparison: HumanComparison) -> Markup:
    cells: list[list[Cell]] = []
    for one in comparison.outcomes:
        for mean in one.means:
            result, same = mean.difference, mean.equivalence
            cells.append([
                " · ".join(filter(None, (one.outcome, one.group, mean.value))), mean.agents, mean.humans,
                result.estimate if result else None, interval(result.low, result.high) if result else mean.note,
                same.margin if same else None, interval(same.low, same.high) if same else None,
                p_text(same.p if same else None),
                None if same is None else "within" if same.holds else "not shown",
            ])  # fmt: skip
    head = ["mean or share", "agents", "people", "difference", "95 %", "margin", "90 %", "p of equivalence", "alike"]
    caption = (
        "Agents less people, Welch's t over units of agents and people; two one-sided tests where a margin is declared"
    )
    return table(caption, head, cells, numeric=(1, 2, 3, 5, 7))


def _distances(comparison: HumanComparison) -> Markup:
    cells: list[list[Cell]] = [
        [" · ".join(filter(None, (one.outcome, one.group))), f"{one.units} {one.unit}, {one.values} values",
         f"{one.people}, {count_text(one.rows, 'row')}", one.distance.estimate,
         interval(one.distance.low, one.distance.high), one.distance.halves, one.distance.halves_high,
         one.distance.from_half, one.spread_agents, one.spread_humans,
         one.distance.note or None]
        for one in comparison.outcomes
    ]  # fmt: skip
    head = ["outcome", "agents", "people", "distance", "95 %", "halves", "95 % of halves", "agents from a half",
            "SD agents", "SD people", "note"]  # fmt: skip
    caption = (
        "Distances of distributions: Wasserstein's of scales (in their units), total variation of categories; halves: "
        "two random halves of the people from each other"
    )
    return table(caption, head, cells, numeric=(3, 5, 6, 7, 8, 9))
