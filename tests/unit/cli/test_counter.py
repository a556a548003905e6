"""How far a long reading is, told only where somebody looks, and only when it takes long."""

from __future__ import annotations

import io

from rich.console import Console

from sociarium.cli.display.counter import show_count

AN_HOUR = 3600.0


def screen(*, is_terminal: bool) -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=is_terminal, width=80), file


def test_a_count_stands_on_a_terminal_and_goes_when_it_is_over() -> None:
    console, file = screen(is_terminal=True)
    with show_count("Reading", quiet=False, screen=console) as progress:
        progress(1200)
        console.print("beside it")
    assert "Reading" in file.getvalue()
    assert file.getvalue().rstrip().endswith("\x1b[2K")


def test_what_is_over_soon_says_nothing() -> None:
    console, file = screen(is_terminal=True)
    with show_count("Reading", quiet=False, after=AN_HOUR, screen=console) as progress:
        progress(1)
    assert "Reading" not in file.getvalue()


def test_nothing_is_told_to_a_pipe_or_a_program() -> None:
    for is_terminal, quiet in ((False, False), (True, True)):
        console, file = screen(is_terminal=is_terminal)
        with show_count("Reading", quiet=quiet, screen=console) as progress:
            progress(1)
        assert file.getvalue() == ""
