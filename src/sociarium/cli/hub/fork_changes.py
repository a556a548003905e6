"""What a fork changes: asked for by what can be set, one after the other, and tried at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sociarium.cli.questions.answers import TypedAnswer
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.editing.words import slot_words
from sociarium.errors import BadInput
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.document import to_tree
from sociarium.experiment.environments import settables
from sociarium.experiment.level_changes import change_levels
from sociarium.experiment.sweep import Level
from sociarium.experiment.validation import design_of

_SETTLED = ("agents.", "people.", "days", "messages")
"""What no fork changes: who takes part, and how long it is."""


def ask_changes(
    questions: QuestionFlow,
    definition: Definition,
    sweep: str,
    condition: Mapping[str, Level],
    fault_of: Callable[[Mapping[str, str]], str],
) -> dict[str, str]:
    """Ask for levels that are changed, by factor or by what a factor could set; none for a sham alone.

    Args:
        sweep: whose runs fork.
        condition: of the run that forks; empty for those of a sweep.
        fault_of: why no fork can have some changes; empty when one can.
    """
    design = design_of(definition, sweep)
    slots = {name: slot for name, slot in settables(definition).items() if slot.choices != ()}
    names = [name for name in (*(one.name for one in design.factors), *slots) if not name.startswith(_SETTLED)]
    document = to_tree(definition)
    changes: dict[str, str] = {}
    while free := [name for name in dict.fromkeys(names) if name not in changes]:
        entries = [
            TypedAnswer(slot_words(document, name), name, f"now {condition[name]}" if name in condition else "")
            for name in free
        ]
        name = questions.choose(
            f"change {len(changes)}",
            "What else is changed?" if changes else "What is changed from then on?",
            [TypedAnswer("Nothing else", ""), *entries]
            if changes
            else [*entries, TypedAnswer("Nothing: to see chance alone", "")],
        )
        if not name:
            break
        key = f"level {len(changes)}"
        level = _ask_level(questions, key, name, design, slots.get(name), condition, definition)
        if fault := fault_of({**changes, name: level}):
            questions.ask_again(key, fault)
        changes[name] = level
    return changes


def _ask_level(
    questions: QuestionFlow,
    key: str,
    name: str,
    design: Design,
    slot: Settable | None,
    condition: Mapping[str, Level],
    definition: Definition,
) -> str:
    question = f"{slot_words(to_tree(definition), name)}, from then on:"
    factor = next((one for one in design.factors if one.name == name), None)
    labels = [str(level.label) for level in factor.levels] if factor is not None else []
    if slot is not None and slot.choices is None:
        return questions.text(
            key,
            question[:1].upper() + question[1:],
            check=lambda text: _level_fault(text, name, design, condition, definition),
        ).strip()
    labels = [label for label in dict.fromkeys([*labels, *(slot.choices or () if slot is not None else ())])
              if label != str(condition.get(name))]  # fmt: skip
    return str(
        questions.choose(key, question[:1].upper() + question[1:], [TypedAnswer(label, label) for label in labels])
    )


def _level_fault(text: str, name: str, design: Design, condition: Mapping[str, Level], definition: Definition) -> str:
    try:
        change_levels(definition, design, condition, {name: text.strip()})
    except BadInput as error:
        message = str(error)
        return f"{message[:1].upper()}{message[1:]}."
    return ""
