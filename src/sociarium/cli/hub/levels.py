"""The levels of a factor: asked for by what it sets, and checked at the question against everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.editing.comparison import levels_of, set_factor
from sociarium.editing.document import Document, without_sweeps
from sociarium.editing.faults import faults
from sociarium.editing.levels import settables_of as slots_of
from sociarium.editing.levels import typed_levels, typed_text, wholes, wholes_fault
from sociarium.editing.words import place_words, slot_words
from sociarium.errors import DefinitionError
from sociarium.experiment.design.settable import Settable
from sociarium.experiment.problems import Loc

_WORDS = {
    "round_robin": "in turn (round robin)",
    "random": "at random",
    "auto": "a model decides who speaks next (costs a call each time)",
    "manual": "I decide, at this terminal, message by message",
    "chronological": "the latest first (chronological)",
    "popular": "what many liked, shared and answered first (popular)",
    "weighted": "drawn, what many liked, shared and answered more often (weighted)",
    "similar": "what is like the reader and their own posts first (similar)",
    "none": "nothing",
    "label": "they carry a label",
    "downrank": "they sink to the end of each list",
    "remove": "nobody is shown them",
}
_OF_SPEAKERS = {"random": "at random, nobody twice running"}
_WORDED = {"speaker_selection", "feed.ranking", "policy"}
_NUMBERS = "One number, or several to compare them: 2, 4 or 1-3. Every combination with the other settings is tried."


def settables_of(editor: Editor) -> Mapping[str, Settable]:
    """Everything that a factor can set; nothing, with a word, while the experiment is not whole."""
    try:
        return slots_of(editor.document)
    except DefinitionError:
        first = faults(without_sweeps(editor.document))[0]
        editor.warn(f"Before that, something is missing under {first.part}: {first.sentence}")
        return {}


def ask_levels(
    editor: Editor,
    sweep: Loc,
    slot: Settable,
    *,
    question: str = "",
    hint: str = "",
    usual: Sequence[Any] = (),
    least: int = 0,
) -> bool:
    """Ask for the levels of a factor; none takes it out. Returns whether there was an answer.

    Args:
        usual: proposed where nothing is set.
        least: how many are needed.
    """
    before = levels_of(editor.value((*sweep, "factors", slot.name))) or list(usual)
    words = question or f"{_capital(slot_words(editor.document, slot.name))}:"
    if slot.choices:
        return _choose(editor, sweep, slot, words, before, hint=hint, least=least)
    return _type(editor, sweep, slot, words, before, hint=hint, least=least)


def _choose(
    editor: Editor, sweep: Loc, slot: Settable, question: str, before: list[Any], *, hint: str, least: int
) -> bool:
    worded = slot.name in _WORDED
    words = {**_WORDS, **(_OF_SPEAKERS if slot.name == "speaker_selection" else {})}
    entries = [TypedAnswer(words.get(name, name) if worded else name, name) for name in slot.choices or ()]
    hint = hint or ("Mark one, or several to compare them." if least else "Mark several to compare them, or none.")
    while True:
        chosen = editor.prompts.several(question, entries, hint=hint, default=[str(one) for one in before], least=least)
        if isinstance(chosen, Back):
            return False
        if not (fault := sweep_fault(editor.document, sweep, slot.name, chosen)):
            return _set(editor, sweep, slot.name, chosen)
        editor.warn(fault)
        before = chosen


def _type(
    editor: Editor, sweep: Loc, slot: Settable, question: str, before: list[Any], *, hint: str, least: int
) -> bool:
    read = _whole_levels if slot.least is not None else typed_levels

    def fault(line: str) -> str:
        if not line.strip():
            return "Write something." if least else ""
        if slot.least is not None and (wrong := wholes_fault(line, slot.least)):
            return wrong
        try:
            levels = [slot.read(level) for level in read(line)]
        except ValueError as error:
            message = str(error).partition(";")[0]
            return f"{message[:1].upper()}{message[1:]}."
        return sweep_fault(editor.document, sweep, slot.name, levels)

    usual_hint = _NUMBERS if slot.least is not None else "The values to compare, separated by commas."
    answer = editor.prompts.text(
        question,
        hint=(hint or usual_hint) + ("" if least else " Empty: as it is."),
        default=typed_text(before),
        check=fault,
    )
    if isinstance(answer, Back):
        return False
    levels = read(answer) if answer.strip() else []
    return _set(editor, sweep, slot.name, levels)


def _set(editor: Editor, sweep: Loc, name: str, levels: Sequence[Any]) -> bool:
    return editor.apply(lambda document: set_factor(document, sweep, name, levels))


def sweep_fault(document: Document, sweep: Loc, name: str, levels: Sequence[Any]) -> str:
    """What would be wrong with the sweep if a factor had some levels, and is not wrong now; empty when nothing is."""
    before = {fault.sentence for fault in faults(document)}
    for fault in faults(set_factor(document, sweep, name, levels).document):
        if fault.loc[: len(sweep)] == sweep and fault.sentence not in before:
            return _capital(fault.sentence.removeprefix(f"{place_words(document, fault.loc)}: "))
    return ""


def _whole_levels(line: str) -> list[Any]:
    return list(wholes(line))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
