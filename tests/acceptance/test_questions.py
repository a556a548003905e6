"""Every kind of question on a real terminal of 80 columns and 24 rows, and on smaller and simpler ones."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, ESC, SPACE, UP
from tests.support.program_process import PATH, begin_on_terminal
from tests.support.question_program import KINDS
from tests.support.warm_process import ROOT, Start
from tests.support.watched_terminal import Screen

RIGHT, HOME, TAB, PAGE_DOWN, BACKSPACE, CTRL_U, CTRL_O = "\x1b[C", "\x1b[H", "\t", "\x1b[6~", "\x7f", "\x15", "\x0f"
ASKS = "import sys; from tests.support.question_program import main; sys.exit(main())"


def asked(*kinds: str, columns: int = 80, rows: int = 24, folder: Path = ROOT, **environment: str) -> Screen:
    """A terminal on which questions of some kinds are asked."""
    variables = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "PYTHONUNBUFFERED": "1"} | environment
    start = Start("-c", [ASKS, *kinds], str(folder), os.environ | PATH | variables, terminal=True)
    terminal = begin_on_terminal(
        start,
        fresh="PYTHONIOENCODING" in environment,
        dimensions=(rows, columns),
        encoding="utf-8",
        codec_errors="replace",
    )
    terminal.delaybeforesend = None
    return Screen(terminal, columns, rows)


def test_typing_replaces_a_proposal_and_what_is_wrong_is_said_at_once() -> None:
    screen = asked("text")
    screen.shows("Perform · 3 of 6", "How many messages in a conversation?   5", "type to replace", "?: more")
    place = next(number for number, line in enumerate(screen.lines) if "How many messages" in line)
    assert not screen.lines[place - 1]
    screen.presses("777", ENTER)
    screen.shows("conversation?   777", "! Write a whole number, from 1 to 100.")
    # What was typed stays, and the reason goes as soon as it is mended.
    screen.presses(BACKSPACE)
    screen.hides("! Write")
    screen.presses(ENTER)
    screen.shows("answer: '77'")


@pytest.mark.parametrize(("keys", "answer"), [(RIGHT + "0", "50"), (HOME + "1", "15"), ("", "5"), (CTRL_U + "6", "6")])
def test_a_proposal_is_kept_edited_taken_or_cleared(keys: str, answer: str) -> None:
    screen = asked("text")
    screen.shows("conversation?   5")
    screen.presses(keys, ENTER)
    screen.shows(f"answer: '{answer}'")


def test_a_cleared_proposal_comes_back() -> None:
    screen = asked("text")
    screen.shows("conversation?   5")
    screen.presses("8", BACKSPACE)
    screen.shows("→ the proposal again")
    screen.presses(RIGHT, ENTER)
    screen.shows("answer: '5'")


def test_a_long_hint_is_read_behind_a_question_mark() -> None:
    screen = asked("text")
    screen.shows("?: more")
    assert sum("All days together" in line for line in screen.lines) == 1
    screen.hides("is refused.")
    screen.presses("?")
    screen.shows("the first days, and a day that would be empty is refused.", "conversation?   5")


def test_tab_completes_placeholders_and_names() -> None:
    screen = asked("completed")
    screen.shows("Tab: complete")
    screen.presses("<pr", TAB)
    screen.shows("Which text?   <PRISONER_", "<PRISONER_NUM>  <PRISONER_NUMWORD>")
    screen.presses(TAB, TAB)
    screen.shows("Which text?   <PRISONER_NUMWORD>")
    screen.presses(CTRL_U, "JU", TAB)
    screen.shows("Which text?   Jury")
    screen.presses(CTRL_U, "zz", TAB)
    screen.shows("! Nothing completes this.", "Which text?   zz")


def test_tab_completes_paths_of_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "data" / "crowds").mkdir(parents=True)
    (tmp_path / "data" / "crowds" / "Zürich.csv").write_text("")
    screen = asked("path", HOME=str(tmp_path))
    screen.shows("Which file?")
    screen.presses("~", TAB, "da", TAB, TAB, "zu", TAB)
    screen.shows("Which file?   ~/data/crowds/Zürich.csv")
    screen.presses(ENTER)
    screen.shows(f"answer: {'~/data/crowds/Zürich.csv'!a}")


def test_long_texts_wrap_at_words_and_are_edited_as_they_stand() -> None:
    screen = asked("long")
    screen.shows("F1: more", "  minutes to come to terms. The judge has left the room, and nobody knows for")
    assert all(len(line) < 80 for line in screen.lines)
    screen.presses(UP, HOME, "X", CTRL_O)
    screen.shows("XTHE JUDGE HAS LEFT THE ROOM")
    screen.presses(ENTER)
    screen.shows("answer: 'XTHE JUDGE")


def test_a_secret_is_not_shown() -> None:
    screen = asked("secret")
    screen.shows("Password:")
    screen.presses("geheim")
    screen.shows("Password:   ******")
    screen.presses(ENTER)
    screen.shows("answer: 'geheim'")
    assert screen.written.count("geheim") == 1


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("MALMO", "malmo"),
        ("lodz", "lodz"),
        ("минск", "minsk"),
        ("北", "beijing"),
        ("købenHAVN öres", "malmo"),
        ("sea by", "long"),
        ("paulo sao", "sao paulo"),
    ],
)
def test_a_list_is_searched_in_any_script_by_words_in_any_order(query: str, answer: str) -> None:
    screen = asked("choose")
    screen.shows("type to search")
    screen.presses(query)
    screen.shows(f"search: {query}_", "1 of 7")
    screen.presses(ENTER)
    screen.shows(f"answer: '{answer}'")


def test_where_nothing_matches_enter_takes_nothing() -> None:
    screen = asked("choose")
    screen.shows("› Malmö")
    screen.presses("xyz")
    screen.shows("! Nothing matches 'xyz'.")
    screen.presses(ENTER, CTRL_U)
    screen.shows("› Malmö")
    screen.presses(ENTER)
    screen.shows("answer: 'malmo'")


def test_entries_are_one_line_each_with_notes_and_what_is_unavailable_says_why() -> None:
    screen = asked("choose")
    screen.shows("Ulm – being cleaned", "on the Öresund", "a station", "pwllgwyngyllp…")
    assert sum("pwllgwyngyll" in line for line in screen.lines) == 1
    screen.presses("ulm", ENTER)
    screen.shows("! Ulm: being cleaned")
    screen.presses(ESC)
    screen.shows("answer: 'BACK'")


def test_a_long_list_scrolls_and_says_where_it_is() -> None:
    screen = asked("many")
    screen.shows("› Run 100", "of 480")
    shown = next(re.search(r"(\d+)–(\d+) of 480", line) for line in screen.lines if "of 480" in line)
    assert shown is not None
    runs = [line for line in screen.lines if re.match("[› ] Run ", line)]
    assert len(runs) == int(shown[2]) - int(shown[1]) + 1
    assert f"Run {shown[1]} " in runs[0]
    screen.presses(PAGE_DOWN, DOWN)
    screen.shows("› Run 115")
    screen.presses("7 run 3")
    screen.shows("that match", "› Run 17")
    screen.presses(DOWN)
    screen.shows("› Run 37")
    screen.presses(ENTER)
    screen.shows("Which run?   Run 37", "answer: 37")


def test_several_are_marked_with_and_without_a_search() -> None:
    screen = asked("several")
    screen.shows("0 marked")
    screen.presses(ENTER)
    screen.shows("! Mark at least 1, with the space bar.")
    screen.presses(DOWN, SPACE)
    screen.shows("› [x] Łódź", "1 marked")
    screen.presses("sao pa", ENTER)
    screen.shows("› [x] São Paulo", "2 marked")
    screen.hides("search:")
    screen.presses(ENTER)
    screen.shows("answer: ['lodz', 'sao paulo']")


def test_confirm_is_answered_by_a_letter_and_proposes_what_the_caller_does() -> None:
    screen = asked("confirm")
    screen.shows("› No")
    screen.presses("y", ENTER)
    screen.shows("conversations?   Yes", "answer: True")


def test_what_is_no_number_is_refused_and_can_be_written_anew() -> None:
    screen = asked("whole")
    screen.shows("How many days?   2")
    screen.presses("ten", ENTER)
    screen.shows("! Write a whole number, from 1 to 9.")
    screen.presses(CTRL_U, "3", ENTER)
    screen.shows("answer: 3")


@pytest.mark.slow
def test_an_order_is_made_by_moving_entries() -> None:
    screen = asked("order")
    screen.shows("› 1. Malmö")
    screen.presses(SPACE, DOWN, DOWN)
    screen.shows("= 3. Malmö", "  1. Łódź")
    screen.presses(SPACE, UP, ENTER)
    screen.shows("answer: ['lodz', 'minsk', 'malmo', 'beijing', 'sao paulo']")


def escape_all(screen: Screen, before: bytes = b"") -> None:
    """Leave the questions of all kinds, one after the other, with Esc; these bytes come before it."""
    for kind in KINDS:
        screen.shows("Esc: back")
        os.write(screen.terminal.child_fd, before + ESC.encode())
        screen.shows(f"{kind} answer: 'BACK'")
    assert screen.ends() == 0


@pytest.mark.slow
def test_esc_gives_back_from_every_kind() -> None:
    escape_all(asked(*KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_leaves(kind: str) -> None:
    screen = asked(kind)
    screen.shows("Esc: back")
    screen.presses(CTRL_C)
    screen.shows("left")
    assert screen.ends() == 130


@pytest.mark.parametrize("kind", KINDS)
def test_a_terminal_that_shrinks_and_grows_in_a_question_shows_it_whole(kind: str) -> None:
    screen = asked(kind)
    screen.shows("Esc: back")
    for columns, rows in ((40, 24), (25, 8), (20, 3), (120, 40)):
        screen.resize(columns, rows)
        screen.presses(DOWN)
    screen.shows("Esc: back")
    screen.presses(ESC)
    screen.shows("answer: 'BACK'")
    assert screen.ends() == 0


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_simple_terminals_and_other_encodings_are_asked_too(encoding: str) -> None:
    screen = asked(*KINDS, PYTHONIOENCODING=encoding, TERM="dumb", LC_ALL="C")
    escape_all(screen, before=b"\xf6\x81")  # no text in the terminal's encoding


def test_bytes_of_a_latin_terminal_are_letters() -> None:
    screen = asked("completed")
    screen.shows("Which text?")
    os.write(screen.terminal.child_fd, b"K\xf6ln" + ENTER.encode())
    screen.shows(f"answer: {'Köln'!a}")


def test_no_color_is_obeyed_and_signs_say_the_same() -> None:
    colour = re.compile(r"\x1b\[[\d;]*(?<![\d])(?:3\d|9\d|4[0-7]|38;5;\d+)[\d;]*m")
    screen = asked("choose")
    screen.shows("› Malmö")
    assert colour.search(screen.written)
    screen = asked("choose", NO_COLOR="1")
    screen.shows("› Malmö")
    assert not colour.search(screen.written)
