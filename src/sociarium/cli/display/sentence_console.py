"""Sentences on a terminal break between words, and never within a command that somebody may copy."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group
from rich.containers import Lines
from rich.text import Text

from sociarium.cli.display.command_hints import program_name
from sociarium.cli.display.fitting_lines import FactsLine

_LEAST_ROOM = 20
"""Cells beside an indentation; where there are fewer, what follows begins at the left."""
_INDENT = re.compile(r" *(?:[!?x] )?")


class SentenceConsole(Console):
    """A console on which a text is a sentence: with word wrap on a terminal, and on one line anywhere else.

    What is drawn (tables, rules, bars) is as wide as the console says.
    """

    def print(self, *objects: Any, soft_wrap: bool | None = None, **options: Any) -> None:
        """See `rich.console.Console.print`; the parts of a group are printed one by one."""
        if len(objects) == 1 and isinstance(objects[0], Group):
            for part in objects[0].renderables:
                if isinstance(part, Text) and (part.no_wrap or (isinstance(part, FactsLine) and self.is_terminal)):
                    super().print(Group(part), **options)  # by itself it would forget how it is cut or broken
                else:
                    self.print(part, soft_wrap=soft_wrap, **options)
            return
        is_text = all(isinstance(one, str | Text) for one in objects)
        if not is_text or not options.keys() <= {"sep", "end", "style"}:
            super().print(*objects, soft_wrap=soft_wrap, **options)
            return
        if self.is_terminal:
            objects = tuple(
                wrapped_sentences(Text(one) if isinstance(one, str) else one, self.width) for one in objects
            )
        super().print(*objects, soft_wrap=True, **options)


class Sentence(Text):
    """A sentence within a picture that is redrawn in place: its rows begin where its words do."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """See `rich.text.Text.wrap`; what is longer than a row is broken here: there it would be cut."""
        rows = (row for line in self.split("\n", allow_blank=True) for row in _rows_of(line, width))
        return Lines(line for row in rows for line in Text.wrap(row, console, width, **options))


def wrapped_sentences(text: Text, width: int) -> Text:
    """A text whose lines are broken between words; the rows of a line begin where its words do.

    What is longer than a row by itself, a command or a path, stays whole.
    """
    rows = [row for line in text.split("\n", allow_blank=True) for row in _rows_of(line, width)]
    return Text("\n", style=text.style, end=text.end).join(rows)


def _rows_of(line: Text, width: int) -> list[Text]:
    plain = line.plain
    if cell_len(plain) <= width:
        return [line]
    match = _INDENT.match(plain)
    indent = match.end() if match and width - match.end() >= _LEAST_ROOM else 0
    rows: list[Text] = []
    start = end = used = 0
    for piece in _pieces(program_name()).finditer(plain):
        cells = cell_len(plain[end : piece.end()])
        if used > indent and used + cells > width:
            rows.append(_row(line, start, end, indent))
            start, used, cells = piece.start(), indent, cell_len(piece[0])
        used += cells
        end = piece.end()
    return [*rows, _row(line, start, end, indent)]


def _row(line: Text, start: int, end: int, indent: int) -> Text:
    row = line[start:end]
    return Text(" " * indent) + row if start else row


@cache
def _pieces(program: str) -> re.Pattern[str]:
    """What is not broken: a word, and a command between backticks, or to the end of its clause or column."""
    command = rf"(?:\$ )?{re.escape(program)}(?: \S*[^\s.;:,)])*(?: \S+)?(?=\s|$)"
    return re.compile(rf"`[^`]*`\S*|{command}|\S+")
