"""People in a file of their own: one JSON object a line, a JSON list, or a table (CSV)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from sociarium.experiment.feed.people import Person
from sociarium.experiment.loading.parse import refuse_constant
from sociarium.experiment.loading.scalars import finite_number

MOST_BROKEN = 50
"""Broken entries of one file that are reported."""

_FIELDS = frozenset(Person.model_fields)
_ALSO_CALLED = {
    "username": "handle",
    "user_name": "handle",
    "screen_name": "handle",
    "realname": "name",
    "description": "bio",
    "user_char": "persona",
}
"""Fields as other simulators of social networks call them, OASIS among them."""
_SLIP = 0.8
"""How like a field's name another has to be to be taken for a slip of the pen."""
_DELIMITERS = ",;\t|"
_EXCELS_WORD = re.compile(r"\s{0,20}\"?sep=([,;\t|])\"?[ \t;,|]{0,100}[\r\n]")
"""A first line by which spreadsheets tell each other what stands between cells."""
_OF_QUALTRICS = '"ImportId"'
_WHOLE = re.compile(r"([0-9]{1,15})(?:\.0{1,6})?")
"""A whole number; a table with empty cells in the column has `12.0` for it."""
_RULE = re.compile(r":?-{2,}:?")
_BETWEEN_HANDLES = re.compile(r"[\s,;|@\[\]'\"]+")
_TREES = frozenset({"history", "rule"})
"""Fields that are lists or mappings; a cell of a table has them as JSON."""
_NOT_AN_OBJECT = "this is not an object with the fields of a person"


class Entry(NamedTuple):
    """One person of the file: on which line they begin, and their fields or what is wrong with them."""

    line: int
    value: dict[str, Any] | None
    problem: str = ""


class PeopleFile(NamedTuple):
    """What a file holds.

    Attributes:
        other_fields: those that are no fields of a person, and stand in the persona now.
    """

    entries: Sequence[Entry]
    other_fields: Sequence[str]


def read_people(text: str) -> PeopleFile:
    """Every person of a file, whichever of the three forms it has."""
    begin = text.lstrip()[:1]
    if begin == "[":
        entries = list(_objects_of_json(text))
    elif begin == "{":
        entries = list(_objects_in_one(text) or _objects_of_lines(text))
        if not any(entry.value for entry in entries):
            spread = list(_objects_of_json(text))
            entries = spread if any(entry.value for entry in spread) else entries
    else:
        entries = list(_rows_of_table(text))
    other_fields: dict[str, None] = {}
    return PeopleFile([_with_known_fields(entry, other_fields) for entry in entries], list(other_fields))


def _with_known_fields(entry: Entry, other_fields: dict[str, None]) -> Entry:
    """An entry in which what no person has goes into the persona; a likely slip stays, and is refused later."""
    if entry.value is None:
        return entry
    fields: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in entry.value.items():
        if value is None:
            # Nothing is known, as in an empty cell.
            continue
        name = key.strip().casefold()
        name = _ALSO_CALLED.get(name, name)
        if name not in _FIELDS or name in fields or (name != key and name in entry.value):
            name = key
        if name in _FIELDS or get_close_matches(name, _FIELDS, n=1, cutoff=_SLIP):
            fields[name] = value
        else:
            rest[name] = value
            other_fields.setdefault(name)
    if rest:
        persona = fields.get("persona", "")
        fields["persona"] = (persona if isinstance(persona, dict) else {"persona": persona} if persona else {}) | rest
    return entry._replace(value=fields)


