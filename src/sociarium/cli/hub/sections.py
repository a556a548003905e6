"""The parts Opening, Sections and Day's record: what is read, by whom, and in which order."""

from __future__ import annotations

from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.headings import heading_row
from sociarium.cli.hub.new_section import add_section, ask_readers, text_hint
from sociarium.cli.hub.page import NOTHING, PageRow
from sociarium.cli.hub.texts import TextPlace, open_text, show_placeholders, text_value, write_text
from sociarium.cli.hub.things import Kind, open_things
from sociarium.editing.document import is_a_feed
from sociarium.editing.sections import readers, remove_section, rename_section
from sociarium.editing.values import with_value
from sociarium.experiment.problems import Loc
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

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
        add_section,
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


def _section_rows(editor: Editor, loc: Loc) -> list[PageRow]:
    section = editor.value(loc) or {}
    title = str(section.get("title", ""))
    rows = []
    if "shared" in section:
        place = TextPlace((*loc, "shared"), f"{title}, for all:", hint=text_hint(title, "everybody"))
        rows.append(PageRow("Everybody reads", partial(open_text, editor, place), text_value(section["shared"])))
    else:
        private = section.get("private") or {}
        is_first = is_first_section(editor, loc)
        for role in dict.fromkeys([*readers(editor.document), *private]):
            place = first_text(role) if is_first else TextPlace(
                (*loc, "private", role), f"{title} of the {role}:", hint=text_hint(title, f"the {role}")
            )  # fmt: skip
            ask = partial(_open_private, editor, place)
            rows.append(PageRow(f"The {role} reads", ask, text_value(private.get(role))))
    if "shared" in section or not is_first_section(editor, loc):
        value = "all the same" if "shared" in section else "each role its own"
        rows.append(PageRow("Who reads it", partial(ask_readers, editor, loc), value))
    return [*rows, heading_row(editor, loc)]


def is_first_section(editor: Editor, loc: Loc) -> bool:
    """Whether it is the starting prompt, which each role reads in words of its own."""
    title = (editor.value(loc) or {}).get("title")
    return title == STARTING_PROMPT and loc[1] == 0 and not is_a_feed(editor.document)


def _open_private(editor: Editor, place: TextPlace) -> None:
    if editor.value(place.loc) is None:
        write_text(editor, place)
    else:
        open_text(editor, place)
