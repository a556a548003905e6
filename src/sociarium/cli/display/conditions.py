"""Conditions as people read them: only the factors in which the ones shown differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sociarium.exchange.sanitize import one_line
from sociarium.experiment.level import Level


def varying_factors(conditions: Iterable[Mapping[str, Level]]) -> list[str]:
    """The factors that differ between conditions, in their order."""
    levels: dict[str, set[Level | None]] = {}
    for number, condition in enumerate(conditions):
        for factor in condition:
            # A factor that earlier conditions lack differs from them.
            levels.setdefault(factor, {None} if number else set())
        for factor, values in levels.items():
            values.add(condition.get(factor))
    return [factor for factor, values in levels.items() if len(values) > 1]


def condition_text(condition: Mapping[str, Level], factors: Iterable[str]) -> str:
    """Some factors of a condition on one line."""
    levels = (f"{factor}={condition[factor]}" for factor in factors if factor in condition)
    return one_line(" · ".join(levels), most=300)
