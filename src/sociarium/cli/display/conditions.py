"""Conditions as people read them: only the factors in which the ones shown differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sociarium.exchange.sanitize import one_line
from sociarium.experiment.level import Level
from sociarium.records.lists import bare_factor, head_of_factor, label_of


class SeenLevels:
    """The levels of conditions as they come."""

    def __init__(self) -> None:
        self._levels: dict[str, set[Level | None]] = {}
        self._is_first = True

    def add(self, condition: Mapping[str, Level]) -> None:
        """Take note of one more."""
        for factor in condition:
            # A factor that earlier conditions lack differs from them.
            self._levels.setdefault(factor, set() if self._is_first else {None})
        for factor, values in self._levels.items():
            values.add(condition.get(factor))
        self._is_first = False

    @property
    def varying(self) -> list[str]:
        """The factors that differ between those that came, in their order."""
        return [factor for factor, values in self._levels.items() if len(values) > 1]


def varying_factors(conditions: Iterable[Mapping[str, Level]]) -> list[str]:
    """The factors that differ between conditions, in their order."""
    seen = SeenLevels()
    for condition in conditions:
        seen.add(condition)
    return seen.varying


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
