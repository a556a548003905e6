"""Factors whose levels set several things at once, and combinations that are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.levels import settables_of
from sociarium.cli.hub.page import PageRow, open_page
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import unused_name
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.editing.comparison import compared_factors, levels_of, raw_level, rule_words, set_factor
from sociarium.editing.levels import number
from sociarium.editing.words import slot_words
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.problems import Loc

_MORE, _OUT = "\0more", "\0out"
_FIRST_LEVELS = 2
"""Fewer compare nothing."""


def open_together(editor: Editor, sweep: Loc, name: str) -> None:
    """The page of a factor whose levels set several things."""

    def rows() -> list[PageRow]:
        levels = levels_of(editor.value((*sweep, "factors", name)))
        lines = [
            PageRow(
                str(level.get("name")), partial(_open_level, editor, sweep, name, place), _level_value(editor, level)
            )
            for place, level in enumerate(levels)
        ]
        if not lines:
            return [PageRow("It is taken out", lambda: None)]
        return [*lines, PageRow("Add a level", partial(_add_level, editor, sweep, name))]

    open_page(editor, f"{name}:", rows, hint="Each level sets all of its values at once.")


def _level_value(editor: Editor, level: dict[str, Any]) -> str:
    return ", ".join(f"{slot_words(editor.document, slot)}: {value}" for slot, value in level.items() if slot != "name")


def _open_level(editor: Editor, sweep: Loc, name: str, place: int) -> None:
    slots = settables_of(editor)
    levels = levels_of(editor.value((*sweep, "factors", name)))
    level = levels[place]
    entries = [TypedAnswer(f"Change {slot_words(editor.document, slot)}", slot) for slot in level if slot != "name"]
    entries += [TypedAnswer("Set something more", _MORE), TypedAnswer("Take this level out", _OUT)]

    def flow(questions: QuestionFlow) -> dict[str, Any] | None:
        """The level as it becomes; None where it is taken out."""
        slot = questions.choose("what", f"{level.get('name')}:", entries)
        if slot == _OUT:
            return None
        if slot == _MORE:
            free = [TypedAnswer(slot_words(editor.document, one), one) for one in slots if one not in level]
            slot = questions.choose("slot", "What does it set?", free)
        return {**level, slot: _ask_value(editor, questions, f"value {slot}", slots[slot], level.get(slot))}

    changed = editor.run_flow(flow) if slots else level
    if isinstance(changed, Back) or changed == level:
        return
    others = [changed if other is level else other for other in levels if changed is not None or other is not level]
    editor.apply(lambda document: set_factor(document, sweep, name, others))


def _ask_value(editor: Editor, questions: QuestionFlow, key: str, slot: Settable, before: Any = None) -> Any:
    label = slot_words(editor.document, slot.name)
    question = f"{label[:1].upper()}{label[1:]}:"
    if slot.choices:
        return questions.choose(key, question, [TypedAnswer(name, name) for name in slot.choices], default=before)

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

    return read(questions.text(key, question, default="" if before is None else str(before), check=fault))


def add_together(editor: Editor, sweep: Loc) -> None:
    """A new factor whose levels set several things."""
    slots = settables_of(editor)
    if not slots:
        return
    factors = editor.value((*sweep, "factors")) or {}

    def flow(questions: QuestionFlow) -> tuple[str, list[dict[str, Any]]]:
        name = questions.text(
            "name",
            "Its name in your tables:",
            hint="For example: climate, whose levels mild and tense each set a model, a number of guards and a text.",
            check=unused_name({*factors, *slots}),
        )
        chosen = questions.several(
            "slots",
            "What changes together?",
            [TypedAnswer(slot_words(editor.document, slot), slot) for slot in slots if slot not in factors],
            least=1,
        )
        levels: list[dict[str, Any]] = []
        while len(levels) < _FIRST_LEVELS:
            levels.append(_ask_level(editor, questions, levels, {slot: slots[slot] for slot in chosen}))
        return name, levels

    added = editor.run_flow(flow)
    if not isinstance(added, Back):
        name, levels = added
        editor.apply(lambda document: set_factor(document, sweep, name, levels))


def _add_level(editor: Editor, sweep: Loc, name: str) -> None:
    slots = settables_of(editor)
    levels = levels_of(editor.value((*sweep, "factors", name)))
    chosen = {slot: slots[slot] for slot in levels[0] if slot in slots}
    added = editor.run_flow(lambda questions: _ask_level(editor, questions, levels, chosen))
    if not isinstance(added, Back):
        editor.apply(lambda document: set_factor(document, sweep, name, [*levels, added]))


def _ask_level(
    editor: Editor, questions: QuestionFlow, levels: Sequence[dict[str, Any]], slots: Mapping[str, Settable]
) -> dict[str, Any]:
    """One more level: its name, then what it sets."""
    place = len(levels) + 1
    check = unused_name([str(level.get("name")) for level in levels])
    level: dict[str, Any] = {"name": questions.text(f"name {place}", f"Name of level {place}:", check=check)}
    for name, slot in slots.items():
        level[name] = _ask_value(editor, questions, f"value {place} {name}", slot)
    return level


def open_exclusions(editor: Editor, sweep: Loc) -> None:
    """The page of combinations that are left out."""

    def rows() -> list[PageRow]:
        rules = editor.value((*sweep, "exclude")) or []
        lines = [
            PageRow(rule_words(editor.document, rule), partial(_remove_rule, editor, sweep, place))
            for place, rule in enumerate(rules)
        ]
        return [*lines, PageRow("Leave one more out", partial(_add_rule, editor, sweep))]

    open_page(editor, "Combinations that are left out:", rows, hint="Enter on one takes it back in.")


def _remove_rule(editor: Editor, sweep: Loc, place: int) -> None:
    rules = editor.value((*sweep, "exclude")) or []
    if editor.prompts.confirm(f"Play {rule_words(editor.document, rules[place])} again?") is True:
        editor.set((*sweep, "exclude"), [rule for rule in rules if rule is not rules[place]] or None)


def _add_rule(editor: Editor, sweep: Loc) -> None:
    factors = {name: labels for name, labels in compared_factors(editor.document, sweep).items() if len(labels) > 1}
    if not factors:
        editor.warn("Nothing is compared yet that could be left out.")
        return

    def flow(questions: QuestionFlow) -> dict[str, Any]:
        entries = [TypedAnswer(slot_words(editor.document, name), name) for name in factors]
        rule: dict[str, Any] = {}
        for name in questions.several("\0names", "Which comparisons does it name?", entries, least=1):
            levels = [TypedAnswer(label, label) for label in factors[name]]
            question = f"Which of {slot_words(editor.document, name)}?"
            values = [
                raw_level(editor.document, sweep, name, label)
                for label in questions.several(name, question, levels, least=1)
            ]
            rule[name] = values if len(values) > 1 else values[0]
        return rule

    rule = editor.run_flow(flow)
    if not isinstance(rule, Back):
        editor.set((*sweep, "exclude"), [*(editor.value((*sweep, "exclude")) or []), rule])
