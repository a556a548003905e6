"""What is compared: factors set and taken out, one sweep at a time, and what is left out with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sociarium.count_text import count_text
from sociarium.editing.change import Change, copy_of, refuse_unusable
from sociarium.editing.document import Document
from sociarium.editing.factors import is_linked, label_of
from sociarium.editing.texts import value_at
from sociarium.editing.values import with_value
from sociarium.editing.words import slot_words
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.experiment.problems import Loc

_MOST = 1000


def sweep_locs(document: Document) -> dict[str, Loc]:
    """The sweeps of a document by name, with their paths; the only one need not be there yet."""
    if isinstance(document.get("sweeps"), dict):
        return {str(name): ("sweeps", name) for name in document["sweeps"]}
    return {ONLY_SWEEP: ("sweep",)}


def add_sweep(document: Document, name: str, *, former: str) -> dict[str, Any]:
    """A document with one sweep more, which begins as a copy of the first.

    Args:
        former: what a sweep without a name is called from now on.
    """
    changed = copy_of(document)
    if "sweeps" not in changed:
        changed["sweeps"] = {former: changed.pop("sweep", {})}
    first: Any = next(iter(changed["sweeps"].values()), {})
    return with_value(changed, ("sweeps", name), first)


def levels_of(raw: Any) -> list[Any]:
    """The levels of a factor, spelled out."""
    if isinstance(raw, dict) and {"from", "to"} <= set(raw):
        step = raw.get("by", 1)
        count = int((raw["to"] - raw["from"]) / step) + 1
        return [raw["from"] + step * place for place in range(min(count, _MOST))]
    if raw is None:
        return []
    return list(raw) if isinstance(raw, list) else [raw]


def set_factor(document: Document, sweep: Loc, name: str, levels: Sequence[Any]) -> Change:
    """Other levels for a factor; without any it is taken out. What was left out of it follows."""
    value: Any = list(levels)
    if len(value) == 1 and not isinstance(value[0], dict):
        value = value[0]
    changed = with_value(document, (*sweep, "factors", name), value if levels else None)
    if not isinstance(value_at(changed, sweep), dict):
        changed = with_value(changed, sweep, {})
    labels = {label_of(level.get("name") if isinstance(level, dict) else level) for level in levels}
    rules = value_at(changed, (*sweep, "exclude"))
    rules_left = [rule for rule in (_rule(rule, name, labels) for rule in rules or ()) if rule]
    changed = with_value(changed, (*sweep, "exclude"), rules_left or None)
    gone = len(rules or ()) - len(rules_left)
    sentence = f"{count_text(gone, 'combination')} that had been left out cannot be named any more."
    taken_out = [f"“{slot_words(document, name)}” is no longer compared."] if gone and not levels else []
    return Change(changed, (*taken_out, sentence) if gone else ())


def _rule(rule: Any, name: str, labels: set[str]) -> Any:
    if not isinstance(rule, dict) or name not in rule:
        return rule
    chosen = rule[name] if isinstance(rule[name], list) else [rule[name]]
    levels = [level for level in chosen if label_of(level) in labels]
    return {**rule, name: levels if len(levels) > 1 else levels[0]} if levels else None


def factors_with_levels(document: Document) -> dict[str, list[Any]]:
    """The factors of all sweeps that have several levels, each with its levels as a hypothesis names them."""
    factors: dict[str, list[Any]] = {}
    for loc in sweep_locs(document).values():
        for name, raw in (value_at(document, (*loc, "factors")) or {}).items():
            levels = [level.get("name") if isinstance(level, dict) else level for level in levels_of(raw)]
            factors[name] = list(dict.fromkeys([*factors.get(name, ()), *levels]))
    return {name: levels for name, levels in factors.items() if len(levels) > 1}


def compared_factors(document: Document, sweep: Loc) -> dict[str, list[str]]:
    """The factors of a sweep by name, with the labels of their levels."""
    factors = value_at(document, (*sweep, "factors"))
    return {
        name: [label_of(level.get("name")) if is_linked(raw) else label_of(level) for level in levels_of(raw)]
        for name, raw in (factors or {}).items()
    }


def raw_level(document: Document, sweep: Loc, factor: str, label: str) -> Any:
    """A level as the document has it, by how it is called."""
    levels = levels_of(value_at(document, (*sweep, "factors", factor)))
    return {label_of(level): level for level in levels if not isinstance(level, dict)}.get(label, label)


def rule_words(document: Document, rule: Mapping[str, Any]) -> str:
    """A combination that is left out, in words."""
    return " and ".join(
        f"{slot_words(document, name)}: {' or '.join(map(str, levels_of(value)))}" for name, value in rule.items()
    )


def rename_level(document: Document, sweep: Loc, factor: str, old: str, new: str) -> Change:
    """Another name for a level that sets several things; combinations left out follow.

    Raises:
        BadInput: another level has the name, or it is empty.
    """
    levels = levels_of(value_at(document, (*sweep, "factors", factor)))
    if new == old:
        return Change(copy_of(document))
    refuse_unusable(new, [label_of(level.get("name")) for level in levels], "level")
    renamed = [{**level, "name": new} if label_of(level.get("name")) == old else level for level in levels]
    changed = with_value(document, (*sweep, "factors", factor), renamed)
    for rule in value_at(changed, (*sweep, "exclude")) or ():
        if isinstance(rule, dict) and factor in rule:
            labels = [new if label_of(one) == old else one for one in levels_of(rule[factor])]
            rule[factor] = labels if isinstance(rule[factor], list) else labels[0]
    return Change(changed)
