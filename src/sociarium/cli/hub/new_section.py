"""A new section: its title, who reads it, and its first texts."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.new_things import NAME, new_position, run_new
from sociarium.cli.hub.steps import HubStep
from sociarium.cli.hub.texts import TextPlace, write_text
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import unused_name
from sociarium.editing import sections
from sociarium.editing.arrange import names_in
from sociarium.editing.sections import readers, rename_section, share_section
from sociarium.experiment.problems import Loc

_ALL, _EACH = "all", "each"


def text_hint(title: str, reader: str) -> str:
    """What is said of a text that may be left empty."""
    return f"What {reader} reads under the heading {title!r}; empty: nothing."


def ask_readers(editor: Editor, loc: Loc) -> bool:
    """Whether all read the same text, or each role its own."""
    section = editor.value(loc) or {}
    before = _ALL if "shared" in section else _EACH
    chosen = editor.prompts.choose(
        "Who reads it?",
        [TypedAnswer("All read the same", _ALL), TypedAnswer("Each role reads a text of its own", _EACH)],
        default=before,
    )
    if isinstance(chosen, Back):
        return False
    title = str(section.get("title", ""))
    return editor.apply(lambda document: share_section(document, title, is_shared=chosen == _ALL))


def add_section(editor: Editor) -> bool:
    """Ask for a new section; returns whether there is one."""
    loc: Loc = ("sections", new_position(editor, "sections"))

    def title() -> str:
        return str((editor.value(loc) or {}).get("title", ""))

    def is_shared() -> bool:
        return "shared" in (editor.value(loc) or {})

    def ask_shared_text(_: Editor) -> bool:
        hint = text_hint(title(), "everybody")
        return write_text(editor, TextPlace((*loc, "shared"), f"{title()}, for all:", hint=hint))

    def ask_private_text(_: Editor, role: str) -> bool:
        hint = text_hint(title(), f"the {role}")
        place: Loc = (*loc, "private", role)
        if not write_text(editor, TextPlace(place, f"{title()} of the {role}:", hint=hint)):
            return False
        if not editor.value(place):
            private = editor.value((*loc, "private")) or {}
            editor.set((*loc, "private"), {other: text for other, text in private.items() if other != role})
        return True

    steps = [
        HubStep(NAME, lambda _: _ask_new_title(editor, loc)),
        HubStep("readers", lambda _: ask_readers(editor, loc), decides=True),
        HubStep("text", ask_shared_text, lambda _: is_shared()),
        *(HubStep(f"text {role}", partial(ask_private_text, role=role), lambda _: not is_shared())
          for role in readers(editor.document)),
    ]  # fmt: skip
    return run_new(editor, steps, loc, "new section")


def _ask_new_title(editor: Editor, loc: Loc) -> bool:
    before = editor.value(loc) or {}
    title = editor.prompts.text(
        "Title of the section:",
        hint="It stands above the text, such as: Goal",
        default=str(before.get("title", "")),
        check=unused_name([name for name in names_in(editor.document, "sections") if name != before.get("title")]),
    )
    if isinstance(title, Back):
        return False
    if before:
        return editor.apply(lambda document: rename_section(document, str(before["title"]), title))
    return editor.apply(lambda document: sections.add_section(document, title))
