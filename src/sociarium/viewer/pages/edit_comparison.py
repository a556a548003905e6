"""What is compared: the fields of factors and their levels, of levels that set several things, and of what is left
out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sociarium.editing.change import Change
from sociarium.editing.comparison import (
    levels_of,
    rename_level,
    rule_words,
    set_factor,
    sweep_locs,
)
from sociarium.editing.document import Document
from sociarium.editing.factors import is_linked, label_of
from sociarium.editing.levels import settables_of, typed_text, typed_value
from sociarium.editing.roles import role_names
from sociarium.editing.texts import value_at
from sociarium.editing.values import with_value
from sociarium.editing.words import slot_words
from sociarium.errors import DefinitionError
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_additions import (
    USUAL,
    Slots,
    additions_of,
    free_level_name,
    read_levels,
    rules_of,
)
from sociarium.viewer.pages.edit_fields import EditButton, EditField, EditGroup, EditPart, name_of, value_field

_BROKEN = "Before something more can be compared, mend what is wrong above."
_OF_ROLES = ("agents", "people", "model")


def slots_of(document: Document) -> Slots:
    """Everything that can be compared; nothing while the experiment is not whole."""
    try:
        return settables_of(document)
    except DefinitionError:
        return {}


def role_fields(document: Document, slots: Slots) -> dict[str, list[EditField]]:
    """By role, the fields of how many there are and of which model plays it, for each sweep."""
    fields: dict[str, list[EditField]] = {}
    sweeps = sweep_locs(document)
    for slot in _slots_of_roles(document, slots):
        kind, _, role = slot.partition(".")
        words = "Played by" if kind == "model" else "How many"
        for name, sweep in sweeps.items():
            where = f", in {name}" if len(sweeps) > 1 else ""
            fields.setdefault(role, []).append(_levels_field(document, sweep, slot, slots, f"{words}{where}"))
    return fields


def _slots_of_roles(document: Document, slots: Slots) -> list[str]:
    """What is set of a role: numbers, and models where there are several."""
    roles = role_names(document)
    chosen = [slot for slot in slots if slot.partition(".")[0] in _OF_ROLES and slot.partition(".")[2] in roles]
    return [
        slot
        for slot in chosen
        if not slot.startswith("model.") or len(slots[slot].choices or ()) > 1 or _is_set(document, slot)
    ]


def comparison_parts(document: Document, slots: Slots) -> list[EditPart]:
    """A part for each sweep."""
    sweeps = sweep_locs(document)
    return [_part(document, name, sweep, slots, number) for number, (name, sweep) in enumerate(sweeps.items())]


def _part(document: Document, name: str, sweep: Loc, slots: Slots, number: int) -> EditPart:
    factors = value_at(document, (*sweep, "factors"))
    factors = factors if isinstance(factors, dict) else {}
    usual = [slot for slot in USUAL if slot in slots and (slot != "model" or len(slots[slot].choices or ()) > 1)]
    plain = [slot for slot in dict.fromkeys([*usual, *factors]) if not is_linked(factors.get(slot))]
    # Those of roles stand with the roles; what is no slot any more has to be seen to be taken out.
    of_roles = _slots_of_roles(document, slots)
    shown = [slot for slot in plain if slot not in of_roles]
    replicates = value_field(
        document, (*sweep, "replicates"), f"Replicates of {name}", read=typed_value, kind="number", hint="1"
    )  # fmt: skip
    replicates = replace(replicates, name=f"replicates-{number}")
    groups = [EditGroup("", (replicates, *(_levels_field(document, sweep, slot, slots) for slot in shown)))]
    linked = [factor for factor in factors if is_linked(factors[factor])]
    groups += [group for factor in linked for group in _linked_groups(document, sweep, factor, slots)]
    groups += [_rule_group(document, sweep, position) for position in range(len(rules_of(document, sweep)))]
    several = len(sweep_locs(document)) > 1
    if several:
        out = EditButton(
            f"Take the comparison {name} out", name_of("remove", *sweep), lambda document: _without(document, sweep)
        )
        groups.append(EditGroup("", (), (out,)))
    title = f"What is compared, in {name}" if several or "sweeps" in document else "What is compared"
    about = "Every combination is played. With one level something is set, with several it is compared; separate them "
    about += "by commas: 2, 4 or 1-3. Empty: as it is."
    return EditPart(
        f"compared-{number}",
        title,
        tuple(groups),
        about if slots else _BROKEN,
        tuple(additions_of(document, sweep, slots)),
    )


def _without(document: Document, sweep: Loc) -> Change:
    return Change(with_value(document, sweep, None))


def _is_set(document: Document, slot: str) -> bool:
    return any(value_at(document, (*sweep, "factors", slot)) is not None for sweep in sweep_locs(document).values())


def _levels_field(document: Document, sweep: Loc, slot: str, slots: Slots, label: str = "") -> EditField:
    loc: Loc = (*sweep, "factors", slot)
    settable = slots.get(slot)
    levels = levels_of(value_at(document, loc))
    words = label or slot_words(document, slot)
    label = words[:1].upper() + words[1:] if settable is not None else words
    name = name_of("levels", *loc)
    if settable is not None and settable.choices is not None:
        labels = [label_of(level) for level in levels]
        known = tuple((one, one) for one in dict.fromkeys([*settable.choices, *labels]))

        def choose(document: Document, sent: Sequence[str]) -> Change:
            kept = {label_of(level): level for level in levels}
            return set_factor(document, sweep, slot, [kept.get(one, one) for one in sent if one])

        return EditField(name, label, tuple(labels), choose, loc, "several", known)

    def write(document: Document, sent: Sequence[str]) -> Change:
        return set_factor(document, sweep, slot, read_levels(sent[-1], settable))

    return EditField(name, label, (typed_text(levels) if levels else "",), write, loc, hint=_hint(settable))


def _hint(settable: Settable | None) -> str:
    return "" if settable is None or settable.least is None else "2, 4 or 1-3"


def _linked_groups(document: Document, sweep: Loc, factor: str, slots: Slots) -> Iterator[EditGroup]:
    place: Loc = (*sweep, "factors", factor)
    levels = levels_of(value_at(document, place))
    for position, level in enumerate(levels):
        loc: Loc = (*place, position)
        old = label_of(level.get("name"))
        cells = (_cell(document, (*loc, slot), slots.get(slot)) for slot in level if slot != "name")
        rest = [other for other in levels if other is not level]
        out = EditButton(f"Take {old} out", name_of("remove", *loc), _sets(sweep, factor, rest))
        fields = (_level_name_field(sweep, factor, old, loc), *cells)
        yield EditGroup(f"{factor}: {old}", fields, (out,) if rest else ())
    further = {**(levels[-1] if levels else {}), "name": free_level_name([label_of(one.get("name")) for one in levels])}
    more = EditButton(f"One more level of {factor}", name_of("level", *place), _sets(sweep, factor, [*levels, further]),
                      is_adding=True)  # fmt: skip
    yield EditGroup(
        "", (), (more, EditButton(f"Take {factor} out", name_of("remove", *place), _sets(sweep, factor, [])))
    )


def _sets(sweep: Loc, factor: str, levels: Sequence[Any]) -> Callable[[Document], Change]:
    names = [label_of(level.get("name")) for level in levels]

    def apply(document: Document) -> Change:
        # Values were changed meanwhile: levels that stay are those of the document, by their names.
        now = {label_of(one.get("name")): one for one in levels_of(value_at(document, (*sweep, "factors", factor)))}
        return set_factor(
            document, sweep, factor, [now.get(name, level) for name, level in zip(names, levels, strict=True)]
        )

    return apply


def _level_name_field(sweep: Loc, factor: str, old: str, loc: Loc) -> EditField:
    def apply(document: Document, sent: Sequence[str]) -> Change:
        return rename_level(document, sweep, factor, old, sent[-1].strip())

    return EditField(name_of("name", *loc), "Level", (old,), apply, (*loc, "name"), is_name=True)


def _cell(document: Document, loc: Loc, settable: Settable | None) -> EditField:
    words = slot_words(document, str(loc[-1]))
    label = words[:1].upper() + words[1:]
    value = value_at(document, loc)

    def apply(document: Document, sent: Sequence[str]) -> Change:
        is_name = settable is not None and settable.choices is not None
        return Change(with_value(document, loc, sent[-1] if is_name else typed_value(sent[-1])))

    name, shown = name_of("value", *loc), (label_of(value),)
    if settable is not None and settable.choices is not None:
        choices = tuple((one, one) for one in dict.fromkeys([*settable.choices, label_of(value)]))
        return EditField(name, label, shown, apply, loc, "choice", choices)
    return EditField(name, label, shown, apply, loc, hint=_hint(settable))


def _rule_group(document: Document, sweep: Loc, position: int) -> EditGroup:
    rule = rules_of(document, sweep)[position]
    words = rule_words(document, rule) if isinstance(rule, dict) else str(rule)

    def apply(document: Document) -> Change:
        rest = [one for one in rules_of(document, sweep) if one != rule]
        return Change(with_value(document, (*sweep, "exclude"), rest or None))

    button = EditButton("Play it again", name_of("remove", *sweep, "exclude", position), apply)
    return EditGroup(f"Left out: {words}", (), (button,))
