"""Long texts a screen at a time: forwards, back, and to where something stands."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.wizard.pager import show_pages

ROWS = 12
LINES = [f"line {number}" for number in range(1, 41)]
LINES[24] = "Here the Öresund is crossed"
LINES[34] = "the ORESUND again"


class Reader(QuestionPrompts):
    """Presses keys, and looks for what a script says."""

    def __init__(self, keys: Sequence[str], queries: Sequence[str] = ()) -> None:
        super().__init__(Console(file=io.StringIO(), width=80, height=ROWS), str)
        self.keys, self.queries = list(keys), list(queries)
        self.places: list[str] = []

    def read_key(self, line: str) -> str:
        self.places.append(line.partition(" ·")[0])
        return self.keys.pop(0)

    def text(self, question: str, **_: Any) -> str:
        return self.queries.pop(0)


@pytest.mark.parametrize(
    ("keys", "queries", "places"),
    [
        (["next", "previous", "end"], [], ["1 to 10", "11 to 20", "1 to 10"]),
        (["search", "again", "again", "end"], ["oresund"], ["1 to 10", "25 to 34", "35 to 40", "25 to 34"]),
        (["search", "end"], ["crossed here"], ["1 to 10", "25 to 34"]),
        (["search", "next", "end"], ["nowhere"], ["1 to 10", "1 to 10", "11 to 20"]),
        (["again", "end"], [], ["1 to 10", "11 to 20"]),
        (["search", "end"], [""], ["1 to 10", "1 to 10"]),
        (["next", "next", "next", "next"], [], ["1 to 10", "11 to 20", "21 to 30", "31 to 40"]),
    ],
)
def test_keys_lead_through_a_long_text(keys: list[str], queries: list[str], places: list[str]) -> None:
    reader = Reader(keys, queries)
    show_pages(reader, Text("\n".join(LINES)))
    assert [place.removeprefix("lines ").partition(" of")[0] for place in reader.places] == places


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_empty_lines_at_the_end_of_a_text_are_no_lines_of_it(end: str) -> None:
    reader = Reader(["end"])
    show_pages(reader, Text("\n".join(LINES) + end))
    assert reader.places == ["lines 1 to 10 of 40"]


def test_what_is_not_found_is_said_where_one_looks_and_the_line_of_keys_is_never_broken() -> None:
    class Narrow(Reader):
        def read_key(self, line: str) -> str:
            self.places.append(line)
            return self.keys.pop(0)

    reader = Narrow(["search", "search", "next", "end"], ["nowhere", "öresund"])
    reader.screen.width = 60
    show_pages(reader, Text("\n".join(LINES)))
    assert ["Nothing matches 'nowhere'" in line for line in reader.places] == [False, True, False, False]
    assert all(len(line) < 59 for line in reader.places)


def test_what_fits_on_the_screen_is_shown_at_once() -> None:
    reader = Reader([])
    show_pages(reader, Text("\n".join(LINES[: ROWS - 2])))
    assert reader.places == []
