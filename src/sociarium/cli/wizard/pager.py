"""Long texts, a screen at a time."""

from __future__ import annotations

from rich.text import Text

from sociarium.cli.questions.prompts import Prompts

_BELOW = 2
"""Lines kept for the question."""


def show_pages(prompts: Prompts, text: Text) -> None:
    """Show a text; Enter goes on, b goes back, q ends."""
    screen = prompts.screen
    lines = text.wrap(screen, screen.width)
    height = max(screen.height - _BELOW, 5)
    first = 0
    while True:
        for line in lines[first : first + height]:
            screen.print(line, end="\n" if not line.plain.endswith("\n") else "")
        last = first + height >= len(lines)
        if last and not first:
            return
        position = f"lines {first + 1} to {min(first + height, len(lines))} of {len(lines)}"
        then = prompts.read_key(f"{position} · {'any key: done' if last else 'any key: next'} · b: before · q: end")
        if then == "end" or (then == "next" and last):
            return
        first = max(0, first - height) if then == "previous" else first + height
