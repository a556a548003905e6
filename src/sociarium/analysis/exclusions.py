"""Which runs an experiment's own rules leave out."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.analysis.results import RunNumbers
from sociarium.exchange.tables.read import RunTables
from sociarium.experiment.hypotheses import ExclusionRule


def broken_rules(rules: Sequence[ExclusionRule], run: RunTables, numbers: RunNumbers) -> tuple[ExclusionRule, ...]:
    """The rules by which a run does not count."""
    return tuple(rule for rule in rules if _leaves_out(rule, run, numbers))


def _leaves_out(rule: ExclusionRule, run: RunTables, numbers: RunNumbers) -> bool:
    if rule.flag is not None:
        spoken = [*run.rows["messages"], *run.rows["posts"]]
        flags = {flag for one in spoken for flag in (one["flags"] or "").split()}
        return bool(flags) if rule.flag == "any" else rule.flag in flags
    if rule.ended is not None:
        return numbers.ended == rule.ended
    if rule.messages_below is not None:
        return (numbers.measures["messages"] or 0) < rule.messages_below
    values = [one.value for one in numbers.answers if one.probe == rule.probe and one.value is not None]
    if rule.answer is not None:
        return any((value if isinstance(value, str) else f"{value:g}") == rule.answer for value in values)
    points = [value for value in values if isinstance(value, float)]
    if rule.below is not None:
        return any(point < rule.below for point in points)
    return any(point > (rule.above or 0.0) for point in points)
