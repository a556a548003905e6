"""What a sweep comes to: its conditions, reached by number and never listed.

Exclusions couple the factors they name: the allowed combinations of the coupled factors are enumerated once, all
others multiply freely. A million conditions cost what the coupled factors cost.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from math import prod

from sociarium.experiment.design.factors import Exclusion, Factor
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.sweep import Level

Levels = Mapping[int, int]
"""Factor position -> level position, for some or all factors."""
_Kinds = tuple[tuple[str, Hashable], ...]


class Design:
    """The conditions of a sweep: the product of its factors less the excluded.

    A condition is numbered 0 ... size-1; `levels(number)` says which level of each factor it has.
    """

    def __init__(self, factors: Sequence[Factor], exclusions: Iterable[Exclusion] = ()) -> None:
        self.factors = tuple(factors)
        self._exclusions = tuple(exclusions)
        self._counts = [len(factor.levels) for factor in self.factors]
        self._coupled = tuple(sorted({position for rule in self._exclusions for position in rule}))
        self._free = tuple(i for i in range(len(self.factors)) if i not in self._coupled)
        self._free_size = prod(self._counts[i] for i in self._free)
        self._played: dict[int, Iterable[int]] = {}
        self._allowed = array("Q", (number for number, _ in self._allowed_combinations()))
        self.size = len(self._allowed) * self._free_size
        self._first = dict.fromkeys(range(len(self.factors)), 0)

    def _allowed_combinations(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        place = {position: i for i, position in enumerate(self._coupled)}
        rules = [[(place[position], levels) for position, levels in rule.items()] for rule in self._exclusions]
        for number, combination in enumerate(product(*(range(self._counts[i]) for i in self._coupled))):
            if not any(all(combination[i] in levels for i, levels in rule) for rule in rules):
                yield number, combination

    def levels(self, number: int) -> Levels:
        """The level of every factor in a condition."""
        if not 0 <= number < self.size:
            raise IndexError(number)
        block, free = divmod(number, self._free_size)
        by_position: dict[int, int] = {}
        for positions, rest in ((self._coupled, self._allowed[block]), (self._free, free)):
            remaining = rest
            for position in reversed(positions):
                remaining, by_position[position] = divmod(remaining, self._counts[position])
        return {position: by_position[position] for position in range(len(self.factors))}

    def condition(self, levels: Levels) -> dict[str, Level]:
        """Factor name -> label of its level, in the order of the file."""
        return {
            self.factors[position].name: self.factors[position].levels[level].label
            for position, level in sorted(levels.items())
        }

    def settings(self, levels: Levels) -> Settings:
        """Slot name -> value, as the levels set them."""
        slots: dict[str, Level] = {}
        for position, level in levels.items():
            slots.update(self.factors[position].levels[level].sets)
        return slots

    def exemplary(self, levels: Levels) -> Settings:
        """The settings of some levels, every other factor at its first level."""
        return self.settings(self._first | dict(levels))

    def deciding(self, slots: Iterable[str]) -> tuple[int, ...]:
        """Positions of the factors that decide these slots, with those that exclusions couple to them."""
        names = set(slots)
        positions = {i for i, factor in enumerate(self.factors) if factor.slots & names}
        return tuple(sorted(positions | set(self._coupled) if positions & set(self._coupled) else positions))

    def combinations(self, positions: Sequence[int]) -> Iterator[tuple[Levels, int]]:
        """Every allowed combination of some factors, and the number of conditions that have it.

        Args:
            positions: from `deciding`, so that they hold all coupled factors or none.
        """
        coupled = self._coupled if set(self._coupled) <= set(positions) else ()
        free = [position for position in self._free if position in positions]
        others = prod(self._counts[i] for i in self._free if i not in free)
        multiplicity = others * (1 if coupled else len(self._allowed))
        blocks: Iterable[tuple[int, tuple[int, ...]]] = self._allowed_combinations() if coupled else [(0, ())]
        for _, block in blocks:
            for rest in product(*(range(self._counts[i]) for i in free)):
                if multiplicity:
                    yield dict(zip((*coupled, *free), (*block, *rest), strict=True)), multiplicity

    def combination_count(self, positions: Sequence[int]) -> int:
        """How many combinations `combinations` yields."""
        coupled = set(self._coupled) <= set(positions) and bool(self._coupled)
        free = prod(self._counts[i] for i in self._free if i in positions)
        return free * (len(self._allowed) if coupled else 1)

    def values(self, slot: str, default: Level | None) -> set[Level | None]:
        """Every value that a slot has in some condition; its default where a level leaves it alone."""
        for position, factor in enumerate(self.factors):
            if slot in factor.slots:
                return {factor.levels[level].sets.get(slot, default) for level in self._levels_in_use(position)}
        return {default}

    def _levels_in_use(self, position: int) -> Iterable[int]:
        """The levels of a factor that some condition has; all where none is left."""
        every = range(self._counts[position])
        if position not in self._coupled or not self._allowed:
            return every
        if position not in self._played:
            count, used = self._counts[position], set[int]()
            step = prod(self._counts[i] for i in self._coupled if i > position)
            for number in self._allowed:
                used.add(number // step % count)
                if len(used) == count:
                    break
            self._played[position] = used
        return self._played[position]

    def joint_kinds(self, kinds: Mapping[str, Callable[[Level | None], Hashable]]) -> Iterator[dict[str, Hashable]]:
        """Every combination of kinds of values that some slots have together in a condition.

        Args:
            kinds: slot -> of which kind a value is, None where levels leave it alone; values of one kind count as one.
        """
        positions = self.deciding(kinds)
        by_level = {position: self._kinds_of_levels(position, kinds) for position in positions}
        coupled = self._coupled if set(self._coupled) <= set(positions) else ()
        rows = self._allowed_combinations() if coupled else [(0, ())]
        parts: list[Iterable[Iterable[_Kinds]]] = [
            dict.fromkeys(
                tuple(by_level[position][level] for position, level in zip(coupled, row, strict=True))
                for _, row in rows
            )
        ]
        free = [position for position in positions if position in self._free]
        parts += [[(one,) for one in dict.fromkeys(by_level[position])] for position in free]
        untouched = {slot: kind(None) for slot, kind in kinds.items()}
        for combination in product(*parts):
            yield untouched | dict(chain.from_iterable(chain.from_iterable(combination)))

    def _kinds_of_levels(self, position: int, kinds: Mapping[str, Callable[[Level | None], Hashable]]) -> list[_Kinds]:
        """What each level of a factor sets of some slots."""
        slots = [slot for slot in kinds if slot in self.factors[position].slots]
        return [
            tuple((slot, kinds[slot](level.sets.get(slot))) for slot in slots)
            for level in self.factors[position].levels
        ]

    def varies(self, slot: str) -> bool:
        """Whether a factor sets a slot."""
        return any(slot in factor.slots for factor in self.factors)
