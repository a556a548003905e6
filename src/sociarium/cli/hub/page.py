"""A page: lines that are opened, until Esc leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rich.cells import cell_len, set_cell_size

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, Entry

_WIDEST = 26
NOTHING = "–"


class Then(Enum):
    """What follows when a line was opened."""

    CLOSE = auto()
    """The page closes: what it is about is gone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page.

    Attributes:
        open: what Enter does; the page closes where it returns `Then.CLOSE`.
        value: what stands there, in short.
        mark: `!` where something is missing.
        stands: whether a draft that is left there is gone on with there.
    """

    name: str
    open: Callable[[], object]
    value: str = ""
    mark: str = " "
    stands: bool = True


def open_page(
    editor: Editor, title: str | Callable[[], str], rows: Callable[[], Sequence[Row]], *, hint: str = ""
) -> None:
    """Show lines, made anew each time, and open the chosen one, until whoever sits there leaves."""
    place = 0
    while True:
        current = rows()
        names = [row.name for row in current]
        open_name = editor.resume_name(names)
        if open_name is None:
            entries = [Entry(line, number) for number, line in enumerate(row_lines(current))]
            chosen = editor.prompts.choose(
                title if isinstance(title, str) else title(), entries, hint=hint, default=min(place, len(current) - 1)
            )
            if isinstance(chosen, Back):
                return
            place = chosen
        else:
            place = names.index(open_name)
        if open_row(editor, current[place]) is Then.CLOSE:
            return


def open_row(editor: Editor, row: Row) -> object:
    """Open a line, and know meanwhile where one stands."""
    if not row.stands:
        return row.open()
    with editor.at(row.name):
        return row.open()


def row_lines(rows: Sequence[Row]) -> list[str]:
    """Lines with their values in a column."""
    width = min(max((cell_len(row.name) for row in rows if row.value), default=0), _WIDEST)
    lines = []
    for row in rows:
        name = set_cell_size(row.name, width) if row.value and cell_len(row.name) < width else row.name
        value = " ".join(row.value.split())
        lines.append(f"{row.mark} {name}  {value}".rstrip() if value else f"{row.mark} {name}")
    return lines
