"""The lines of a list: marks, texts and notes in columns that fit the width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sociarium.cli.display.columns import ListColumn, table_lines
from sociarium.cli.questions.answers import TypedAnswer
from sociarium.cli.questions.list_state import ListState, OrderState
from sociarium.cli.questions.screen import Line
from sociarium.cli.questions.wrapping import cells_of, cut, padded_text
from sociarium.exchange.sanitize import sanitize

_TEXT_SHARE = 0.6
"""Of the line, for texts, where notes stand beside them."""
_LEAST_NOTE = 12
_GAP = 2
_INDENT, _MARKED_INDENT = 2, 6
"""Of entries: a sign for the one that is pointed at, and a box where entries are marked."""
_FEWEST_BELOW_HEAD = 3


class EntryLines:
    """The lines of entries, which are measured once.

    Args:
        entries: as they are shown, in any order.
    """

    def __init__(self, entries: Sequence[TypedAnswer]) -> None:
        self._texts = [_on_one_line(entry.text) for entry in entries]
        self._notes = [_on_one_line(entry.note) for entry in entries]
        self._reasons = [_on_one_line(entry.unavailable) for entry in entries]
        self._widest = max(map(cells_of, self._texts), default=0)
        self._has_notes = any(self._notes)

    def line(self, position: int, *, head: str, is_pointed: bool, width: int) -> Line:
        """The line of one entry.

        Args:
            head: what stands before its text.
            width: columns of the whole line.
        """
        reason = self._reasons[position]
        style = "class:pointed" if is_pointed else "class:unavailable" if reason else ""
        room = max(width - cells_of(head), 1)
        text = self._texts[position]
        if reason:
            return [(style, cut(f"{head}{text} – {reason}", width))]
        share = min(self._widest, int(room * _TEXT_SHARE))
        note_room = room - share - _GAP
        if not self._has_notes or note_room < _LEAST_NOTE:
            return [(style, head + cut(text, room))]
        if not self._notes[position]:
            return [(style, head + cut(text, room))]
        beside = padded_text(cut(text, share), share + _GAP)
        return [(style, head + beside), ("class:note", cut(self._notes[position], note_room))]

    def head(self, _width: int) -> str:
        """What stands above the entries; nothing, where they are no table."""
        return ""

    def text(self, position: int) -> str:
        """What an entry says, on one line."""
        return self._texts[position]


class TableLines(EntryLines):
    """The lines of entries that are rows of a table; laid out anew where the terminal gets another width.

    Args:
        columns: with a cell for each entry. They are what is seen; what an entry says is searched.
    """

    def __init__(self, entries: Sequence[TypedAnswer], columns: Sequence[ListColumn]) -> None:
        super().__init__(entries)
        self._columns = [replace(column, measure=cells_of) for column in columns]
        self._width = 0
        self._table: list[str] = []

    def head(self, width: int) -> str:
        """The names of the columns that find room."""
        return self._lines(width)[0]

    def line(self, position: int, *, head: str, is_pointed: bool, width: int) -> Line:
        """See `EntryLines`."""
        row = self._lines(max(width - cells_of(head), 1))[position + 1]
        return [("class:pointed" if is_pointed else "", head + cut(sanitize(row), max(width - cells_of(head), 1)))]

    def _lines(self, width: int) -> list[str]:
        if width != self._width:
            self._width, self._table = width, table_lines(self._columns, width)
        return self._table


def list_lines(state: ListState, lines: EntryLines, *, has_marks: bool, height: int, width: int) -> list[Line]:
    """A list as far as there is room, below what is searched for and where it is."""
    drawn: list[Line] = []
    indent = _MARKED_INDENT if has_marks else _INDENT
    names = lines.head(width - indent) if height > _FEWEST_BELOW_HEAD else ""
    height -= bool(names)
    place = state.place(height)
    if has_marks:
        place = f"{len(state.marked)} marked{' · ' if place else ''}{place}"
    if state.query or place:
        query = f"  search: {_on_one_line(state.query)}_" if state.query else ""
        place = cut(place, width)
        query = cut(query, max(width - cells_of(place) - _GAP, 0))
        drawn.append([("", query), ("class:hint", " " * (width - cells_of(query) - cells_of(place)) + place)])
    if not state.shown:
        return [*drawn, [("class:mark", "  ! "), ("class:reason", cut(_on_one_line(state.reason()), width - 4))]]
    if names:
        drawn.append([("class:hint", " " * indent + cut(sanitize(names), width - indent))])
    for position in state.visible(height)[1]:
        is_pointed = position == state.pointed
        head = "› " if is_pointed else "  "
        if has_marks:
            head += "[x] " if position in state.marked else "[ ] "
        drawn.append(lines.line(position, head=head, is_pointed=is_pointed, width=width))
    return drawn


def order_lines(state: OrderState, lines: EntryLines, *, height: int, width: int) -> list[Line]:
    """A list that is put in order, with numbers."""
    drawn = []
    digits = len(str(len(state.order)))
    first = min(max(state.pointed - height + 1, 0), max(len(state.order) - height, 0))
    for place, position in enumerate(state.order[first : first + height], start=first):
        is_pointed = place == state.pointed
        sign = ("=" if state.is_held else "›") if is_pointed else " "
        head = f"{sign} {place + 1:>{digits}}. "
        drawn.append(lines.line(position, head=head, is_pointed=is_pointed, width=width))
    return drawn


def _on_one_line(text: str) -> str:
    return sanitize(" ".join(text.split()))
