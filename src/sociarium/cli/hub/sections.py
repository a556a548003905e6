"""The parts Opening, Sections and Day's record: what is read, by whom, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sociarium.cli.hub.answers import ask_one
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, Row
from sociarium.cli.hub.texts import TextPlace, open_text, show_placeholders, text_value, write_text
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back, Entry
from sociarium.cli.questions.checks import unused_name
from sociarium.editing.arrange import names_in
from sociarium.editing.document import Document, is_a_feed, modelled_roles
from sociarium.editing.roles import role_names
from sociarium.editing.sections import remove_section, rename_section
from sociarium.editing.values import with_value
from sociarium.experiment.problems import Loc
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

_HEADINGS = [Entry("only where a text follows", "auto"), Entry("always", "always")]
_ALL, _EACH = "all", "each"

OPENING = TextPlace(
    ("starting_message",),
    "The opening:",
    hint="The first thing that everybody reads, as if somebody had said it. "
    "For example: It is Sunday evening. The sink is full.",
    has_self=False,
    is_needed=True,
)


def ask_opening(editor: Editor) -> bool:
    """The opening of a new experiment."""
    return write_text(editor, OPENING)


def open_opening(editor: Editor) -> None:
    """The page of the opening."""
    if editor.value(OPENING.loc) is None:
        ask_opening(editor)
    else:
        open_text(editor, OPENING)


def readers(document: Document) -> list[str]:
    """The roles that read sections of their own."""
    return role_names(document) if is_a_feed(document) else modelled_roles(document)


def first_text(role: str) -> TextPlace:
    """The starting prompt of a role."""
    return TextPlace(
        ("sections", 0, "private", role),
        f"{STARTING_PROMPT} of the {role}:",
        hint=f"Tell the {role} who it is, where, and how to speak. "
        "For example: You are <SELF_NAME>. Speak for yourself only, in one to three sentences.",
        is_needed=True,
    )


def ask_first_text(editor: Editor, role: str) -> bool:
    """The starting prompt of a role of a new experiment."""
    if not editor.document.get("sections"):
        editor.put(with_value(editor.document, ("sections",), [{"title": STARTING_PROMPT, "private": {}}]))
        show_placeholders(editor)
    return write_text(editor, first_text(role))


def open_sections(editor: Editor) -> None:
    """The page of sections."""
    kind = Kind(
        "sections",
        "section",
        section_value,
        _section_rows,
        _add_section,
        rename_section,
        remove_section,
        first=0 if is_a_feed(editor.document) else 1,
    )
    open_things(editor, "Sections:", kind, hint="What is read before anything is said, in this order.")


def section_value(section: dict[str, Any]) -> str:
    """A section in short."""
    if "shared" in section:
        return f"all: {text_value(section['shared'])}"
    private = section.get("private") or {}
    return " · ".join(f"{role}: {text_value(text)}" for role, text in private.items()) or NOTHING


def _section_rows(editor: Editor, loc: Loc) -> list[Row]:
    section = editor.value(loc) or {}
    title = str(section.get("title", ""))
    rows = []
    if "shared" in section:
        place = TextPlace((*loc, "shared"), f"{title}, for all:", hint=_text_hint(title, "everybody"))
        rows.append(Row("Everybody reads", partial(open_text, editor, place), text_value(section["shared"])))
    else:
        private = section.get("private") or {}
        is_first = title == STARTING_PROMPT and loc[1] == 0 and not is_a_feed(editor.document)
        for role in dict.fromkeys([*readers(editor.document), *private]):
            place = first_text(role) if is_first else TextPlace(
                (*loc, "private", role), f"{title} of the {role}:", hint=_text_hint(title, f"the {role}")
            )  # fmt: skip
            ask = partial(_open_private, editor, place)
            rows.append(Row(f"The {role} reads", ask, text_value(private.get(role))))
        if is_first:
            return rows
    rows.append(
        Row(
            "Who reads it",
            partial(_ask_readers, editor, loc),
            "all the same" if "shared" in section else "each role its own",
        )
    )
    heading = (*loc, "heading")
    rows.append(
        Row(
            "Its heading stands",
            lambda: ask_one(editor, heading, f"When does the heading {title!r} stand there?", _HEADINGS, usual="auto"),
            "always" if section.get("heading") == "always" else "where a text follows",
        )
    )
    return rows


def _text_hint(title: str, reader: str) -> str:
    return f"What {reader} reads under the heading {title!r}; empty: nothing."


def _open_private(editor: Editor, place: TextPlace) -> None:
    if editor.value(place.loc) is None:
        write_text(editor, place)
    else:
        open_text(editor, place)


def _ask_readers(editor: Editor, loc: Loc) -> bool:
    section = editor.value(loc) or {}
    before = _ALL if "shared" in section else _EACH
    chosen = editor.prompts.choose(
        "Who reads it?",
        [Entry("All read the same", _ALL), Entry("Each role reads a text of its own", _EACH)],
        default=before,
    )
    if isinstance(chosen, Back):
        return False
    rest = {key: value for key, value in section.items() if key not in {"shared", "private"}}
    if chosen == _ALL and "shared" not in section:
        texts: Sequence[Any] = list((section.get("private") or {}).values())
        editor.set(loc, {**rest, "shared": texts[0] if texts else ""})
    elif chosen == _EACH and "private" not in section:
        text = section.get("shared") or ""
        # A text that all shared is where each role begins when it gets its own.
        editor.set(loc, {**rest, "private": dict.fromkeys(readers(editor.document), text) if text else {}})
    return True


def _add_section(editor: Editor) -> bool:
    titles = names_in(editor.document, "sections")
    title = editor.prompts.text(
        "Title of the section:", hint="It stands above the text, such as: Goal", check=unused_name(titles)
    )
    if isinstance(title, Back):
        return False
    loc: Loc = ("sections", len(titles))
    editor.set(loc, {"title": title, "private": {}})
    if not _ask_readers(editor, loc):
        return True
    if "shared" in (editor.value(loc) or {}):
        write_text(editor, TextPlace((*loc, "shared"), f"{title}, for all:", hint=_text_hint(title, "everybody")))
        return True
    for role in readers(editor.document):
        place = TextPlace((*loc, "private", role), f"{title} of the {role}:", hint=_text_hint(title, f"the {role}"))
        if not write_text(editor, place):
            break
    return True
