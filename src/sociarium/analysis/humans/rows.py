"""A comparison as one table, for files and for lines of text."""

from __future__ import annotations

from sociarium.analysis.humans.census import CensusComparison
from sociarium.analysis.humans.records import HumanComparison

HEAD = (
    "outcome", "group", "value", "kind", "unit", "units", "agent_values", "people", "human_rows", "agents", "humans",
    "difference", "low", "high", "p", "margin", "equivalence_p", "low_90", "high_90", "note", "spread_agents",
    "spread_humans", "distance", "distance_low", "distance_high", "halves", "halves_95", "agents_from_half",
    "distance_note",
)  # fmt: skip
CENSUS_HEAD = ("attribute", "value", "census", "people", "share", "difference", "low", "high", "note")


def comparison_rows(comparison: HumanComparison) -> list[list[object]]:
    """A row for each mean or category, by `HEAD`."""
    rows: list[list[object]] = []
    for one in comparison.outcomes:
        apart = one.distance
        for mean in one.means:
            result, same = mean.difference, mean.equivalence
            rows.append([
                one.outcome, one.group, mean.value, one.kind, one.unit, one.units, one.values, one.people, one.rows,
                mean.agents, mean.humans,
                *((result.estimate, result.low, result.high, result.p) if result else (None,) * 4),
                *((same.margin, same.p, same.low, same.high) if same else (None,) * 4), mean.note,
                one.spread_agents, one.spread_humans, apart.estimate, apart.low, apart.high, apart.halves,
                apart.halves_high, apart.from_half, apart.note,
            ])  # fmt: skip
    return rows


def census_rows(comparison: CensusComparison) -> list[list[object]]:
    """A row for each value, by `CENSUS_HEAD`."""
    return [
        [row.attribute, row.value, row.census, row.people, row.share, row.difference, row.low, row.high, row.note]
        for row in comparison.rows
    ]
