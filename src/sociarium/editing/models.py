"""Models: what follows when one gets another name, and what goes when one is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.editing.change import (
    Change,
    copy_of,
    entries_of,
    names_of,
    refuse_unknown,
    refuse_unusable,
    with_key_renamed,
)
from sociarium.editing.document import Document
from sociarium.editing.factors import change_factors, factor_slots
from sociarium.experiment.design.settable import FACTOR_OPTIONS


def add_model(document: Document, name: str, spec: Mapping[str, Any]) -> Change:
    """One more model, behind the others.

    Raises:
        BadInput: the name cannot be had.
    """
    refuse_unusable(name, names_of(document, "models"), "model")
    changed = copy_of(document)
    changed.setdefault("models", {})[name] = dict(spec)
    return Change(changed)


def rename_model(document: Document, old: str, new: str) -> Change:
    """Another name for a model; comparisons and whoever is written by it follow.

    Raises:
        BadInput: there is no such model, or the new name cannot be had.
    """
    names = names_of(document, "models")
    refuse_unknown(old, names, "model")
    if new == old:
        return Change(copy_of(document))
    refuse_unusable(new, names, "model")
    changed = copy_of(document)
    changed["models"] = with_key_renamed(names_of(changed, "models"), old, new)
    sentences = []
    for entry in _writers(changed):
        if entry.get("model") == old:
            entry["model"] = new
            sentences.append(f"People of the role {entry.get('role', 'person')} are written by {new}.")
    for step, name in names_of(changed, "model").items():
        if name == old:
            changed["model"][step] = new
            sentences.append(f"The step {step} is played by {new}.")
    slots = {f"option.{old}.{option}": f"option.{new}.{option}" for option in FACTOR_OPTIONS}
    levels = {slot: {old: new} for slot in _model_slots(document)}
    sentences += change_factors(changed, document, slots=slots, levels=levels)
    return Change(changed, tuple(sentences))


def remove_model(document: Document, name: str) -> Change:
    """A model taken away, with its options and its place in comparisons; who writes people has to be chosen anew.

    Raises:
        BadInput: there is no such model.
    """
    refuse_unknown(name, names_of(document, "models"), "model")
    changed = copy_of(document)
    del changed["models"][name]
    slots = dict.fromkeys(f"option.{name}.{option}" for option in FACTOR_OPTIONS)
    levels = {slot: {name: None} for slot in _model_slots(document)}
    sentences = change_factors(changed, document, slots=slots, levels=levels)
    sentences += [
        f"People of the role {entry.get('role', 'person')} were written by {name}; choose another model for them."
        for entry in _writers(changed)
        if entry.get("model") == name
    ]
    for step in [step for step, model in names_of(changed, "model").items() if model == name]:
        del changed["model"][step]
        sentences.append(f"The step {step} has no model of its own any more.")
    if "model" in changed and not changed["model"]:
        del changed["model"]
    first = next(iter(names_of(document, "models")))
    if first == name and changed["models"]:
        sentences.append(f"Where no model is chosen, {next(iter(changed['models']))} speaks now.")
    return Change(changed, tuple(sentences))


def _writers(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a feed whose people a model writes."""
    entries = [entry for _, entry in entries_of(document, "people") if "generate" in entry]
    return [*entries, document["newcomers"]] if names_of(document, "newcomers") else entries


def _model_slots(document: Document) -> list[str]:
    return [slot for slot in factor_slots(document) if slot == "model" or slot.startswith("model.")]
