"""What an agent answers is read at a terminal in whole words, and handed on in whole lines."""

from __future__ import annotations

import io

from rich.console import Console

from sociarium.cli.display.interviews import print_label, show_answer

ANSWER = {"agent": "Guard_417", "answer": "Patience is not the same as weakness, so we cannot leave it.", "flags": [],
          "other_model": False}  # fmt: skip


def _shown(*, wraps: bool) -> list[str]:
    screen = Console(file=io.StringIO(), width=30, force_terminal=True, color_system=None)
    show_answer(screen, ANSWER, wraps=wraps)
    print_label(screen, wraps=wraps)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


def test_words_are_not_broken_where_lines_are() -> None:
    lines = _shown(wraps=True)
    assert len(lines) > 2
    assert all(len(line) <= 30 for line in lines)
    assert " ".join(line.strip() for line in lines) == " ".join(_shown(wraps=False))


def test_an_answer_is_one_line_for_whoever_takes_it_on() -> None:
    assert len(_shown(wraps=False)) == 2
