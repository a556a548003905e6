"""Lines that fit the width without a break or a cut where somebody would misread it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.text import Text

_BETWEEN = " · "


class FactsLine(Text):
    """Short facts on a line; where they are more than a row holds, it breaks between two of them."""

    def __init__(self, facts: Sequence[str]) -> None:
        super().__init__(_BETWEEN.join(facts))
        self._facts = tuple(facts)

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """See `rich.text.Text.wrap`; a fact that is longer than a row is broken between words."""
        rows: list[str] = []
        for fact in self._facts:
            if rows and cell_len(joined := f"{rows[-1]}{_BETWEEN}{fact}") <= width:
                rows[-1] = joined
            else:
                rows.append(fact)
        return Lines(line for row in rows for line in Text(row).wrap(console, width, **options))


class CutLine(Text):
    """One row of a text, cut between words where it is longer."""

    def __init__(self, text: Text) -> None:
        super().__init__(no_wrap=True)
        self.append_text(text)

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """See `rich.text.Text.wrap`; within a word that is most of the row, it is cut all the same."""
        if cell_len(self.plain) <= width:
            return Lines([self.copy()])
        row = self.copy()
        row.truncate(max(width - 1, 0), overflow="crop")
        space = row.plain.rfind(" ")
        if not self.plain[len(row.plain) :].startswith(" ") and space > len(row.plain) // 2:
            row.right_crop(len(row.plain) - space)
        row.rstrip()
        return Lines([row.append("…")])
