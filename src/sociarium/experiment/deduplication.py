"""Conditions that come to the same content, found without listing the conditions.

Most factors tell their conditions apart by themselves: two conditions that differ in one of them differ in content.
A *suspect* factor may not: two of its levels say the same, or what it sets is not used in every condition (the
summarizer's model when there is one day). Only suspects, and the factors that decide whether they are used, are
enumerated and compared by content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.factors import Factor
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.design.wordings import every_wording
from sociarium.experiment.environments import spec_of
from sociarium.experiment.prompts.text import wordings_of
from sociarium.experiment.resolve import resolve
from sociarium.experiment.sweep import Level


@dataclass(frozen=True, slots=True)
class Deduplication:
    """Which conditions of a design share content.

    Attributes:
        positions: of the factors that had to be compared.
        groups: combinations of their levels that come to the same content, two or more each.
        repeats: how many conditions have one such combination.
        conditions: how many different conditions there are, by content.
    """

    positions: tuple[int, ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    repeats: int
    conditions: int

    def repeated_combinations(self) -> frozenset[tuple[int, ...]]:
        """Combinations that come to the content of an earlier one."""
        return frozenset(combination for group in self.groups for combination in group[1:])

    @property
    def count(self) -> int:
        """Groups of whole conditions that share content."""
        return len(self.groups) * self.repeats

    def example_groups(self, design: Design, *, most: int) -> list[list[dict[str, Level]]]:
        """Groups of whole conditions that share content, the first ones."""
        return list(islice(self._groups(design), most))

    def _groups(self, design: Design) -> Iterator[list[dict[str, Level]]]:
        others = [position for position in range(len(design.factors)) if position not in self.positions]
        for group in self.groups:
            for rest in product(*(range(len(design.factors[position].levels)) for position in others)):
                fixed = dict(zip(others, rest, strict=True))
                yield [
                    design.condition(fixed | dict(zip(self.positions, combination, strict=True)))
                    for combination in group
                ]


def deduplicate(definition: Definition, design: Design) -> Deduplication:
    """Compare the conditions of a design by content, as few of them as will do."""
    suspects = [factor for factor in design.factors if _is_suspect(factor, definition, design)]
    if not suspects:
        return Deduplication((), (), 1, design.size)
    direct = {slot for factor in suspects for slot in factor.slots}
    positions = design.deciding(
        direct | {guard for slot in direct for guard in spec_of(definition).guards(slot, definition)}
    )
    by_content: dict[tuple[str, ...], list[tuple[int, ...]]] = {}
    wordings = every_wording(spec_of(definition).texts(definition))
    for levels, _ in design.combinations(positions):
        settings = design.exemplary(levels)
        digests = tuple(resolve(definition, {**settings, **wording}).digest for wording in wordings)
        by_content.setdefault(digests, []).append(tuple(levels[position] for position in positions))
    repeats = design.size // max(design.combination_count(positions), 1)
    groups = tuple(tuple(group) for group in by_content.values() if len(group) > 1)
    return Deduplication(positions, groups, repeats, len(by_content) * repeats)


def _is_suspect(factor: Factor, definition: Definition, design: Design) -> bool:
    effects = [_effect(level.sets, factor, definition) for level in factor.levels]
    if any(effect in effects[:position] for position, effect in enumerate(effects)):
        return True
    return any(not spec_of(definition).is_always_used(slot, definition, design) for slot in factor.slots)


def _effect(sets: Settings, factor: Factor, definition: Definition) -> Mapping[str, object]:
    """What a level does to each slot of its factor, where the slot is used."""
    texts = spec_of(definition).texts(definition)
    effect: dict[str, object] = {}
    for slot in factor.slots:
        value = sets.get(slot)
        if slot in texts:
            wordings = wordings_of(texts[slot], None if value is None else str(value))
            is_event = slot.startswith("event.")
            effect[slot] = tuple(text if not is_event or text.strip() else "" for text in wordings)
        else:
            effect[slot] = value
    return effect
