"""Factors: what a sweep varies, read from the file against the slots of its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from sociarium.experiment.design.settable import Settable, Settings
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean
from sociarium.experiment.sweep import Level, Sweep

MOST_LEVELS = 1_000_000
"""Levels that one factor may have."""


@dataclass(frozen=True, slots=True)
class FactorLevel:
    """A level: its label in conditions, and the slots it sets."""

    label: Level
    sets: Settings


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor with its levels in the order of the file."""

    name: str
    levels: tuple[FactorLevel, ...]

    @property
    def slots(self) -> frozenset[str]:
        """The slots that any of its levels sets."""
        return frozenset(slot for level in self.levels for slot in level.sets)


Exclusion = Mapping[int, frozenset[int]]
"""Factor position -> level positions; a condition that has one of them in each factor is left out."""


@dataclass(slots=True)
class _Reader:
    slots: Mapping[str, Settable]
    faults: list[PathProblem]

    def fault(self, loc: Loc, message: str, mend: str = "") -> None:
        self.faults.append(PathProblem(loc, message, mend))

    def factor(self, name: str, raw: Any, loc: Loc) -> Factor | None:
        linked = isinstance(raw, list) and bool(raw) and all(isinstance(level, dict) for level in raw)
        if name not in self.slots:
            if linked:
                return Factor(name, self._linked_levels(raw, loc))
            self.fault(loc, f"there is no {name!r} to vary", self._nearest(name))
            return None
        if linked:
            self.fault(loc, f"{name!r} takes plain levels", "give a linked factor a name of its own")
            return None
        values = self._values(raw, loc)
        levels = [self._level(name, value, where) for value, where in values]
        valid = tuple(level for level in levels if level is not None)
        self._refuse_doubles([level.label for level in valid], loc)
        return Factor(name, valid) if valid else None

    def _level(self, name: str, value: Any, loc: Loc) -> FactorLevel | None:
        try:
            label = self.slots[name].read(value)
        except ValueError as error:
            message, _, mend = str(error).partition("; ")
            self.fault(loc, f"{name}: {message}", mend)
            return None
        return FactorLevel(label, {name: label})

    def _values(self, raw: Any, loc: Loc) -> list[tuple[Any, Loc]]:
        if isinstance(raw, dict):
            return [(value, loc) for value in self._range(raw, loc)]
        if isinstance(raw, list):
            if not raw:
                self.fault(loc, "the factor has no levels", "write at least one, or take the factor out")
            return [(value, (*loc, position)) for position, value in enumerate(raw)]
        if raw is None:
            self.fault(loc, "the factor has no levels", "write at least one, or take the factor out")
            return []
        return [(raw, loc)]

    def _range(self, raw: dict[str, Any], loc: Loc) -> list[int | float]:
        mend = "write {from: 1, to: 3}, with `by:` for another step"
        if not {"from", "to"} <= set(raw) <= {"from", "to", "by"}:
            self.fault(loc, "a range has `from`, `to` and perhaps `by`", mend)
            return []
        ends = (raw["from"], raw["to"], raw.get("by", 1))
        if any(isinstance(end, bool) or not isinstance(end, int | float) for end in ends):
            self.fault(loc, "the ends of a range are numbers", mend)
            return []
        first, last, step = (Decimal(str(end)) for end in ends)
        if step <= 0 or last < first:
            self.fault(loc, f"the range from {first} to {last} by {step} is empty", mend)
            return []
        count = int((last - first) / step) + 1
        if count > MOST_LEVELS:
            self.fault(loc, f"the range has {count} levels", f"at most {MOST_LEVELS} are allowed")
            return []
        whole = all(isinstance(end, int) for end in ends)
        numbers = (first + step * i for i in range(count))
        return [int(number) if whole else float(number) for number in numbers]

    def _linked_levels(self, raw: list[dict[str, Any]], loc: Loc) -> tuple[FactorLevel, ...]:
        levels = []
        for position, level in enumerate(raw):
            where = (*loc, position)
            label = level.get("name")
            if not isinstance(label, str) or not label:
                self.fault(where, "a level that sets several things needs a name", "write `name: ...` into it")
                continue
            sets: dict[str, Level] = {}
            for slot, value in level.items():
                if slot == "name":
                    continue
                if slot not in self.slots:
                    self.fault((*where, slot), f"there is no {slot!r} to set", self._nearest(slot))
                elif (part := self._level(slot, value, (*where, slot))) is not None:
                    sets.update(part.sets)
            levels.append(FactorLevel(label, sets))
        self._refuse_doubles([level.label for level in levels], loc)
        return tuple(levels)

    def _refuse_doubles(self, labels: Sequence[Level], loc: Loc) -> None:
        earlier: set[Level] = set()
        for label in labels:
            if label in earlier:
                self.fault(loc, f"the level {label!r} stands twice", "write it once")
            earlier.add(label)

    def _nearest(self, name: str) -> str:
        head = name.partition(".")[0]
        family = [slot for slot in self.slots if slot.partition(".")[0] == head] or list(self.slots)
        return did_you_mean(name, family)

    def exclusion(self, raw: Mapping[str, Any], factors: Sequence[Factor], loc: Loc) -> Exclusion | None:
        positions = {factor.name: position for position, factor in enumerate(factors)}
        rule: dict[int, frozenset[int]] = {}
        if not raw:
            self.fault(loc, "an empty exclusion would leave out everything", "name a factor and a level")
            return None
        for name, choice in raw.items():
            if name not in positions:
                self.fault((*loc, name), f"{name!r} is not a factor of this sweep", did_you_mean(name, positions))
                continue
            labels = {str(level.label): i for i, level in enumerate(factors[positions[name]].levels)}
            matches = set()
            for label in choice if isinstance(choice, list) else [choice]:
                if str(label) in labels:
                    matches.add(labels[str(label)])
                else:
                    self.fault((*loc, name), f"{label!r} is not a level of {name}", did_you_mean(str(label), labels))
            rule[positions[name]] = frozenset(matches)
        return rule if rule and all(rule.values()) else None


def read_factors(
    sweep: Sweep, slots: Mapping[str, Settable], loc: Loc = ()
) -> tuple[tuple[Factor, ...], tuple[Exclusion, ...], list[PathProblem]]:
    """The factors and exclusions of a sweep.

    Args:
        sweep: as written.
        slots: of its definition.
        loc: path of the sweep in the file, for the faults.

    Returns:
        Factors in the order of the file, exclusions by positions, and every fault found.
    """
    reader = _Reader(slots, [])
    candidates = [reader.factor(name, raw, (*loc, "factors", name)) for name, raw in sweep.factors.items()]
    factors = tuple(factor for factor in candidates if factor is not None)
    for first, second in combinations(factors, 2):
        for slot in sorted(first.slots & second.slots):
            reader.fault(
                (*loc, "factors", second.name),
                f"{slot} is set by {first.name!r} already",
                "let one factor set it",
            )
    all_slots = frozenset[str]().union(*(factor.slots for factor in factors))
    if {"messages", "messages_per_day"} <= all_slots:
        reader.fault((*loc, "factors", "messages_per_day"), "`messages` and `messages_per_day` cannot both stand",
                     "keep one of them")  # fmt: skip
    rules = [reader.exclusion(raw, factors, (*loc, "exclude", position)) for position, raw in enumerate(sweep.exclude)]
    return factors, tuple(rule for rule in rules if rule is not None), reader.faults
