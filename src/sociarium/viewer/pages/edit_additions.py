"""What can be added to what is compared: factors, levels that set several things, combinations that are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sociarium.editing.change import Change, refuse_unusable
from sociarium.editing.comparison import add_sweep, compared_factors, raw_level, set_factor, sweep_locs
from sociarium.editing.document import Document
from sociarium.editing.levels import typed_levels, wholes
from sociarium.editing.texts import value_at
from sociarium.editing.values import with_value
from sociarium.editing.words import slot_words
from sociarium.errors import BadInput
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_fields import EditAddition, EditField, Sent, last_value, name_of

Slots = Mapping[str, Settable]
USUAL = ("messages", "days", "model")
"""What every comparison is asked about."""


def additions_of(document: Document, sweep: Loc, slots: Slots) -> Iterator[EditAddition]:
    """What can be added to a sweep, and one more sweep."""
    factors = compared_factors(document, sweep)
    free = [slot for slot in slots if slot not in factors and not slot.startswith(("agents.", "people."))]
    choices = tuple((slot, slot_words(document, slot)) for slot in free if slot not in USUAL)
    if choices:
        yield _new_factor(sweep, slots, choices)
    if free:
        yield _new_group(sweep, slots, choices, [*factors, *slots])
    compared = {factor: labels for factor, labels in factors.items() if len(labels) > 1}
    if compared:
        yield _new_rule(document, sweep, compared)
    if value_at(document, sweep) is not None:
        yield _new_sweep(document, sweep)


def _new_factor(sweep: Loc, slots: Slots, choices: tuple[tuple[str, str], ...]) -> EditAddition:
    what = EditField(
        name_of("new", "factor", *sweep), "What", ("",), kind="choice", choices=(("", "nothing more"), *choices)
    )
    levels = EditField(name_of("new", "levels", *sweep), "Its levels; of versions and names empty for all", ("",))

    def add(document: Document, sent: Sent) -> Change:
        slot, line = sent[what.name][-1], last_value(sent, levels.name)
        if slot not in slots:
            raise BadInput("Choose what is compared or set.")
        if not line.strip() and not slots[slot].choices:
            raise BadInput("Write its levels.")
        chosen = read_levels(line, slots[slot]) if line.strip() else list(slots[slot].choices or ())
        return set_factor(document, sweep, slot, chosen)

    return EditAddition("Compare or set something more", (what, levels), add)


def _new_group(sweep: Loc, slots: Slots, choices: tuple[tuple[str, str], ...], taken: Sequence[str]) -> EditAddition:
    name = EditField(name_of("new", "linked", *sweep), "Its name in your tables", ("",), hint="climate")
    together = EditField(
        name_of("new", "together", *sweep), "What its levels set, each all at once", (), kind="several", choices=choices
    )

    def add(document: Document, sent: Sent) -> Change:
        factor = " ".join(sent[name.name][-1].split())
        chosen = [slot for slot in sent.get(together.name, ()) if slot in slots]
        refuse_unusable(factor, taken, "comparison")
        if not chosen:
            raise BadInput("Choose what its levels set.")
        values = {slot: _first_value(slots[slot]) for slot in chosen}
        return set_factor(document, sweep, factor, [{"name": word, **values} for word in ("level 1", "level 2")])

    return EditAddition("Let several change together", (name, together), add)


def _first_value(settable: Settable) -> Any:
    if settable.choices:
        return settable.choices[0]
    return settable.least if settable.least is not None else ""


def _new_rule(document: Document, sweep: Loc, compared: Mapping[str, Sequence[str]]) -> EditAddition:
    fields = {
        factor: EditField(
            name_of("new", "rule", *sweep, factor),
            slot_words(document, factor),
            ("",),
            kind="choice",
            choices=(("", "any"), *((one, one) for one in labels)),
        )
        for factor, labels in compared.items()
    }

    def add(document: Document, sent: Sent) -> Change:
        chosen = {factor: last_value(sent, one.name) for factor, one in fields.items() if last_value(sent, one.name)}
        rule = {factor: raw_level(document, sweep, factor, label) for factor, label in chosen.items()}
        return Change(with_value(document, (*sweep, "exclude"), [*rules_of(document, sweep), rule]))

    return EditAddition("Leave a combination out", tuple(fields.values()), add)


def _new_sweep(document: Document, sweep: Loc) -> EditAddition:
    name = EditField(name_of("new", "sweep", *sweep), "Its name; it begins as a copy of the first", ("",))

    def add(document: Document, sent: Sent) -> Change:
        title = sent[name.name][-1].strip()
        refuse_unusable(title, list(sweep_locs(document)), "comparison")
        return Change(add_sweep(document, title, former=ONLY_SWEEP))

    return EditAddition("One more comparison", (name,), add)


def free_level_name(names: Sequence[str]) -> str:
    """A name that no level has."""
    return next(name for number in range(1, len(names) + 2) if (name := f"level {number}") not in names)


def rules_of(document: Document, sweep: Loc) -> list[Any]:
    """Combinations that are left out of a sweep."""
    rules = value_at(document, (*sweep, "exclude"))
    return rules if isinstance(rules, list) else []


def read_levels(line: str, settable: Settable | None) -> list[Any]:
    """What was typed as levels; words where numbers are meant are kept, and told as faults."""
    if not line.strip():
        return []
    if settable is not None and settable.least is not None:
        try:
            return list(wholes(line))
        except ValueError:
            pass
    return typed_levels(line)
