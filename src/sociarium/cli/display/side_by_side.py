"""Two runs beside each other on a terminal, or one under the other where there is no room."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.output import role_styles, words
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.comparison import (
    DAY_COUNTS,
    DayPair,
    Difference,
    Document,
    Part,
    TurnPair,
    speaker_of,
)
from sociarium.exchange.sanitize import one_line
from sociarium.records.lists import short_ids

NARROW = 70
"""Columns below which two texts beside each other cannot be read."""
_MARGIN = 6
_BETWEEN = " │ "
_MOST = 100_000
_NONE = "–"


def show_comparison_head(
    screen: Console,
    sides: tuple[Document, Document],
    differing: Sequence[Difference],
    shared: Sequence[tuple[str, str]],
) -> None:
    """Which two runs these are, the factors in which they differ, and below what both have."""
    left, right = short_ids([str(document["run"]) for document in sides])
    both_offline = all(document["offline"] for document in sides)
    if screen.is_terminal:
        screen.print()
    for name, document in zip(("left ", "right"), sides, strict=True):
        screen.print(words(f"{name}  {_head(document)}", "bold"))
        if document["error"]:
            screen.print(words(f"       failed: {one_line(document['error'], most=500)}", "red"))
        if document["offline"] and not both_offline:
            screen.print("       offline: these words are stand-ins, not a model's", style="yellow")
    if both_offline:
        screen.print("Both offline: these words are stand-ins, not a model's.", style="yellow")
    if screen.is_terminal:
        screen.print()
    if differing:
        print_columns(
            screen,
            [
                ListColumn("differs", [one.factor for one in differing], rank=0),
                ListColumn(f"left {left}", [one.a for one in differing], rank=0),
                ListColumn(f"right {right}", [one.b for one in differing], rank=0),
            ],
        )
    else:
        screen.print("Nothing differs: both are of one condition, replicate and seed.")
    if shared:
        both = " · ".join(f"{factor}={level}" for factor, level in shared)
        screen.print(words(f"both: {one_line(both, most=2000)}", "dim"))


def show_turns(screen: Console, sides: tuple[Document, Document], pairs: Sequence[TurnPair]) -> None:
    """The turns: what both said once, what they said differently beside each other."""
    same = sum(pair.is_same for pair in pairs)
    parting = next((pair for pair in pairs if not pair.is_same), None)
    where = f"they part at {parting.label[:1].lower() + parting.label[1:]}" if parting else "they never part"
    screen.print(
        words(f"{same} of {count_text(len(pairs), 'turn')} {one_or_many(same, 'is', 'are')} the same; {where}", "dim")
    )
    if not screen.is_terminal:
        for pair in pairs:
            for line in _plain_lines(pair):
                sys.stdout.write(f"{line}\n")
        return
    styles = role_styles([agent["role"] for document in sides for agent in document["agents"]])
    day = 0
    for pair in pairs:
        if pair.day and pair.day != day:
            day = pair.day
            screen.print()
            screen.rule(f"Day {day}", style="dim")
        screen.print()
        _show_pair(screen, pair, styles)


def _show_pair(screen: Console, pair: TurnPair, styles: Mapping[str, str]) -> None:
    label = pair.label if _is_number(pair) else ""
    if pair.is_same:
        assert pair.a is not None
        assert pair.b is not None
        text = _text(pair.a, styles)
        if pair.a.get("flags") != pair.b.get("flags"):
            text.append(f"  [right: {', '.join(pair.b['flags']) or 'no flag'}]", style="yellow")
        _print_block(screen, [(f"{label:<4}=", text)])
    elif screen.width < NARROW:
        rows = [(f"{label:<4}<", _text(pair.a, styles)), (f"{'':<4}>", _text(pair.b, styles))]
        _print_block(screen, rows)
    else:
        _print_beside(screen, f"{label:<5}", _text(pair.a, styles), _text(pair.b, styles))


def _print_block(screen: Console, rows: Iterable[tuple[str, Text]]) -> None:
    for label, text in rows:
        for at, line in enumerate(text.wrap(screen, max(screen.width - _MARGIN, 10))):
            head = words((label if not at else "").ljust(_MARGIN), "dim")
            screen.print(_one_line_of(head, line), no_wrap=True, overflow="crop")


def _print_beside(screen: Console, label: str, left: Text, right: Text) -> None:
    width = (screen.width - _MARGIN - len(_BETWEEN)) // 2
    columns = [list(text.wrap(screen, width)) for text in (left, right)]
    for at in range(max(map(len, columns))):
        one, other = (column[at] if at < len(column) else Text() for column in columns)
        one.rstrip()
        blank = " " * (width - cell_len(one.plain))
        head = words((label if not at else "").ljust(_MARGIN), "dim")
        line = _one_line_of(head, one, Text(blank), Text(_BETWEEN, style="dim"), other)
        screen.print(line, no_wrap=True, overflow="crop")


def _one_line_of(*parts: Text) -> Text:
    line = Text()
    for part in parts:
        line.append_text(part)
    line.rstrip()
    return line


def _text(part: Part | None, styles: Mapping[str, str]) -> Text:
    """A turn as it is read; a run that has none there has a dash."""
    if part is None:
        return Text(_NONE, style="dim")
    style = {"messages": f"bold {styles.get(part.get('role', ''), '')}", "events": "bold reverse"}
    line = words(f"{speaker_of(part)}: ", style.get(part["kind"], "italic bold")).append_text(words(part["content"]))
    if part.get("flags"):
        line.append(f"  [{', '.join(part['flags'])}]", style="yellow")
    return line


def _plain_lines(pair: TurnPair) -> Iterator[str]:
    """A line for what both said, or one for each: `2.7 < Name: words`."""
    label = pair.label if _is_number(pair) else _NONE
    if pair.is_same:
        assert pair.a is not None
        yield _plain(label, "=", pair.a)
        return
    yield _plain(label, "<", pair.a)
    yield _plain(label, ">", pair.b)


def _plain(label: str, sign: str, part: Part | None) -> str:
    text = _NONE if part is None else f"{speaker_of(part)}: {part['content']}"
    flags = f"  [{', '.join(part['flags'])}]" if part is not None and part.get("flags") else ""
    return f"{label} {sign} {one_line(text, most=_MOST)}{flags}"


def _is_number(pair: TurnPair) -> bool:
    return (pair.a or pair.b or {}).get("kind") == "messages"


def show_days(screen: Console, days: Sequence[DayPair]) -> None:
    """The days of two feeds in counts; what neither has is left out."""
    rows = [
        (day.day, name, None if day.a is None else day.a[name], None if day.b is None else day.b[name])
        for day in days
        for name in DAY_COUNTS
        if any(side is not None and side[name] for side in (day.a, day.b))
    ]
    if screen.is_terminal:
        screen.print()
    print_columns(
        screen,
        [
            ListColumn("day", [str(day) if at == 0 or rows[at - 1][0] != day or not screen.is_terminal else ""
                           for at, (day, *_) in enumerate(rows)], "number", 0),
            ListColumn("counts of", [name for _, name, _, _ in rows], "id", 0),
            ListColumn("left", [_count(a) for _, _, a, _ in rows], "number", 0),
            ListColumn("right", [_count(b) for _, _, _, b in rows], "number", 0),
            ListColumn("right − left", [_difference(a, b) for _, _, a, b in rows], "number", 0),
        ],
    )  # fmt: skip


def _count(value: int | None) -> str:
    return _NONE if value is None else f"{value:,}"


def _difference(a: int | None, b: int | None) -> str:
    if a is None or b is None:
        return _NONE
    return f"{b - a:+,}".replace("-", "−") if a != b else "0"


def _head(document: Document) -> str:
    state = f"{document['state']}, {document['ended']}" if document["ended"] else document["state"]
    parts: list[Any] = [document["run"], f"replicate {document['replicate']}", state]
    if document["note"]:
        parts.append(one_line(document["note"], most=200))
    return " · ".join(map(str, parts))
