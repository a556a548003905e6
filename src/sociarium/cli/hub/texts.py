"""Texts that are read: written, and given versions that can be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, PageRow, Then, open_page
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import Check, nonempty, nothing_wrong, short_name, unused_name
from sociarium.cli.questions.completion import Complete, nothing_to_complete, placeholders
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.text_input import placeholder_check, placeholder_table
from sociarium.count_text import count_text
from sociarium.editing.document import Document
from sociarium.editing.roles import role_names
from sociarium.editing.sections import remove_version, rename_version
from sociarium.editing.texts import wordings_in
from sociarium.editing.versions import add_version, add_wording, remove_wording, slot_at, versions_at
from sociarium.experiment.problems import Loc

_WORDINGS = "Replicates take the wordings in turn, so that a difference is not that of the words alone; five or more."


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A text of the document.

    Attributes:
        question: what is asked for.
        has_self: whether it speaks to one agent.
        is_needed: whether it has to say something where it has no versions.
        has_placeholders: whether words in it are replaced.
    """

    loc: Loc
    question: str
    hint: str = ""
    has_self: bool = True
    is_needed: bool = False
    has_placeholders: bool = True


def write_text(editor: Editor, place: TextPlace) -> bool:
    """Ask for a text without versions, or for the first of them; returns whether there was an answer."""
    versions = versions_at(editor.document, place.loc)
    loc: Loc = (*place.loc, "variants", next(iter(versions))) if versions else place.loc
    return _write(editor, place, loc, place.question, is_needed=place.is_needed and not versions)


def open_text(editor: Editor, place: TextPlace) -> None:
    """The page of a text."""
    if slot_at(editor.document, place.loc) is None or is_missing(editor.document, place.loc):
        write_text(editor, place)
        return
    title = f"{place.question.rstrip(':')}, and its versions:"
    open_page(editor, title, lambda: text_rows(editor, place), hint=place.hint)


def text_value(text: Any) -> str:
    """A text in short."""
    if isinstance(text, dict) and isinstance(versions := text.get("variants"), dict):
        return f"{count_text(len(versions), 'version')}: {', '.join(versions)}"
    if wordings := wordings_in(text):
        return f"{count_text(len(wordings), 'wording')}: “{wordings[0]}”"
    return f"“{text}”" if isinstance(text, str) and text.strip() else NOTHING


def show_placeholders(editor: Editor) -> None:
    """The words that are replaced in texts."""
    names = role_names(editor.document)
    if names:
        written: dict[str, Any] = editor.document.get("roles") or {}
        roles = {name: written.get(name) or {} for name in names}
        editor.context.screen.print()
        editor.context.show("These words in a text are replaced, by how many agents there are:", "dim")
        editor.context.screen.print(placeholder_table({**editor.document, "roles": roles}))


def text_rows(editor: Editor, place: TextPlace) -> list[PageRow]:
    """The lines of a text's page."""
    versions = versions_at(editor.document, place.loc)
    rows = [
        PageRow(name, lambda name=name: _open_version(editor, place, name), text_value(text))  # type: ignore[misc]
        for name, text in versions.items()
    ]
    if not versions:
        rows.append(PageRow("Write it", lambda: write_text(editor, place), text_value(editor.value(place.loc))))
    rows.append(PageRow("Add a version, to compare", lambda: _add_version(editor, place)))
    if place.has_placeholders:
        rows.append(PageRow("Words that are replaced", lambda: show_placeholders(editor)))
    return rows


def _open_version(editor: Editor, place: TextPlace, name: str) -> Then | None:
    slot = slot_at(editor.document, place.loc) or ""
    here = [name]

    def rename() -> None:
        others = [other for other in versions_at(editor.document, place.loc) if other != here[0]]
        new = editor.prompts.text("Its new name:", default=here[0], check=unused_name(others))
        if not isinstance(new, Back) and editor.apply(lambda document: rename_version(document, slot, here[0], new)):
            here[0] = new

    def remove() -> Then | None:
        is_gone = editor.apply(lambda document: remove_version(document, slot, here[0]))
        return Then.CLOSE if is_gone else None

    def rows() -> list[PageRow]:
        return [
            *_wording_rows(editor, place, (*place.loc, "variants", here[0]), here[0]),
            PageRow("Rename", rename),
            PageRow("Take out", remove),
        ]

    open_page(editor, f"{place.question.rstrip(':')} › {name}:", rows)
    return None


