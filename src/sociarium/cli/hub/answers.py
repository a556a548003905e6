"""Questions whose answer is a value of the document; each says whether there was an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import Check, decimal, nonempty, nothing_wrong, whole
from sociarium.editing.levels import names, number
from sociarium.experiment.problems import Loc


def ask_line(
    editor: Editor, loc: Loc, question: str, *, hint: str = "", check: Check = nothing_wrong, usual: str = ""
) -> bool:
    """A line; an empty one takes the value away."""
    default = editor.value(loc)
    answer = editor.prompts.text(question, hint=hint, default=str(usual if default is None else default), check=check)
    return editor.ask(answer, loc)


def ask_long(editor: Editor, loc: Loc, question: str, *, hint: str = "", check: Check = nothing_wrong) -> bool:
    """One line or several."""
    default = editor.value(loc)
    answer = editor.prompts.long_text(
        question, hint=hint, default=default if isinstance(default, str) else "", check=check
    )
    return editor.ask(answer, loc)


def ask_whole(
    editor: Editor, loc: Loc, question: str, *, least: int, usual: int, most: int | None = None, hint: str = ""
) -> bool:
    """A whole number in a range; the usual one is not written where nothing is."""
    before = editor.value(loc)
    answer = editor.prompts.text(
        question, hint=hint, default=str(usual if before is None else before), check=whole(least, most)
    )
    if isinstance(answer, Back):
        return False
    value = int(answer)
    editor.set(loc, None if value == usual and before is None else value)
    return True


def ask_number(
    editor: Editor,
    loc: Loc,
    question: str,
    *,
    least: float,
    most: float | None = None,
    usual: str = "",
    hint: str = "",
) -> bool:
    """A number in a range, or nothing."""
    before = editor.value(loc)
    answer = editor.prompts.text(
        question, hint=hint, default=usual if before is None else str(before), check=decimal(least, most)
    )
    if isinstance(answer, Back):
        return False
    editor.set(loc, number(answer) if answer else None)
    return True


def ask_one(
    editor: Editor, loc: Loc, question: str, entries: Sequence[TypedAnswer], *, hint: str = "", usual: Any = None
) -> bool:
    """One entry of a list; the usual one is not written where nothing is."""
    before = editor.value(loc)
    chosen = editor.prompts.choose(question, entries, hint=hint, default=usual if before is None else before)
    if isinstance(chosen, Back):
        return False
    editor.set(loc, None if chosen == usual and before is None else chosen)
    return True


def ask_several(
    editor: Editor,
    loc: Loc,
    question: str,
    entries: Sequence[TypedAnswer],
    *,
    hint: str = "",
    usual: Sequence[Any] = (),
    least: int = 0,
) -> bool:
    """Any entries of a list; none takes the value away."""
    before = editor.value(loc)
    default = before if isinstance(before, list) else usual
    chosen = editor.prompts.several(question, entries, hint=hint, default=default, least=least)
    if isinstance(chosen, Back):
        return False
    editor.set(loc, chosen or None)
    return True


def ask_names(editor: Editor, loc: Loc, question: str, *, hint: str = "", least: int = 0, noun: str = "name") -> bool:
    """Names between commas, each once."""

    def fault(line: str) -> str:
        if least and not line.strip():
            return nonempty(line)
        return "" if len(names(line)) >= least else f"Write at least {least} {noun}s, separated by commas."

    before = editor.value(loc)
    answer = editor.prompts.text(
        question, hint=hint, default=", ".join(before) if isinstance(before, list) else "", check=fault
    )
    if isinstance(answer, Back):
        return False
    editor.set(loc, names(answer) or None)
    return True


def ask_yes(editor: Editor, loc: Loc, question: str, *, hint: str = "", usual: bool = False) -> bool:
    """Yes or no; the usual answer is not written."""
    before = editor.value(loc)
    answer = editor.prompts.confirm(question, hint=hint, default=usual if before is None else bool(before))
    if isinstance(answer, Back):
        return False
    editor.set(loc, None if answer == usual else answer)
    return True
