"""What is asked before an experiment is performed for the first time: the settings that every comparison has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sociarium.cli.hub.comparison import ask_replicates
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.levels import ask_levels, settables_of
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.editing.comparison import levels_of, set_factor
from sociarium.editing.document import is_a_feed, modelled_roles
from sociarium.editing.factors import factor_slots
from sociarium.editing.texts import text_slots
from sociarium.editing.versions import versions_at
from sociarium.editing.words import slot_words
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.problems import Loc

_TOGETHER = "versions"
_DAYS = (
    "The messages are shared among the days; each day begins with an empty memory and the summaries so far. "
    "2: exactly two days; 1-3: conversations of one, of two and of three days are compared."
)
_MODELS = "Every setting is played with each of them."


def ask_comparison(editor: Editor, sweep: Loc) -> bool:
    """Ask for the usual settings of a comparison; returns whether all were answered."""
    slots = settables_of(editor)
    if not slots:
        return False
    steps = (_feed_steps if is_a_feed(editor.document) else _conversation_steps)(editor, sweep, slots)
    steps += _version_steps(editor, sweep, slots)
    steps.append(HubStep("replicates", partial(_ask_replicates, sweep=sweep)))
    return run_steps(editor, steps, StepCourse("Perform"))


def _ask_replicates(editor: Editor, *, sweep: Loc) -> bool:
    return ask_replicates(editor, sweep)


def _level_step(
    sweep: Loc, slot: Settable, question: str, usual: Sequence[Any], *, hint: str = "", least: int = 1
) -> HubStep:
    return HubStep(
        slot.name,
        lambda editor: ask_levels(editor, sweep, slot, question=question, usual=usual, hint=hint, least=least),
    )


def _conversation_steps(editor: Editor, sweep: Loc, slots: Any) -> list[HubStep]:
    document = editor.document
    names = list(document["models"])
    steps = []
    if len(names) > 1:
        steps.append(_level_step(sweep, slots["model"], "Which models?", names, hint=_MODELS))
        steps.append(HubStep("own models", partial(_ask_own_models, sweep=sweep, slots=slots)))
    steps += [
        _level_step(sweep, slots["messages"], "How many messages has a conversation?", [10]),
        _level_step(sweep, slots["days"], "Over how many days?", [1], hint=_DAYS),
    ]
    for role in document["roles"]:
        slot = slots[f"agents.{role}"]
        steps.append(_level_step(sweep, slot, f"How many agents of the role {role}?", [1]))
    steps.append(_level_step(sweep, slots["speaker_selection"], "Who speaks next?", ["round_robin"]))
    return steps


def _ask_own_models(editor: Editor, *, sweep: Loc, slots: Any) -> bool:
    """Models of single roles, where they are not those of all."""
    played = modelled_roles(editor.document)
    factors = editor.value((*sweep, "factors")) or {}
    chosen = editor.prompts.several(
        "Should a role be played by a model of its own?",
        [TypedAnswer(role, role) for role in played],
        hint="For example by a person, or by another model than the rest. Mark such roles, or none.",
        default=[role for role in played if f"model.{role}" in factors],
    )
    if isinstance(chosen, Back):
        return False
    for role in played:
        name = f"model.{role}"
        if role not in chosen:
            editor.apply(lambda document, name=name: set_factor(document, sweep, name, []))  # type: ignore[misc]
    steps = [_level_step(sweep, slots[f"model.{role}"], f"Who plays the {role}?", ()) for role in chosen]
    return run_steps(editor, steps, StepCourse("Perform › models of roles")) or _ask_own_models(
        editor, sweep=sweep, slots=slots
    )


def _feed_steps(editor: Editor, sweep: Loc, slots: Any) -> list[HubStep]:
    document = editor.document
    names = list(document["models"])
    ranking = (document.get("feed") or {}).get("ranking", "chronological")
    steps = [_level_step(sweep, slots["model"], "Which models?", names, hint=_MODELS)] if len(names) > 1 else []
    steps += [
        _level_step(sweep, slots["days"], "How many days?", [document.get("days", 1)],
                    hint="7: exactly a week; 3, 7: feeds of three days and of a week are compared."),
        _level_step(sweep, slots["feed.ranking"], "Which posts come first?", [ranking]),
    ]  # fmt: skip
    policy = document.get("policy") or {}
    if words := (policy.get("match") or {}).get("words"):
        question = f"What is done with posts that hold {' or '.join(words)}?"
        steps.append(_level_step(sweep, slots["policy"], question, [policy.get("do", "none")]))
    for name, slot in slots.items():
        if name.startswith("people."):
            role = name.removeprefix("people.")
            usual = [entry["generate"] for entry in document["people"] if "generate" in entry
                     and entry.get("role", "person") == role]  # fmt: skip
            steps.append(
                _level_step(sweep, slot, f"How many people of the role {role} does a model write?", usual[:1],
                            hint="One number, or several to compare them: 0, 5. However many, the first ones are the "
                            "same people.")
            )  # fmt: skip
    if "newcomers.per_day" in slots:
        usual = [document["newcomers"].get("per_day", 1)]
        steps.append(_level_step(sweep, slots["newcomers.per_day"], "How many new people arrive each day?", usual))
    return steps


def _version_steps(editor: Editor, sweep: Loc, slots: Any) -> list[HubStep]:
    """Texts of several versions: each by itself, or those with versions of one name together."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for slot, loc in text_slots(editor.document).items():
        if slot in slots and (versions := versions_at(editor.document, loc)):
            groups.setdefault(tuple(versions), []).append(slot)
    steps: list[HubStep] = []
    for number, (names, members) in enumerate(groups.items()):
        title = _TOGETHER if not number else f"{_TOGETHER} {number + 1}"
        if len(members) > 1:
            steps.append(HubStep(title, _together_question(sweep, title, names, members)))
        steps += [_version_step(editor, sweep, slots[slot], names) for slot in members]
    return steps


