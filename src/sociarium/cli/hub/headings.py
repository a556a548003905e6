"""When the heading of a section stands."""

from __future__ import annotations

from sociarium.cli.hub.answers import ask_one
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import PageRow
from sociarium.cli.questions.answers import TypedAnswer
from sociarium.experiment.problems import Loc

_HEADINGS = [TypedAnswer("only where a text follows", "auto"), TypedAnswer("always", "always")]


def heading_row(editor: Editor, loc: Loc) -> PageRow:
    """The line of a section's heading."""
    section = editor.value(loc) or {}
    question = f"When does the heading {section.get('title', '')!r} stand there?"
    return PageRow(
        "Its heading stands",
        lambda: ask_one(editor, (*loc, "heading"), question, _HEADINGS, usual="auto"),
        "always" if section.get("heading") == "always" else "where a text follows",
    )
