"""Texts on lines of a width, counted in the cells of a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from prompt_toolkit.utils import get_cwidth

from sociarium.exchange.sanitize import sanitize

ELLIPSIS = "…"
_NOT_SHOWN = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """A line of the screen: the part of a text from `start` to before `end`."""

    start: int
    end: int


def rows_of(text: str, width: int) -> list[ScreenLine]:
    """The rows of a text with word wrap.

    Every sign but line ends stands in exactly one row. A row breaks after a space, after a wide sign (of Chinese), or
    within a word that is longer than a row. Spaces at the end of a row may reach beyond the width.
    """
    rows = []
    start = 0
    for line in text.split("\n"):
        rows += _rows_of_line(line, start, max(width, 2))
        start += len(line) + 1
    return rows


def _rows_of_line(line: str, offset: int, width: int) -> list[ScreenLine]:
    rows = []
    start = used = 0
    break_at = 0
    for position, sign in enumerate(line):
        cells = sign_width(sign)
        if used + cells > width and not sign.isspace():
            # Without a place to break, the word itself is cut.
            end = break_at if break_at > start else position
            rows.append(ScreenLine(offset + start, offset + end))
            start = end
            used = cells_of(line[start:position])
        used += cells
        # What takes no room belongs to the sign before it.
        if sign.isspace() or cells > 1 or (not cells and break_at == position > start):
            break_at = position + 1
    rows.append(ScreenLine(offset + start, offset + len(line)))
    return rows


def position_below(text: str, rows: list[ScreenLine], position: int, by: int) -> int:
    """The position so many rows below another (above: less than 0), in the same cell as far as that row goes."""
    number = row_number(rows, position)
    target = number + by
    if not 0 <= target < len(rows):
        return position
    room = cells_of(text[rows[number].start : position])
    row = rows[target]
    # The end of a row that goes on in the next is the beginning of that one.
    last = row.end - (target + 1 < len(rows) and rows[target + 1].start == row.end)
    end = row.start
    while end < last and (room := room - sign_width(text[end])) >= 0:
        end += 1
    return end


def row_number(rows: list[ScreenLine], position: int) -> int:
    """The number of the row in which a position stands."""
    return max((number for number, row in enumerate(rows) if row.start <= position), default=0)


def visible(sign: str) -> str:
    """A sign as one that can be shown: what would rule the terminal is a sign too."""
    harmless = " " if sign == "\t" else sanitize(sign)
    return harmless if len(harmless) == 1 else _NOT_SHOWN


def sign_width(sign: str) -> int:
    """The cells of one sign, as it is shown."""
    return get_cwidth(visible(sign))


def cells_of(text: str) -> int:
    """The cells of a text on one line."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(sign_width, text))


def wrapped_lines(text: str, width: int) -> list[str]:
    """The lines of a text with word wrap, without the spaces at their ends."""
    return [text[row.start : row.end].rstrip() for row in rows_of(text, width)]


def cut(text: str, width: int, *, ellipsis: str = ELLIPSIS) -> str:
    """A text on one line of at most so many cells, with an ellipsis for what is left out."""
    if cells_of(text) <= width:
        return text
    room = width - cells_of(ellipsis)
    if room < 0:
        return ""
    used = 0
    for position, sign in enumerate(text):
        used += sign_width(sign)
        if used > room:
            return text[:position] + ellipsis
    return text


def padded_text(text: str, width: int) -> str:
    """A text with spaces up to so many cells."""
    return text + " " * (width - cells_of(text))
