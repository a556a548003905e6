"""Long texts, a screen at a time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from sociarium.cli.display.output import words
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.matching import matches, search_key
from sociarium.cli.questions.prompts import Prompts

_BELOW = 2
"""Lines kept for the question."""


def show_pages(prompts: Prompts, text: Text) -> None:
    """Show a text; Enter goes on, b goes back, / searches, n goes to the next match, q ends."""
    screen = prompts.screen
    lines = list(text.wrap(screen, screen.width))
    height = max(screen.height - _BELOW, 5)
    first, query = 0, ""
    while True:
        for line in lines[first : first + height]:
            screen.print(line, end="\n" if not line.plain.endswith("\n") else "")
        last = first + height >= len(lines)
        if last and not first:
            return
        position = f"lines {first + 1} to {min(first + height, len(lines))} of {len(lines)}"
        then = prompts.read_key(
            f"{position} · {'any key: done' if last else 'any key: next'} · b: before · /: search · q: end"
        )
        if then == "search":
            answer = prompts.text("Search for:", default=query)
            query = query if isinstance(answer, Back) else answer
        if then == "search" or (then == "again" and query):
            first = _next_match(prompts, lines, query, first)
        elif then == "end" or (then != "previous" and last):
            return
        else:
            first = max(0, first - height) if then == "previous" else first + height


def _next_match(prompts: Prompts, lines: Sequence[Text], query: str, first: int) -> int:
    """The next line after the first on the screen that has all words, from the end on to the beginning; else that."""
    places = matches([search_key(line.plain) for line in lines], query) if query.strip() else [first]
    if not places:
        prompts.screen.print(words(f"! Nothing matches {query.strip()!r}.", "yellow"), soft_wrap=True)
        return first
    return next((place for place in places if place > first), places[0])
