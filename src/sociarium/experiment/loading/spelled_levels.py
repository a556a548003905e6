"""Names of variants and models that look like numbers: levels are compared with them as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sociarium.experiment.loading.parse import Tree
from sociarium.experiment.problems import Loc

_OF_NUMBERS = frozenset(
    {"messages", "messages_per_day", "days", "agents", "option", "people", "newcomers", "feed", "memory"}
)
"""First parts of the names of slots that take numbers."""


def spell_levels(tree: Tree) -> None:
    """Put `007`, `1e3`, `1_000` or `null` into sweeps as they are written, where a variant or model has that name.

    YAML reads them as numbers or nothing, and nobody could write the name of such a variant without quotes.
    """
    document = tree.value
    names = set(_names(document))
    for key in ("sweep", "sweeps"):
        part = document.get(key)
        if not isinstance(part, dict):
            continue
        sweeps = {(key,): part} if key == "sweep" else {(key, name): sweep for name, sweep in part.items()}
        for loc, sweep in sweeps.items():
            if isinstance(sweep, dict):
                _spell_sweep(sweep, loc, tree, names)


def _names(value: Any) -> Iterator[str]:
    """Names of variants anywhere in a document, and of models."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in {"variants", "models"} and isinstance(item, dict):
                yield from item
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def _spell_sweep(sweep: dict[str, Any], loc: Loc, tree: Tree, names: set[str]) -> None:
    factors = sweep.get("factors")
    linked = set()
    if isinstance(factors, dict):
        for name, levels in factors.items():
            if isinstance(levels, list) and any(isinstance(level, dict) for level in levels):
                linked.add(name)
                for position, level in enumerate(levels):
                    if isinstance(level, dict):
                        _spell_level(level, (*loc, "factors", name, position), tree, names)
            elif not _takes_numbers(name):
                factors[name] = _spelling(levels, (*loc, "factors", name), tree, names)
    exclusions = sweep.get("exclude")
    for position, rule in enumerate(exclusions if isinstance(exclusions, list) else []):
        if isinstance(rule, dict):
            where = (*loc, "exclude", position)
            for name, choice in rule.items():
                if name in linked:
                    rule[name] = _spelling(choice, (*where, name), tree, None)
                elif not _takes_numbers(name):
                    rule[name] = _spelling(choice, (*where, name), tree, names)


def _spell_level(level: dict[str, Any], loc: Loc, tree: Tree, names: set[str]) -> None:
    for slot, value in level.items():
        if slot == "name":
            level[slot] = _spelling(value, (*loc, slot), tree, None)
        elif not _takes_numbers(slot):
            level[slot] = _spelling(value, (*loc, slot), tree, names)


def _takes_numbers(slot: str) -> bool:
    return slot.partition(".")[0] in _OF_NUMBERS


def _spelling(value: Any, loc: Loc, tree: Tree, names: set[str] | None) -> Any:
    """A value, or each of a list, as it is written, if that is one of the names; with None, in any case."""
    if isinstance(value, list):
        return [_spelling(item, (*loc, position), tree, names) for position, item in enumerate(value)]
    spelling = tree.spellings.get(loc, "")
    return spelling if spelling and (names is None or spelling in names) else value
