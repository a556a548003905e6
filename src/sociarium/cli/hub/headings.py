"""When the heading of a section stands."""

from __future__ import annotations

from sociarium.cli.hub.answers import ask_one
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import Row
from sociarium.cli.questions.answers import Entry
from sociarium.experiment.problems import Loc

_HEADINGS = [Entry("only where a text follows", "auto"), Entry("always", "always")]


def heading_row(editor: Editor, loc: Loc) -> Row:
    """The line of a section's heading."""
    section = editor.value(loc) or {}
    question = f"When does the heading {section.get('title', '')!r} stand there?"
    return Row(
        "Its heading stands",
        lambda: ask_one(editor, (*loc, "heading"), question, _HEADINGS, usual="auto"),
        "always" if section.get("heading") == "always" else "where a text follows",
    )
