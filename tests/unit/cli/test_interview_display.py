"""What an agent answers is read at a terminal in whole words, and handed on in whole lines."""

from __future__ import annotations

import io

from sociarium.cli.display.interviews import print_label, show_answer
from sociarium.cli.display.sentence_console import SentenceConsole

ANSWER = {"agent": "Guard_417", "answer": "Patience is not the same as weakness, so we cannot leave it.", "flags": [],
          "other_model": False}  # fmt: skip


def _shown(*, at_a_terminal: bool) -> list[str]:
    screen = SentenceConsole(file=io.StringIO(), width=30, force_terminal=at_a_terminal, color_system=None)
    show_answer(screen, ANSWER)
    print_label(screen)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


def test_words_are_not_broken_where_lines_are() -> None:
    lines = _shown(at_a_terminal=True)
    assert len(lines) > 2
    assert all(len(line) <= 30 for line in lines)
    assert " ".join(line.strip() for line in lines) == " ".join(_shown(at_a_terminal=False))


def test_an_answer_is_one_line_for_whoever_takes_it_on() -> None:
    assert len(_shown(at_a_terminal=False)) == 2
