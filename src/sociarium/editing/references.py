"""What speaks of other parts of an experiment by their names follows them: hypotheses, runs that will not count, early
ends, and questions that are asked after others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sociarium.editing.change import entries_of
from sociarium.experiment.hypotheses import probe_measure

Renames = Mapping[str, str | None]
"""A name -> its new one; None where it is gone."""


@dataclass(frozen=True, slots=True)
class ReferenceRenames:
    """What has another name, or is gone.

    Attributes:
        factors: by the name of the factor.
        levels: of a factor.
        probes, roles: by their names.
    """

    factors: Renames = field(default_factory=dict)
    levels: Mapping[str, Renames] = field(default_factory=dict)
    probes: Renames = field(default_factory=dict)
    roles: Renames = field(default_factory=dict)


def change_references(document: dict[str, Any], renames: ReferenceRenames) -> list[str]:
    """Let hypotheses, rules for runs that do not count or for an early end, and questions after others follow.

    What speaks of something that is gone goes with it.

    Args:
        document: changed in place.

    Returns:
        Sentences that say what followed.
    """
    sentences = [*_change_hypotheses(document, renames), *_change_exclusions(document, renames)]
    for _, probe in entries_of(document, "probes"):
        if isinstance(before := probe.get("after"), str) and before in renames.probes:
            probe["after"] = renames.probes[before]
            if probe["after"] is None:
                del probe["after"]
                sentences.append(f"The question {probe.get('name', '')!r} is asked by itself now.")
    for sweep in (document.get("sweep"), *(document.get("sweeps") or {}).values()):
        rule = sweep.get("stop_when") if isinstance(sweep, dict) else None
        if isinstance(rule, dict) and isinstance(rule.get("measure"), str):
            measure = _measure(rule["measure"], renames)
            if measure is None:
                del sweep["stop_when"]
                sentences.append("By what is gone a comparison ended early; it is played to its end now.")
            else:
                rule["measure"] = measure
    return sentences


def _change_hypotheses(document: dict[str, Any], renames: ReferenceRenames) -> list[str]:
    before = [entry for _, entry in entries_of(document, "hypotheses")]
    if not before:
        return []
    pairs = [(entry, _hypothesis(entry, renames)) for entry in before]
    after = [changed for _, changed in pairs if changed is not None]
    _put(document, "hypotheses", after)
    return [
        *(f"The hypothesis “{entry.get('name', '')}” follows." for entry, changed in pairs
          if changed is not None and changed != entry),
        *(f"The hypothesis “{entry.get('name', '')}” speaks of what is gone, and goes with it."
          for entry, changed in pairs if changed is None),
    ]  # fmt: skip


def _change_exclusions(document: dict[str, Any], renames: ReferenceRenames) -> list[str]:
    before = [entry for _, entry in entries_of(document, "exclusions")]
    after = []
    for rule in before:
        probe = rule.get("probe")
        name = renames.probes.get(probe, probe) if isinstance(probe, str) else probe
        if name is not None or probe is None:
            after.append({**rule, "probe": name} if probe is not None else rule)
    if before:
        _put(document, "exclusions", after)
    gone = len(before) - len(after)
    return [f"{gone} of the rules for runs that do not count asked for what is gone, and went with it."] if gone else []


def _put(document: dict[str, Any], key: str, entries: list[dict[str, Any]]) -> None:
    if entries:
        document[key] = entries
    else:
        del document[key]


def _hypothesis(entry: Mapping[str, Any], renames: ReferenceRenames) -> dict[str, Any] | None:
    """A hypothesis by the new names; None where it speaks of what is gone."""
    changed = dict(entry)
    if isinstance(entry.get("measure"), str):
        changed["measure"] = _measure(entry["measure"], renames)
    if isinstance(entry.get("compare"), dict):
        changed["compare"] = _comparison(entry["compare"], renames)
    for key in ("formula", "term"):
        if isinstance(entry.get(key), str):
            changed[key] = _formula(entry[key], renames)
    return None if any(value is None and entry[key] is not None for key, value in changed.items()) else changed


def _measure(measure: str, renames: ReferenceRenames) -> str | None:
    probe = probe_measure(measure)
    if probe is None:
        return measure
    name = renames.probes.get(probe.name, probe.name)
    role = None if probe.role is None else renames.roles.get(probe.role, probe.role)
    if name is None or (role is None and probe.role is not None):
        return None
    whom = f" of {role}" if role is not None else ""
    option = f" = {probe.option}" if probe.option is not None else ""
    return f"probe {name}{whom} at {probe.moment}{option}"


def _comparison(compare: Mapping[str, Any], renames: ReferenceRenames) -> dict[str, Any] | None:
    factor = str(compare.get("factor"))
    levels = renames.levels.get(factor, {})
    changed = {**compare, "factor": renames.factors.get(factor, factor)}
    for key in ("level", "baseline"):
        if str(compare.get(key)) in levels:
            changed[key] = levels[str(compare[key])]
    return None if any(value is None for value in changed.values()) else changed


def _formula(text: str, renames: ReferenceRenames) -> str | None:
    """A formula, or a coefficient of it such as `goal[escape]`."""
    changed = text
    for factor, levels in renames.levels.items():
        for level, new in levels.items():
            old = f"{factor}[{level}]"
            if old in changed and new is None:
                return None
            changed = changed.replace(old, f"{factor}[{new}]")
    for factor, name in renames.factors.items():
        pattern = rf"(?<![\w.]){re.escape(factor)}(?![\w.])"
        if name is None and re.search(pattern, changed):
            return None
        # A function, since a name is no template; called before the next round.
        changed = re.sub(pattern, lambda _: str(name), changed)  # noqa: B023
    return changed
