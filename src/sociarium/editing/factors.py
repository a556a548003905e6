"""What is compared, when its parts get other names or are taken away: factors, their levels, what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sociarium.count_text import count_text
from sociarium.editing.change import names_of
from sociarium.editing.document import Document
from sociarium.editing.references import ReferenceRenames, Renames, change_references
from sociarium.editing.words import slot_words


@dataclass(slots=True)
class _Outcome:
    followed: dict[str, None] = field(default_factory=dict)
    dropped: dict[str, None] = field(default_factory=dict)
    shortened: dict[str, None] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)
    exclusions: int = 0


@dataclass(slots=True)
class _SweepChange:
    """The change of one sweep."""

    slots: Renames
    levels: Mapping[str, Renames]
    outcome: _Outcome
    gone: dict[str, set[str]] = field(default_factory=dict)
    """Factor -> the labels that it has no longer."""
    dropped: set[str] = field(default_factory=set)

    def factors(self, factors: Mapping[str, Any]) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for name, raw in factors.items():
            value = self._linked_levels(name, raw) if is_linked(raw) else self._plain(name, raw)
            if value is None:
                self.dropped.add(name)
                self.outcome.dropped[name] = None
                continue
            new = self.slots.get(name) or name
            changed[new] = value
            if self.gone.get(name):
                self.outcome.shortened[name] = None
            elif new != name or value != raw:
                self.outcome.followed[name] = None
        return changed

    def _plain(self, name: str, raw: Any) -> Any:
        if name in self.slots and self.slots[name] is None:
            return None
        renames = self.levels.get(name)
        if not renames or isinstance(raw, dict) or raw is None:
            return raw
        levels = [renamed for value in _as_list(raw) if (renamed := self._level(name, value, renames)) is not None]
        if not levels:
            return raw if raw == [] else None
        return levels if isinstance(raw, list) else levels[0]

    def _level(self, name: str, value: Any, renames: Renames) -> Any:
        label = label_of(value)
        if label not in renames:
            return value
        if renames[label] is None:
            self.gone.setdefault(name, set()).add(label)
        return renames[label]

    def _linked_levels(self, name: str, raw: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
        levels = []
        for level in raw:
            if (changed := self._linked_level(level)) is None:
                self.gone.setdefault(name, set()).add(label_of(level.get("name")))
            else:
                levels.append(changed)
        sets_nothing = all(set(level) <= {"name"} for level in levels)
        return None if not levels or (sets_nothing and levels != raw) else levels

    def _linked_level(self, level: Mapping[str, Any]) -> dict[str, Any] | None:
        changed: dict[str, Any] = {}
        for slot, value in level.items():
            if slot == "name":
                changed[slot] = value
                continue
            if slot in self.slots and self.slots[slot] is None:
                continue
            renames = self.levels.get(slot, {})
            label = label_of(value)
            if label in renames and renames[label] is None:
                return None
            changed[self.slots.get(slot) or slot] = renames.get(label, value)
        return changed

    def exclusions(self, rules: Any) -> list[Any]:
        if not isinstance(rules, list):
            return []
        rules_left = []
        for rule in rules:
            if not isinstance(rule, dict):
                rules_left.append(rule)
            elif (changed := self._exclusion(rule)) is None:
                self.outcome.exclusions += 1
            else:
                rules_left.append(changed)
        return rules_left

    def _exclusion(self, rule: Mapping[str, Any]) -> dict[str, Any] | None:
        changed: dict[str, Any] = {}
        for name, choice in rule.items():
            # Without one of its factors a rule would leave out more than was meant: it goes as a whole.
            if name in self.dropped:
                return None
            gone = self.gone.get(name, set())
            renames = self.levels.get(name, {})
            labels = [renames.get(label_of(one)) or one for one in _as_list(choice) if label_of(one) not in gone]
            if not labels and _as_list(choice):
                return None
            changed[self.slots.get(name) or name] = labels if isinstance(choice, list) else labels[0]
        return changed


def change_factors(
    document: dict[str, Any],
    before: Document,
    *,
    slots: Renames | None = None,
    levels: Mapping[str, Renames] | None = None,
) -> list[str]:
    """Let every sweep of a document follow.

    A factor without levels is dropped, and so is a combination left out that would mean something else without it.

    Args:
        document: changed in place.
        before: the document as it was, in whose words the sentences speak.
        slots: what factors set, by its name -> its new name, or None where it is gone.
        levels: the same of the levels of what factors set.

    Returns:
        Sentences that say what followed.
    """
    outcome = _Outcome()
    for sweep in sweeps_of(document):
        change = _SweepChange(slots or {}, levels or {}, outcome)
        if "factors" in sweep:
            sweep["factors"] = change.factors(names_of(sweep, "factors"))
        for name, labels in change.gone.items():
            outcome.gone.setdefault(name, set()).update(labels)
        if "exclude" in sweep:
            sweep["exclude"] = change.exclusions(sweep["exclude"])
            if not sweep["exclude"]:
                del sweep["exclude"]
    return [
        *(f"“{slot_words(before, name)}” is compared; the comparison follows." for name in outcome.followed),
        *(f"“{slot_words(before, name)}” is compared in fewer versions now." for name in outcome.shortened),
        *(f"“{slot_words(before, name)}” is no longer compared." for name in outcome.dropped),
        *(
            [f"{count_text(outcome.exclusions, 'combination')} that had been left out cannot be named any more."]
            if outcome.exclusions
            else []
        ),
        *change_references(document, _renames_of_references(slots or {}, levels or {}, outcome)),
    ]


def _renames_of_references(slots: Renames, levels: Mapping[str, Renames], outcome: _Outcome) -> ReferenceRenames:
    gone: dict[str, Renames] = {name: dict.fromkeys(labels) for name, labels in outcome.gone.items()}
    every = {name: {**levels.get(name, {}), **gone.get(name, {})} for name in (*levels, *gone)}
    return ReferenceRenames({**slots, **dict.fromkeys(outcome.dropped)}, every)


def sweeps_of(document: Document) -> Iterator[dict[str, Any]]:
    """Every sweep of a document."""
    for sweep in (document.get("sweep"), *names_of(document, "sweeps").values()):
        if isinstance(sweep, dict):
            yield sweep


def factor_slots(document: Document) -> Collection[str]:
    """Everything that a factor of some sweep sets."""
    slots: dict[str, None] = {}
    for sweep in sweeps_of(document):
        for name, raw in names_of(sweep, "factors").items():
            if is_linked(raw):
                slots |= dict.fromkeys(slot for level in raw for slot in level if slot != "name")
            else:
                slots[name] = None
    return slots


def is_linked(raw: Any) -> bool:
    """Whether a factor's levels set several things each."""
    return isinstance(raw, list) and bool(raw) and all(isinstance(level, dict) for level in raw)


def label_of(value: Any) -> str:
    """A level as it is compared with names."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]