def _version_step(editor: Editor, sweep: Loc, slot: Settable, names: tuple[str, ...]) -> HubStep:
    step = _level_step(sweep, slot, f"Which versions of {slot_words(editor.document, slot.name)}?", names,
                       hint="Each marked one is tried.")  # fmt: skip

    def applies(document: Any) -> bool:
        sweeps = {"sweep": _sweep_at(document, sweep)}
        return slot.name in (sweeps["sweep"].get("factors") or {}) or slot.name not in factor_slots(sweeps)

    return HubStep(step.name, step.ask, applies)


def _sweep_at(document: Any, sweep: Loc) -> dict[str, Any]:
    node: Any = document
    for part in sweep:
        node = node.get(part) or {}
    result: dict[str, Any] = node
    return result


def _together_question(
    sweep: Loc, title: str, names: tuple[str, ...], members: Sequence[str]
) -> Callable[[Editor], bool]:
    def ask(editor: Editor) -> bool:
        words = ", ".join(slot_words(editor.document, slot) for slot in members)
        before = levels_of(editor.value((*sweep, "factors", title)))
        together = editor.prompts.confirm(
            f"Should the versions ({', '.join(names)}) change together?",
            hint=f"These texts have versions of the same names: {words}. Together: all {names[0]!r}, then all "
            f"{names[-1]!r}. Otherwise every combination is tried.",
        )
        if isinstance(together, Back):
            return False
        if not together:
            return editor.apply(lambda document: set_factor(document, sweep, title, []))
        usual = [level["name"] for level in before if isinstance(level, dict)] or list(names)
        chosen = editor.prompts.several(
            "Which versions?", [TypedAnswer(name, name) for name in names], hint="Each marked one is tried.",
            default=usual, least=1,
        )  # fmt: skip
        if isinstance(chosen, Back):
            return ask(editor)
        for slot in members:
            editor.apply(lambda document, slot=slot: set_factor(document, sweep, slot, []))  # type: ignore[misc]
        levels = [{"name": name, **dict.fromkeys(members, name)} for name in chosen]
        return editor.apply(lambda document: set_factor(document, sweep, title, levels))

    return ask
