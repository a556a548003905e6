"""What a comparison with people comes to, as records of numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.analysis.humans.distances import Distance
from sociarium.analysis.humans.equivalence import Equivalence
from sociarium.analysis.statistics.intervals import TEstimate


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """A mean, or the share of a category, of agents and of people.

    Attributes:
        value: the category; empty for a mean.
        agents, humans: means over units and over people.
        difference: agents less people, Welch's t over units and people; None where `note` says why.
        equivalence: None where no margin is declared, or there is no difference.
    """

    value: str
    agents: float
    humans: float
    difference: TEstimate | None
    equivalence: Equivalence | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeComparison:
    """An outcome of agents beside that of people.

    Attributes:
        group: the subgroup, like `goal=escape`; empty for all.
        kind: `scale` (Wasserstein's distance) or `categories` (total variation).
        unit: of the agents: `runs`, or `replicates` where runs of several conditions share draws.
        units, values: of the agents.
        people, rows: of the table.
        spread_agents, spread_humans: standard deviations of all values, units and people weighing the same; None for
            categories.
        means: one for a scale, one for each category.
    """

    outcome: str
    group: str
    kind: str
    unit: str
    units: int
    values: int
    people: int
    rows: int
    spread_agents: float | None
    spread_humans: float | None
    means: tuple[MeanComparison, ...]
    distance: Distance


@dataclass(frozen=True, slots=True)
class HumanComparison:
    """A table of people beside the runs of a selection.

    Attributes:
        table: name of its file; `table_digest` is the SHA-256.
        declared: file that declares what is compared, with its SHA-256; empty where it was typed.
        intake: rows and runs that went in, and what did not, a sentence each.
        notes: what limits the numbers.
    """

    table: str
    table_digest: str
    declared: str
    declared_digest: str
    outcomes: tuple[OutcomeComparison, ...]
    intake: tuple[str, ...]
    notes: tuple[str, ...]
