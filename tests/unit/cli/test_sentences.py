"""Sentences break between words on a terminal, and nowhere else."""

from __future__ import annotations

import io

import pytest
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.sentence_console import Sentence, SentenceConsole

LONG = "Nothing that was said is lost, whoever pulls the plug, and the same command goes on where it was."


def shown(*objects: object, is_terminal: bool = True, width: int = 40, **options: bool) -> str:
    screen = SentenceConsole(
        file=io.StringIO(), width=width, force_terminal=is_terminal, color_system=None, markup=False, highlight=False
    )
    for one in objects:
        screen.print(one, **options)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


@pytest.mark.parametrize("options", [{}, {"soft_wrap": True}], ids=["print", "soft"])
def test_a_terminal_gets_whole_words_on_every_row(options: dict[str, bool]) -> None:
    rows = shown(LONG, Text(LONG, style="dim"), **options).splitlines()
    assert len(rows) == 6
    assert all(len(row) <= 40 and not row.endswith(" ") for row in rows)
    assert " ".join(rows) == f"{LONG} {LONG}"


def test_a_pipe_gets_one_line_a_sentence_within_groups_too() -> None:
    text = shown(LONG, Group(Text(LONG), Group(Text(LONG, style="yellow"))), is_terminal=False)
    assert text.splitlines() == [LONG] * 3


def test_commands_and_what_is_longer_than_a_row_stay_whole() -> None:
    resume, path = pasteable("resume", "5d491679", "--yes"), "/a/" + "long/" * 10
    sentences = [
        f"The rest waits until you say so: {resume}. This is what is lost by it: nothing.",
        f"It stands there: {path}",
        f"Ask it again with `{resume} --workers 2`, or leave it there.",
        f"  {resume}   # goes on where it was left, whatever happened to it",
        f"$ {resume} --store sqlite:///a/folder/and/a/file.db",
    ]
    rows = shown(*sentences, width=48).splitlines()
    for whole in (
        f"{resume}.",
        path,
        f"`{resume} --workers 2`,",
        f"$ {resume} --store sqlite:///a/folder/and/a/file.db",
    ):
        assert sum(whole in row for row in rows) == 1
    assert f"  {resume}" in [row.partition("   #")[0] for row in rows]


def test_rows_of_a_warning_begin_where_its_words_do_and_lines_stay_lines() -> None:
    rows = shown(f"! {LONG}\n\n   {LONG}").splitlines()
    head, rest = rows[: rows.index("")], rows[rows.index("") + 1 :]
    assert head[0].startswith("! Nothing")
    assert all(row.startswith("  ") and row[2] != " " for row in head[1:])
    assert all(row.startswith("   ") and row[3] != " " for row in rest)


def test_a_line_that_is_cut_at_the_width_stays_one_row() -> None:
    assert shown(Group(Text(LONG, no_wrap=True, overflow="ellipsis"))) == f"{LONG[:39]}…\n"


def test_a_sentence_of_a_picture_begins_its_rows_where_its_words_begin_and_is_never_cut() -> None:
    rows = [row.rstrip() for row in shown(Padding(Sentence(f"! {LONG}"), 0)).splitlines()]
    assert rows[0].startswith("! Nothing")
    assert all(row.startswith("  ") and not row.startswith("   ") for row in rows[1:])
    assert " ".join(row.strip() for row in rows) == f"! {LONG}"
    rows = shown(Padding(Sentence("x" * 90), 0)).splitlines()
    assert "".join(row.strip() for row in rows) == "x" * 90
