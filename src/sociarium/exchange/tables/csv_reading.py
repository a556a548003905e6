"""A table of somebody else's, read strictly: what could be meant in two ways is refused, with the line and the mend."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from sociarium.errors import BadInput, SetupError

SEPARATORS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MOST_BYTES = 2_000_000_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written.

    Attributes:
        encoding: of its characters; UTF-8, or what the first bytes say, where it is None.
        separator: between cells; None to take the one that fits.
        missing: what stands in a cell that has no value.
    """

    encoding: str | None = None
    separator: str | None = None
    missing: tuple[str, ...] = ("", "NA")


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table of texts.

    Attributes:
        name: of the file, for messages.
        columns: names, each once; columns without a name are left out.
        rows: cells by position of their column; None where nothing stands.
        lines: of the file, by row; from 1, the header's line.
        unnamed: columns without a name, left out.
        digest: SHA-256 of the file.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    lines: tuple[int, ...]
    unnamed: int
    separator: str
    digest: str

    def column(self, name: str) -> list[str | None]:
        """The cells of a column. Raises `ValueError` for one that is absent."""
        position = self.columns.index(name)
        return [row[position] for row in self.rows]


AS_USUAL = Layout()


def read_csv(path: Path, layout: Layout = AS_USUAL) -> CsvTable:
    """Read comma-separated values (RFC 4180; semicolons, tabs and bars too) with a line of names on top.

    Raises:
        BadInput: it cannot be read in one way only: other characters than it says, separators that do not fit, a name
            that stands twice, a line with more or fewer cells than names, or no row.
        SetupError: the file cannot be opened.
    """
    content = _content(path)
    text = _text(path.name, content, layout.encoding)
    separator = layout.separator or _separator(path.name, text)
    lines: list[tuple[int, list[str]]] = []
    # A cell may be as long as the file.
    before = csv.field_size_limit(max(len(text), 1) + 1)
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
        begin = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(
            f"{path.name}, line {begin}: {error}; close every quote, and double quotes inside a cell"
        ) from error
    finally:
        csv.field_size_limit(before)
    if len(lines) < 2:
        raise BadInput(f"{path.name} has no row below its names; the first line names the columns")
    return _table(path.name, lines, separator, layout.missing, hashlib.sha256(content).hexdigest())


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path.name} has more than {MOST_BYTES // 10**9} GB; give a smaller table")
        return path.read_bytes()
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error


def _text(name: str, content: bytes, encoding: str | None) -> str:
    chosen = encoding or next((one for mark, one in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode("utf-8-sig" if codecs.lookup(chosen).name == "utf-8" else chosen)
    except LookupError as error:
        raise BadInput(f"encoding {chosen!r} is not known; such as utf-8, utf-16, cp1252 or latin-1") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        mend = "say which, e.g. `encoding: cp1252` (Windows, western Europe), or save it as UTF-8"
        raise BadInput(f"{name}, line {line}: its characters are not {chosen}; {mend}") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadInput(f"{name}, line {line}: a null byte stands there; it is no CSV, or UTF-16: `encoding: utf-16`")
    return text


def _separator(name: str, text: str) -> str:
    """The one separator that divides the first lines alike."""
    # Not splitlines: it parts lines at signs that a cell may hold.
    top = list(islice(StringIO(text, newline=""), 50))
    fitting: dict[str, int] = {}
    for candidate in SEPARATORS:
        widths = Counter(len(cells) for cells in _lenient(top, candidate) if cells)
        if len(widths) == 1 and (width := next(iter(widths))) > 1:
            fitting[candidate] = width
    if len(fitting) == 1:
        return next(iter(fitting))
    if not fitting:
        # One column, or lines of unlike lengths: the names decide, and the strict reading says which line is wrong.
        head = top[0] if top else ""
        present = [one for one in SEPARATORS if one in head]
        if len(present) <= 1:
            return present[0] if present else ","
    names = " or ".join(SEPARATORS[one] for one in fitting or SEPARATORS)
    raise BadInput(f'{name}: cells may be separated by {names}; say which, e.g. `separator: ";"`')


def _lenient(lines: Iterable[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []


def _table(
    name: str, lines: Sequence[tuple[int, list[str]]], separator: str, missing: tuple[str, ...], digest: str
) -> CsvTable:
    first, head = lines[0]
    names = [cell.strip() for cell in head]
    if twice := [one for one, count in Counter(filter(None, names)).items() if count > 1]:
        raise BadInput(f"{name}, line {first}: {', '.join(map(repr, twice))} names several columns; rename all but one")
    kept = [position for position, one in enumerate(names) if one]
    if not kept:
        raise BadInput(f"{name}, line {first}: no column has a name")
    rows = []
    for number, cells in lines[1:]:
        if len(cells) != len(names):
            raise BadInput(
                f"{name}, line {number}: {len(cells)} cells for {len(names)} names, separated by "
                f"{SEPARATORS.get(separator, repr(separator))}; quote cells that hold one, or say which `separator`"
            )
        stripped = [cells[position].strip() for position in kept]
        rows.append(tuple(None if cell in missing else cell for cell in stripped))
    return CsvTable(
        name, tuple(names[position] for position in kept), tuple(rows), tuple(number for number, _ in lines[1:]),
        len(names) - len(kept), separator, digest,
    )  # fmt: skip


def number_of(text: str, decimal: str) -> float | None:
    """The number that a cell holds; None where it holds none, or a thousands separator makes it two.

    Args:
        decimal: the sign before the fraction, `.` or `,`.
    """
    other = "," if decimal == "." else "."
    if other in text or "_" in text:
        return None
    try:
        number = float(text.replace(decimal, "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def number_mend(text: str, decimal: str) -> str:
    """What to do about a cell that is no number."""
    other = "," if decimal == "." else "."
    if other in text and number_of(text.replace(other, ""), decimal) is not None:
        return f'if {other!r} stands before the fraction, say `decimal: "{other}"`; if it parts thousands, take it out'
    return "write a number, or name the text in `missing`"
