"""Things that are being added: asked for one question after the other, and taken up again where they were left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.checks import unused_name
from sociarium.editing.arrange import Things, names_in
from sociarium.editing.change import Change
from sociarium.editing.document import Document
from sociarium.experiment.problems import Loc

NAME = "name"
"""The first question about a thing."""


def new_position(editor: Editor, things: Things) -> int:
    """Where a new thing goes; where somebody was left in the middle of one, that one."""
    is_begun = bool(editor.resume) and editor.resume[0] != NAME
    return max(len(names_in(editor.document, things)) - is_begun, 0)


def ask_new_name(editor: Editor, loc: Loc, add: Callable[[Document, Mapping[str, str]], Change], *, hint: str) -> bool:
    """What a new thing is called in tables.

    Args:
        add: puts it into the document.
    """
    things, before = editor.value(loc[:1]) or [], editor.value(loc) or {}
    name = editor.prompts.text(
        "Its name in your tables:",
        hint=hint,
        default=str(before.get("name", "")),
        check=unused_name([str(one.get("name")) for one in things if one is not before]),
    )
    if isinstance(name, Back):
        return False
    if before:
        editor.set((*loc, "name"), name)
        return True
    return editor.apply(lambda document: add(document, {"name": name}))


def run_new(editor: Editor, steps: Sequence[HubStep], loc: Loc, title: str) -> bool:
    """Ask for a new thing; one whose first question was left is not there."""
    if run_steps(editor, steps, StepCourse(f"{editor.step} › {title}")):
        return True
    if editor.value(loc) is not None:
        editor.set(loc, None)
    return False
