"""Which runs the second results leave out: by the experiment's own rules, or those with a flagged message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sociarium.analysis.exclusions import broken_rules
from sociarium.analysis.results import RunNumbers
from sociarium.exchange.tables.read import RunTables
from sociarium.experiment.hypotheses import ExclusionRule

MARKS = ("hypotheses", "excluded", "left_out")
"""Columns of runs: hash at the first claim; the rules by which a run does not count, by number; whether it does not."""


def mark_left_out(
    places: Sequence[dict[str, Any]], rules: Sequence[ExclusionRule], run: RunTables, numbers: RunNumbers
) -> None:
    """Mark the rows of a run. Where an experiment has no rules, a flagged message leaves out."""
    broken = broken_rules(rules, run, numbers)
    numbers_of_rules = tuple(at for at, rule in enumerate(rules, start=1) if rule in broken)
    for row in places:
        row["excluded"] = numbers_of_rules
        row["left_out"] = bool(broken) if rules else numbers.is_flagged