def _objects_of_lines(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(
                line, object_pairs_hook=_refuse_doubles, parse_constant=refuse_constant, parse_float=finite_number
            )
        except json.JSONDecodeError as error:
            yield Entry(number, None, f"this is not JSON: {error.msg} at character {error.colno}")
        except (ValueError, RecursionError) as error:
            yield Entry(number, None, f"this is not JSON: {error}")
        else:
            yield _entry(number, value)


def _objects_in_one(text: str) -> Sequence[Entry]:
    """The objects of a list that is all that an object holds, such as `{"people": [...]}`; nothing where it is none."""
    try:
        value = json.loads(
            text, object_pairs_hook=_refuse_doubles, parse_constant=refuse_constant, parse_float=finite_number
        )
    except (ValueError, RecursionError):
        return ()
    if len(value) != 1:
        return ()
    [(name, people)] = value.items()
    if name.strip().casefold() in _FIELDS or not isinstance(people, list):
        return ()
    return [_entry(1, person) for person in people]


def _objects_of_json(text: str) -> Iterator[Entry]:
    """The objects of a list, or objects that follow each other, spread over any lines."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_refuse_doubles, parse_constant=refuse_constant, parse_float=finite_number
    )
    between = re.compile(r"[\s,]*")
    end = len(text.rstrip())
    start = 0
    if text.lstrip().startswith("["):
        start = text.index("[") + 1
        if not text.rstrip().endswith("]"):
            yield Entry(text.count("\n", 0, end) + 1, None, "the list is not closed with `]`")
            return
        end -= 1
    while (start := _end_of(between, text, start)) < end:
        number = text.count("\n", 0, start) + 1
        try:
            value, start = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            yield Entry(error.lineno, None, f"this is not JSON: {error.msg} at character {error.colno}")
            return
        except (ValueError, RecursionError) as error:
            yield Entry(number, None, f"this is not JSON: {error}")
            return
        yield _entry(number, value)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return start if match is None else match.end()


def _entry(number: int, value: Any) -> Entry:
    if not isinstance(value, dict):
        return Entry(number, None, _NOT_AN_OBJECT)
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return Entry(number, None, "half of a surrogate pair stands alone")
    return Entry(number, value)


def _rows_of_table(text: str) -> Iterator[Entry]:
    """The rows of a table, as dictionaries; empty cells are left out."""
    told = _EXCELS_WORD.match(text)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = told[1] if told else max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    try:
        for row in reader:
            number, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row) or _is_rule(row):
                continue
            if told:
                told = None
            elif not columns:
                columns = [cell.strip() for cell in row]
                if problem := _fault_of_columns(columns):
                    yield Entry(number, None, problem)
                    return
            elif problem := _fault_of_row(columns, row):
                yield Entry(number, None, problem)
            else:
                yield Entry(number, dict(_cells(columns, row)))
    except csv.Error as error:
        yield Entry(line, None, f"this is no row of a table: {error}")


def _is_rule(row: Sequence[str]) -> bool:
    """Whether a row is the line below the names of the columns in a table of Markdown."""
    return all(_RULE.fullmatch(cell.strip()) for cell in row if cell.strip())


def _fault_of_columns(columns: Sequence[str]) -> str:
    names = [_ALSO_CALLED.get(column.casefold(), column.casefold()) for column in columns]
    if "handle" not in names:
        return "this is no JSON, and a table's first line needs a column `handle` (or `username`)"
    doubles = sorted({column for column in columns if column and columns.count(column) > 1})
    return f"the column {doubles[0]!r} stands twice" if doubles else ""


def _fault_of_row(columns: Sequence[str], row: Sequence[str]) -> str:
    """Why a row is no person's; a column without a name may hold the numbers of the rows, which nobody needs."""
    if [cell.strip() for cell in row] == list(columns):
        return "this line names the columns again; take it out"
    if any(_OF_QUALTRICS in cell for cell in row):
        return "this line is Qualtrics's own; take the two lines below the names of the columns out"
    if any(cell.strip() for cell in row[len(columns) :]):
        return f"the row has {len(row)} cells, and the table {len(columns)} columns"
    nameless = [cell.strip() for column, cell in zip(columns, row, strict=False) if not column]
    words = next((cell for cell in nameless if cell and not cell.isdecimal()), None)
    return "" if words is None else f"a column without a name holds {words[:40]!r}; name it in the first line"


def _cells(columns: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for column, cell in zip(columns, row, strict=False):
        # Line ends are those of the machine that wrote the file, and no part of what a cell says.
        value = cell.strip().replace("\r\n", "\n").replace("\r", "\n")
        if not value or not column:
            continue
        match _ALSO_CALLED.get(column.casefold(), column.casefold()):
            case "handle":
                yield column, value.removeprefix("@")
            case "follows":
                yield column, [handle for handle in _BETWEEN_HANDLES.split(value) if handle]
            case field if field in _TREES:
                yield column, _tree_in(value)
            case "followers_count" if match := _WHOLE.fullmatch(value):
                yield column, int(match[1])
            case _:
                yield column, value


def _tree_in(cell: str) -> Any:
    """What a cell holds as JSON; the cell as it is where it holds none, which is refused later."""
    try:
        return json.loads(
            cell, object_pairs_hook=_refuse_doubles, parse_constant=refuse_constant, parse_float=finite_number
        )
    except (ValueError, RecursionError):
        return cell


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise ValueError(f"the key {key!r} stands twice")
        mapping[key] = value
    return mapping
