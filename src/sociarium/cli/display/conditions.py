"""Conditions as people read them: only the factors in which the ones shown differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sociarium.exchange.sanitize import one_line
from sociarium.experiment.level import Level
from sociarium.records.lists import bare_factor, head_of_factor, label_of


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


def short_heads(factors: Iterable[str]) -> dict[str, str]:
    """Factors without the family that begins their names, and cut, where that leaves each a name of its own."""
    names = list(factors)
    bare = {name: bare_factor(name) for name in names}
    short = {name: head_of_factor(name) for name in names}
    for candidate in (short, bare):
        if len(set(candidate.values())) == len(names):
            return candidate
    return {name: name for name in names}


def level_cell(condition: Mapping[str, Level], factor: str) -> str:
    """The level of a factor as it stands in a table; a dash where the condition has none."""
    return label_of(condition[factor]) if factor in condition else "–"
