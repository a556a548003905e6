"""Tables that fit: what cannot be cut never is, texts give way, and columns that find no room are named below."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import one_line

_GAP = 2
_MOST_CHARACTERS = 300
_MOST_NUMBERS, _MOST_WHOLE = 1000, 100_000
_LEAST_TITLE, _LEAST_TEXT = 24, 8


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list.

    Attributes:
        cells: one for each row; longer texts are cut with an ellipsis where the width asks for it.
        kind: an id, a number or a plot is never cut; numbers stand to the right; a plot keeps its blanks.
        rank: columns of a higher rank go first where there is no room; those of rank 0 stay.
        measure: the cells that a text takes, as whoever draws the table counts them.
    """

    name: str
    cells: Sequence[str]
    kind: Literal["id", "number", "text", "plot"] = "text"
    rank: int = 1
    measure: Callable[[str], int] = cell_len

    @property
    def width(self) -> int:
        """Cells of the widest entry, the head among them."""
        return max(map(self.measure, (self.name, *self.cells)), default=0)

    @property
    def least(self) -> int:
        """The width below which it says nothing any more."""
        return self.width if self.kind != "text" else min(self.width, _LEAST_TITLE if self.rank == 0 else _LEAST_TEXT)


def print_columns(screen: Console, columns: Sequence[ListColumn]) -> None:
    """Print a table as wide as the screen at most; where nobody looks at a screen, every line is whole.

    Columns in which nothing stands are left out.
    """
    filled = [_one_line_cells(column) for column in columns if any(column.cells)]
    if not screen.is_terminal:
        for line in _lines(filled, [column.width for column in filled]):
            sys.stdout.write(f"{line.plain}\n")
        return
    fitting, left_out = _fit(filled, screen.width)
    widths = _widths(fitting, screen.width)
    for line in _lines(fitting, widths):
        screen.print(line, no_wrap=True, overflow="crop")
    if left_out:
        names = ", ".join(column.name for column in left_out)
        screen.print(words(f"not shown, for want of room: {names} (--tsv has all)", "dim"))


def table_lines(columns: Sequence[ListColumn], width: int) -> list[str]:
    """A table no wider than that: its head, then a line for each row; columns in which nothing stands are left out."""
    filled = [_one_line_cells(column) for column in columns if any(column.cells)]
    fitting, _ = _fit(filled, width)
    return [line.plain for line in _lines(fitting, _widths(fitting, width))]


def print_tab_separated_rows(columns: Sequence[ListColumn]) -> None:
    """Print a head and a line for each row, tab-separated and whole, for other programs."""
    write_tab_separated_line([column.name for column in columns])
    for cells in zip(*(column.cells for column in columns), strict=True):
        write_tab_separated_line(cells, most=_MOST_WHOLE)


def write_tab_separated_line(cells: Iterable[str], *, most: int = _MOST_NUMBERS) -> None:
    """Write cells as one line for other programs.

    Args:
        most: characters of a cell.
    """
    sys.stdout.write("\t".join(one_line(cell, most=most) for cell in cells) + "\n")


def width_of(columns: Sequence[ListColumn], *, least: bool = False) -> int:
    """How wide a table is.

    Args:
        least: with texts as short as they can be.
    """
    filled = [column for column in columns if any(column.cells)]
    return sum((column.least if least else column.width) + _GAP for column in filled) - _GAP


def _one_line_cells(column: ListColumn) -> ListColumn:
    if column.kind == "plot":
        return column
    cells = [one_line(cell, most=_MOST_CHARACTERS) for cell in column.cells]
    return replace(column, name=one_line(column.name, most=40), cells=cells)


def _fit(columns: Sequence[ListColumn], width: int) -> tuple[list[ListColumn], list[ListColumn]]:
    """The columns that find room, and those that do not."""
    fitting = list(columns)
    left_out = []
    while sum(column.least + _GAP for column in fitting) - _GAP > width:
        last = max(fitting, key=lambda column: (column.rank, fitting.index(column)))
        if last.rank == 0:
            break
        fitting.remove(last)
        left_out.append(last)
    return fitting, [column for column in columns if column in left_out]


def _widths(columns: Sequence[ListColumn], width: int) -> list[int]:
    """Every column gets what it needs at least; what is left goes to those that need more, the narrowest first."""
    widths = [column.least for column in columns]
    room = width - sum(widths) - _GAP * (len(columns) - 1)
    wanting = sorted(range(len(columns)), key=lambda place: columns[place].width - widths[place])
    for number, place in enumerate(wanting):
        more = min(columns[place].width - widths[place], max(room, 0) // (len(wanting) - number))
        widths[place] += more
        room -= more
    return widths


def _lines(columns: Sequence[ListColumn], widths: Sequence[int]) -> list[Text]:
    lines = [_line([column.name for column in columns], columns, widths, style="dim")]
    lines += [_line(cells, columns, widths) for cells in zip(*(column.cells for column in columns), strict=True)]
    return lines


def _line(cells: Sequence[str], columns: Sequence[ListColumn], widths: Sequence[int], style: str = "") -> Text:
    parts = [_cell_text(cell, width, column) for cell, width, column in zip(cells, widths, columns, strict=True)]
    return words((" " * _GAP).join(parts).rstrip(), style)


def _cell_text(text: str, width: int, column: ListColumn) -> str:
    if column.measure(text) > width:
        text = f"{_beginning(text, width - 1, column)}…"
    blank = " " * (width - column.measure(text))
    return blank + text if column.kind == "number" else text + blank


def _beginning(text: str, width: int, column: ListColumn) -> str:
    if column.measure is cell_len:
        return set_cell_size(text, width)
    while text and column.measure(text) > width:
        text = text[:-1]
    return text
