"""The part Private questions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sociarium.cli.hub.answers import ask_names, ask_several
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.new_things import NAME, ask_new_name, new_position, run_new
from sociarium.cli.hub.page import PageRow
from sociarium.cli.hub.settings import setting_rows
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.hub.texts import TextPlace, open_text, text_value, write_text
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import whole
from sociarium.editing.document import Document
from sociarium.editing.people import remove_named, rename_named
from sociarium.editing.questions import MOMENTS, USUAL_MOMENTS, add_question, answer_text, asked_roles
from sociarium.editing.sections import readers
from sociarium.experiment.definition import Probe
from sociarium.experiment.problems import Loc

_MOMENTS = [TypedAnswer(words, moment) for moment, words in MOMENTS.items()]
_AT = {str(moment): words for moment, words in MOMENTS.items()}
_ANSWERS = [
    TypedAnswer("with a whole number on a scale", "scale"),
    TypedAnswer("by choosing one of several answers", "choices"),
    TypedAnswer("in words of their own", "words"),
]
_MOST = 10**6
_SCALE = {"from": 0, "to": 10}
_IN_WORDS = "in words"


def open_probes(editor: Editor) -> None:
    """The page of private questions."""
    kind = Kind("probes", "private question", _value, _rows, _add,
                lambda document, old, new: rename_named(document, "probes", old, new),
                lambda document, name: remove_named(document, "probes", name))  # fmt: skip
    open_things(
        editor,
        "Private questions:",
        kind,
        hint="Each is answered alone; nobody reads the answer, and it does not enter the conversation. "
        "For example: How far do you trust the guard, from 0 to 10?",
    )


def _value(probe: dict[str, Any]) -> str:
    moments = ", ".join(_AT.get(moment, moment) for moment in probe.get("at") or ())
    return f"{answer_text(probe.get('answer')) or _IN_WORDS}, {moments}"


def _place(loc: Loc) -> TextPlace:
    return TextPlace((*loc, "ask"), "The question:", hint="As you would ask a person.", is_needed=True)


def _rows(editor: Editor, loc: Loc) -> list[PageRow]:
    probe = editor.value(loc) or {}
    whom = probe.get("of") or readers(editor.document)
    return [
        PageRow("The question", partial(open_text, editor, _place(loc)), text_value(probe.get("ask"))),
        PageRow("Who is asked", partial(_ask_whom, editor, loc), ", ".join(whom)),
        PageRow("When", partial(_ask_when, editor, loc), ", ".join(_AT.get(one, one) for one in probe.get("at") or ())),
        PageRow("The answer", partial(_ask_answer, editor, loc), answer_text(probe.get("answer")) or _IN_WORDS),
        *setting_rows(editor, loc, Probe, ("after", "shuffle", "repeats", "use")),
    ]


def _ask_whom(editor: Editor, loc: Loc) -> bool:
    roles = readers(editor.document)
    chosen = editor.prompts.several(
        "Who is asked?",
        [TypedAnswer(role, role) for role in roles],
        default=editor.value((*loc, "of")) or roles,
        least=1,
    )
    if isinstance(chosen, Back):
        return False
    editor.set((*loc, "of"), asked_roles(editor.document, chosen))
    return True


def _ask_when(editor: Editor, loc: Loc) -> bool:
    return ask_several(editor, (*loc, "at"), "When?", _MOMENTS, usual=list(USUAL_MOMENTS), least=1)


def _ask_answer(editor: Editor, loc: Loc) -> bool:
    before = editor.value((*loc, "answer"))
    if run_steps(editor, _answer_steps(editor, loc), StepCourse(f"{editor.step} › answer")):
        return True
    editor.set((*loc, "answer"), before)
    return False


def _answer_steps(editor: Editor, loc: Loc) -> list[HubStep]:
    place: Loc = (*loc, "answer")

    def has(key: str) -> Callable[[Document], bool]:
        return lambda _: key in (editor.value(place) or {})

    return [
        HubStep("kind", lambda _: _ask_kind(editor, place), decides=True),
        HubStep("choices", lambda _: _ask_choices(editor, place), has("choices")),
        HubStep("from", lambda _: _ask_first(editor, place), has("from")),
        HubStep("to", lambda _: _ask_last(editor, place), has("from")),
    ]


def _ask_kind(editor: Editor, place: Loc) -> bool:
    before = editor.value(place) or {}
    kind = editor.prompts.choose("How is it answered?", _ANSWERS, default="choices" if "choices" in before else "scale")
    if isinstance(kind, Back):
        return False
    answers: dict[str, dict[str, Any] | None] = {"words": None, "choices": {"choices": []}, "scale": _SCALE}
    is_same = before and kind == ("choices" if "choices" in before else "scale")
    editor.set(place, before if is_same else answers[kind])
    return True


def _ask_choices(editor: Editor, place: Loc) -> bool:
    return ask_names(
        editor, (*place, "choices"), "The answers:", least=2, noun="answer",
        hint="Separated by commas, such as: yes, no, undecided",
    )  # fmt: skip


def _ask_first(editor: Editor, place: Loc) -> bool:
    before = editor.value(place) or _SCALE
    first = editor.prompts.text("The scale begins at:", default=str(before.get("from", 0)), check=whole(-_MOST, _MOST))
    if isinstance(first, Back):
        return False
    editor.set(place, {"from": int(first), "to": max(before.get("to", 0), int(first) + 1)})
    return True


def _ask_last(editor: Editor, place: Loc) -> bool:
    before = editor.value(place) or _SCALE
    last = editor.prompts.text("and ends at:", default=str(before["to"]), check=whole(before["from"] + 1, 10 * _MOST))
    if isinstance(last, Back):
        return False
    editor.set(place, {"from": before["from"], "to": int(last)})
    return True


def _add(editor: Editor) -> bool:
    loc: Loc = ("probes", new_position(editor, "probes"))
    steps = [
        HubStep(NAME, lambda _: ask_new_name(editor, loc, add_question, hint="A short word, such as: trust")),
        HubStep("of", lambda _: _ask_whom(editor, loc), lambda document: len(readers(document)) > 1),
        HubStep("at", lambda _: _ask_when(editor, loc)),
        HubStep("ask", lambda _: write_text(editor, _place(loc))),
        *_answer_steps(editor, loc),
    ]
    return run_new(editor, steps, loc, "new question")
