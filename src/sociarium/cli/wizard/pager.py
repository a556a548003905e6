"""Long texts, a screen at a time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.matching import matches, search_key
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.questions.wrapping import cut

_BELOW = 2
"""Lines kept for the question."""
_AROUND = 3
"""Cells of its line that stay free."""


def show_pages(prompts: QuestionPrompts, text: Text) -> None:
    """Show a text; Enter goes on, b goes back, / searches, n goes to the next match, q ends.

    Empty lines at the end are left out.
    """
    screen = prompts.screen
    lines = list(text.wrap(screen, screen.width))
    while len(lines) > 1 and not lines[-1].plain.strip():  # whether the last end of a line begins one is the library's
        lines.pop()
    height = max(screen.height - _BELOW, 5)
    first, query, fault = 0, "", ""
    while True:
        for line in lines[first : first + height]:
            screen.print(line, end="\n" if not line.plain.endswith("\n") else "")
        last = first + height >= len(lines)
        if last and not first:
            return
        position = f"lines {first + 1} to {min(first + height, len(lines))} of {len(lines)}"
        keys = f"{'any key: done' if last else 'any key: next'} · b: before · /: search · q: end"
        # What stands above the lines is gone from the screen when they are shown.
        then = prompts.read_key(cut(f"{position}{fault} · {keys}", screen.width - _AROUND))
        fault = ""
        if then == "search":
            answer = prompts.text("Search for:", default=query)
            query = query if isinstance(answer, Back) else answer
        if then == "search" or (then == "again" and query):
            match = _next_match(lines, query, first)
            fault = f" · ! Nothing matches {query.strip()!r}" if match is None else ""
            first = first if match is None else match
        elif then == "end" or (then != "previous" and last):
            return
        else:
            first = max(0, first - height) if then == "previous" else first + height


def _next_match(lines: Sequence[Text], query: str, first: int) -> int | None:
    """The next line after the first on the screen that has all words, from the end on to the beginning, if any."""
    places = matches([search_key(line.plain) for line in lines], query) if query.strip() else [first]
    return next((place for place in places if place > first), places[0]) if places else None
