"""Factors whose levels set several things at once, and combinations that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.levels import settables_of
from sociarium.cli.hub.page import Row, open_page
from sociarium.cli.questions.answers import Back, Entry
from sociarium.cli.questions.checks import unused_name
from sociarium.cli.wizard.lists import number
from sociarium.editing.comparison import compared_factors, levels_of, set_factor
from sociarium.editing.words import slot_words
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.problems import Loc


def open_together(editor: Editor, sweep: Loc, name: str) -> None:
    """The page of a factor whose levels set several things."""

    def rows() -> list[Row]:
        levels = levels_of(editor.value((*sweep, "factors", name)))
        lines = [
            Row(str(level.get("name")), partial(_open_level, editor, sweep, name, place), _level_value(editor, level))
            for place, level in enumerate(levels)
        ]
        if not lines:
            return [Row("It is taken out", lambda: None)]
        return [*lines, Row("Add a level", partial(_add_level, editor, sweep, name))]

    open_page(editor, f"{name}:", rows, hint="Each level sets all of its values at once.")


def _level_value(editor: Editor, level: dict[str, Any]) -> str:
    return ", ".join(f"{slot_words(editor.document, slot)}: {value}" for slot, value in level.items() if slot != "name")


def _open_level(editor: Editor, sweep: Loc, name: str, place: int) -> None:
    slots = settables_of(editor)
    levels = levels_of(editor.value((*sweep, "factors", name)))
    level = levels[place]
    entries = [Entry(f"Change {slot_words(editor.document, slot)}", slot) for slot in level if slot != "name"]
    entries += [Entry("Set something more", "\0more"), Entry("Take this level out", "\0out")]
    chosen = editor.prompts.choose(f"{level.get('name')}:", entries)
    if isinstance(chosen, Back) or not slots:
        return
    if chosen == "\0out":
        rest = [other for other in levels if other is not level]
        editor.apply(lambda document: set_factor(document, sweep, name, rest))
        return
    if chosen == "\0more":
        chosen = _choose_slot(editor, [slot for slot in slots if slot not in level], slots)
    if chosen is not None and (value := _ask_value(editor, slots[chosen], level.get(chosen))) is not None:
        levels[place] = {**level, chosen: value}
        editor.apply(lambda document: set_factor(document, sweep, name, levels))


def _choose_slot(editor: Editor, names: Sequence[str], slots: Any) -> str | None:
    chosen = editor.prompts.choose(
        "What does it set?", [Entry(slot_words(editor.document, name), name) for name in names]
    )
    return None if isinstance(chosen, Back) or chosen not in slots else str(chosen)


def _ask_value(editor: Editor, slot: Settable, before: Any) -> Any:
    question = f"{slot_words(editor.document, slot.name)}:"
    if slot.choices:
        chosen = editor.prompts.choose(question, [Entry(name, name) for name in slot.choices], default=before)
        return None if isinstance(chosen, Back) else chosen

    def read(line: str) -> Any:
        try:
            value: Any = number(line.strip())
        except ValueError:
            value = line.strip()
        return slot.read(value)

    def fault(line: str) -> str:
        try:
            read(line)
        except ValueError as error:
            return str(error).partition(";")[0]
        return ""

    answer = editor.prompts.text(question, default="" if before is None else str(before), check=fault)
    return None if isinstance(answer, Back) else read(answer)


def add_together(editor: Editor, sweep: Loc) -> None:
    """A new factor whose levels set several things."""
    slots = settables_of(editor)
    if not slots:
        return
    factors = editor.value((*sweep, "factors")) or {}
    name = editor.prompts.text(
        "Its name in your tables:",
        hint="For example: climate, whose levels mild and tense each set a model, a number of guards and a text.",
        check=unused_name({*factors, *slots}),
    )
    if isinstance(name, Back):
        return
    chosen = editor.prompts.several(
        "What changes together?",
        [Entry(slot_words(editor.document, slot), slot) for slot in slots if slot not in factors],
        least=1,
    )
    if isinstance(chosen, Back):
        return
    editor.remembered[f"together {name}"] = chosen
    while _add_level(editor, sweep, name) and len(levels_of(editor.value((*sweep, "factors", name)))) < 2:
        pass


def _add_level(editor: Editor, sweep: Loc, name: str) -> bool:
    slots = settables_of(editor)
    levels = levels_of(editor.value((*sweep, "factors", name)))
    label = editor.prompts.text(
        f"Name of level {len(levels) + 1}:", check=unused_name([str(level.get("name")) for level in levels])
    )
    if isinstance(label, Back):
        return False
    level: dict[str, Any] = {"name": label}
    for slot in editor.remembered.get(f"together {name}") or [key for key in levels[0] if key != "name"]:
        if slot in slots and (value := _ask_value(editor, slots[slot], None)) is not None:
            level[slot] = value
    return editor.apply(lambda document: set_factor(document, sweep, name, [*levels, level]))


def open_exclusions(editor: Editor, sweep: Loc) -> None:
    """The page of combinations that are left out."""

    def rows() -> list[Row]:
        rules = editor.value((*sweep, "exclude")) or []
        lines = [
            Row(_rule_words(editor, rule), partial(_remove_rule, editor, sweep, place))
            for place, rule in enumerate(rules)
        ]
        return [*lines, Row("Leave one more out", partial(_add_rule, editor, sweep))]

    open_page(editor, "Combinations that are left out:", rows, hint="Enter on one takes it back in.")


def _rule_words(editor: Editor, rule: dict[str, Any]) -> str:
    return " and ".join(
        f"{slot_words(editor.document, name)}: {' or '.join(map(str, levels_of(value)))}"
        for name, value in rule.items()
    )


def _remove_rule(editor: Editor, sweep: Loc, place: int) -> None:
    rules = editor.value((*sweep, "exclude")) or []
    if editor.prompts.confirm(f"Play {_rule_words(editor, rules[place])} again?") is True:
        editor.set((*sweep, "exclude"), [rule for rule in rules if rule is not rules[place]] or None)


def _add_rule(editor: Editor, sweep: Loc) -> None:
    factors = {name: labels for name, labels in compared_factors(editor.document, sweep).items() if len(labels) > 1}
    if not factors:
        editor.warn("Nothing is compared yet that could be left out.")
        return
    names = editor.prompts.several(
        "Which comparisons does it name?", [Entry(slot_words(editor.document, name), name) for name in factors], least=1
    )
    if isinstance(names, Back):
        return
    rule: dict[str, Any] = {}
    for name in names:
        chosen = editor.prompts.several(
            f"Which of {slot_words(editor.document, name)}?", [Entry(label, label) for label in factors[name]], least=1
        )
        if isinstance(chosen, Back):
            return
        raw = {
            str(level): level
            for level in levels_of(editor.value((*sweep, "factors", name)))
            if not isinstance(level, dict)
        }
        values = [raw.get(label, label) for label in chosen]
        rule[name] = values if len(values) > 1 else values[0]
    editor.set((*sweep, "exclude"), [*(editor.value((*sweep, "exclude")) or []), rule])
