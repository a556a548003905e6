"""A page: lines that are opened, until Esc leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.wrapping import cells_of, padded_text

_WIDEST = 26
NOTHING = "–"


class Then(Enum):
    """What follows when a line was opened."""

    CLOSE = auto()
    """The page closes: what it is about is gone."""


@dataclass(frozen=True, slots=True)
class PageRow:
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
    editor: Editor, title: str | Callable[[], str], rows: Callable[[], Sequence[PageRow]], *, hint: str = ""
) -> None:
    """Show lines, made anew each time, and open the chosen one, until whoever sits there leaves."""
    place = 0
    while True:
        current = rows()
        names = [row.name for row in current]
        open_name = editor.resume_name(names)
        if open_name is None:
            entries = [
                TypedAnswer(f"{row.mark} {row.name}".strip(), number, note=row.value)
                for number, row in enumerate(current)
            ]
            called = title if isinstance(title, str) else title()
            # Its title says where it is; what is asked in it stands under a line that does.
            chosen = editor.context.prompts.choose(called, entries, hint=hint, default=min(place, len(current) - 1))
            if isinstance(chosen, Back):
                return
            place = chosen
        else:
            place = names.index(open_name)
        with editor.page():
            if open_row(editor, current[place]) is Then.CLOSE:
                return


def open_row(editor: Editor, row: PageRow) -> object:
    """Open a line, and know meanwhile where one stands."""
    if not row.stands:
        return row.open()
    with editor.at(row.name):
        return row.open()


def row_lines(rows: Sequence[PageRow]) -> list[str]:
    """Lines with their values in a column."""
    width = min(max((cells_of(row.name) for row in rows if row.value), default=0), _WIDEST)
    lines = []
    for row in rows:
        name = padded_text(row.name, width) if row.value else row.name
        value = " ".join(row.value.split())
        lines.append(f"{row.mark} {name}  {value}".rstrip() if value else f"{row.mark} {name}")
    return lines
