"""Lines of the screen break between facts and are cut between words, where they do not fit."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console, Group
from rich.text import Text

from sociarium.cli.display.fitting_lines import CutLine, FactsLine
from sociarium.cli.display.sentence_console import SentenceConsole

FACTS = ["96 done", "3 at work", "about 52 min to go", "3.77 to 4.90 USD to go"]


def printed(part: Text, width: int, *, is_terminal: bool = True) -> list[str]:
    written = io.StringIO()
    SentenceConsole(file=written, width=width, force_terminal=is_terminal, color_system=None).print(Group(part))
    return written.getvalue().splitlines()


def test_facts_break_between_two_of_them() -> None:
    assert printed(FactsLine(FACTS), 40) == ["96 done · 3 at work · about 52 min to go", "3.77 to 4.90 USD to go"]
    assert printed(FactsLine(FACTS), 39) == ["96 done · 3 at work", "about 52 min to go", "3.77 to 4.90 USD to go"]


def test_a_fact_that_is_longer_than_a_row_breaks_between_words() -> None:
    assert printed(FactsLine(FACTS[-1:]), 12) == ["3.77 to 4.90", "USD to go"]


def test_piped_facts_are_one_line() -> None:
    assert printed(FactsLine(FACTS), 20, is_terminal=False) == [" · ".join(FACTS)]


def test_a_line_is_cut_between_words() -> None:
    line = Text.assemble("  ", ("Guard: ", "cyan"), "Who was it that asked?")
    assert printed(CutLine(line), 31) == ["  Guard: Who was it that asked?"]
    assert printed(CutLine(line), 30) == ["  Guard: Who was it that…"]
    assert printed(CutLine(line), 25) == ["  Guard: Who was it that…"]
    assert printed(CutLine(line), 24) == ["  Guard: Who was it…"]


@pytest.mark.parametrize("text", ["田中太郎は皿を洗いたくないと言った", "https://example.org/a/long/path"])
@pytest.mark.parametrize("width", range(2, 12))
def test_what_has_no_spaces_is_cut_where_the_row_ends(text: str, width: int) -> None:
    [row] = printed(CutLine(Text(text)), width)
    assert row.endswith("…")
    assert width - 1 <= cell_len(row) <= width


def test_a_cut_line_keeps_its_colours() -> None:
    written = io.StringIO()
    console = Console(file=written, width=12, force_terminal=True, color_system="standard", legacy_windows=False)
    console.print(CutLine(Text("Somebody has to", style="red")))
    assert written.getvalue().startswith("\x1b[31mSomebody")
