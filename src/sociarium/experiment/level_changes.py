"""A condition with some of its levels changed: what a fork changes of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sociarium.errors import BadInput
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.factors import Factor, FactorLevel
from sociarium.experiment.design.settable import Settable, Settings
from sociarium.experiment.environments import settables
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.sweep import Level

Condition = Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class ChangedCondition:
    """A condition before and after a change.

    Attributes:
        condition: factor -> level, afterwards.
        before, after: what they set, slot by slot.
    """

    condition: Condition
    before: Settings
    after: Settings


def change_levels(
    definition: Definition, design: Design, condition: Condition, changes: Mapping[str, str]
) -> ChangedCondition:
    """Change levels of a condition.

    Args:
        condition: of a run; what it names beside the design's factors and the definition's slots sets nothing.
        changes: level, as written, by a factor of the design, or by anything else that a factor could set.

    Raises:
        BadInput: there is no such factor or level, or the condition has that level already; the nearest are named.
    """
    slots = settables(definition)
    factors = {factor.name: factor for factor in design.factors}
    before = _settings(factors, slots, condition)
    after, changed = dict(before), dict(condition)
    for name, text in changes.items():
        level = _level(name, text, factors, slots)
        if changed.get(name) == level.label or all(before.get(slot) == value for slot, value in level.sets.items()):
            raise BadInput(f"{name} is {text} already; nothing would change")
        for slot in factors[name].slots if name in factors else ():
            after.pop(slot, None)
        after.update(level.sets)
        changed[name] = level.label
    return ChangedCondition(changed, before, after)


def settings_of(definition: Definition, design: Design, condition: Condition) -> Settings:
    """What a condition sets, slot by slot; what it names beside factors and slots sets nothing."""
    return _settings({factor.name: factor for factor in design.factors}, settables(definition), condition)


def _settings(factors: Mapping[str, Factor], slots: Mapping[str, Settable], condition: Condition) -> Settings:
    settings: dict[str, Level] = {}
    for name, label in condition.items():
        if name in factors:
            level = next((one for one in factors[name].levels if one.label == label), None)
            # A level that an earlier fork set need not be one of the sweep's.
            settings.update(level.sets if level else {name: label} if name in slots else {})
        elif name in slots:
            settings[name] = label
    return settings


def _level(name: str, text: str, factors: Mapping[str, Factor], slots: Mapping[str, Settable]) -> FactorLevel:
    if name in factors:
        levels = factors[name].levels
        if match := next((level for level in levels if str(level.label) == text), None):
            return match
        if name not in slots:
            raise BadInput(f"{text!r} is no level of {name}; {did_you_mean(text, [str(one.label) for one in levels])}")
    if name not in slots:
        names = [*factors, *slots]
        raise BadInput(f"there is no {name!r} to set; {did_you_mean(name, names)}")
    try:
        value = slots[name].read(text if slots[name].choices is not None else _scalar(text))
    except ValueError as error:
        raise BadInput(f"{name}: {error}") from None
    return FactorLevel(value, {name: value})


def _scalar(text: str) -> object:
    """A number or `true` as one writes it; any other text as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text