def _wording_rows(editor: Editor, place: TextPlace, loc: Loc, name: str) -> list[PageRow]:
    """The lines of what a version says, in one way or in several."""
    question = f"{place.question.rstrip(':')}, version {name}"
    wordings = wordings_in(editor.value(loc))

    def add() -> None:
        with editor.at(f"Wording {max(len(wordings), 1) + 1}"):
            words = _ask_words(editor, place, f"{question}, in other words:", "", is_needed=True)
        if not isinstance(words, Back):
            editor.apply(lambda document: add_wording(document, loc, words))

    rows = [
        PageRow(f"Wording {number}", partial(_open_wording, editor, place, (*loc, "wordings", number - 1), question),
            text_value(wording))
        for number, wording in enumerate(wordings, start=1)
    ]  # fmt: skip
    if not wordings:
        write = partial(_write, editor, place, loc, f"{question}:", is_needed=False)
        rows.append(PageRow("Write it", write, text_value(editor.value(loc))))
    return [*rows, PageRow("Say it in other words, too", add, stands=False)]


def _open_wording(editor: Editor, place: TextPlace, loc: Loc, question: str) -> None:
    *version, _, position = loc

    def remove() -> Then | None:
        is_gone = editor.apply(lambda document: remove_wording(document, tuple(version), int(position)))
        return Then.CLOSE if is_gone else None

    def rows() -> list[PageRow]:
        write = partial(_write, editor, place, loc, f"{question}:", is_needed=True)
        return [PageRow("Write it", write, text_value(editor.value(loc))), PageRow("Take out", remove)]

    open_page(editor, f"{question}, wording {int(position) + 1}:", rows, hint=_WORDINGS)


def _add_version(editor: Editor, place: TextPlace) -> None:
    slot = slot_at(editor.document, place.loc) or ""
    result = editor.run_flow(lambda flow: _new_version(editor, place, flow))
    if isinstance(result, Back):
        return
    former, name, text = result
    is_added = editor.apply(lambda document: add_version(document, slot, name, former=former))
    if is_added and text:
        editor.set((*place.loc, "variants", name), text)


def _new_version(editor: Editor, place: TextPlace, flow: QuestionFlow) -> tuple[str, str, Any]:
    """What the text that is there is called (nothing where it has versions), the new version's name, and what it says:
    words, or wordings as another has them."""
    versions, former = versions_at(editor.document, place.loc), ""
    if not versions:
        there = editor.value(place.loc)
        former = flow.text(
            "former",
            "A short name for the text that is there:",
            hint=f"It says {text_value(there)}; its name stands in your tables, such as: harsh",
            default="a",
            check=short_name(()),
        )
        versions = {former: there}
    name = flow.text("name", "A short name for the new version:", hint="Such as: fair", check=short_name([*versions]))
    others = [other for other, text in versions.items() if text]
    entries = [TypedAnswer("With nothing", ""), *(TypedAnswer(f"With the words of {other}", other) for other in others)]
    first = flow.choose("first", "What does the new version begin with?", entries, default="") if others else ""
    if wordings_in(versions.get(first)):
        return former, name, versions[first]
    check, complete = _aids(editor, place, is_needed=False)
    text = flow.long_text(
        f"words, first {first}",
        f"{place.question.rstrip(':')}, version {name}:",
        hint=place.hint,
        default=str(versions.get(first, "")),
        check=check,
        complete=complete,
    )
    return former, name, text


def _write(editor: Editor, place: TextPlace, loc: Loc, question: str, *, is_needed: bool) -> bool:
    before = editor.value(loc)
    if wordings_in(before):
        open_page(editor, question, lambda: _wording_rows(editor, place, loc, str(loc[-1])), hint=_WORDINGS)
        return True
    answer = _ask_words(editor, place, question, before if isinstance(before, str) else "", is_needed=is_needed)
    if isinstance(answer, Back):
        return False
    editor.set(loc, answer)
    return True


def _ask_words(editor: Editor, place: TextPlace, question: str, before: str, *, is_needed: bool) -> str | Back:
    check, complete = _aids(editor, place, is_needed=is_needed)
    return editor.prompts.long_text(question, hint=place.hint, default=before, check=check, complete=complete)


def _aids(editor: Editor, place: TextPlace, *, is_needed: bool) -> tuple[Check, Complete]:
    """What is said of a text that cannot stand, and what Tab completes."""
    if not place.has_placeholders:
        return nonempty if is_needed else nothing_wrong, nothing_to_complete
    roles = role_names(editor.document)
    check = placeholder_check(roles, has_self=place.has_self, needed=is_needed)
    return check, placeholders(roles, has_self=place.has_self)


def is_missing(document: Document, loc: Loc) -> bool:
    """Whether nothing was written yet; an empty version is a version."""
    node: Any = document
    for part in loc:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return True
    return node is None


def optional_text(editor: Editor, place: TextPlace) -> Callable[[], None]:
    """What opens a text that may be left out; an empty one is."""

    def ask() -> None:
        if editor.value(place.loc) is None:
            if write_text(editor, place) and not editor.value(place.loc):
                editor.set(place.loc, None)
            return
        open_text(editor, place)
        if editor.value(place.loc) == "":
            editor.set(place.loc, None)

    return ask
