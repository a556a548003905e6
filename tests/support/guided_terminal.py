"""Somebody who answers the guided program's questions at a terminal."""

from __future__ import annotations

import re
import signal
import time

import pexpect

from tests.support.deadlines import deadline
from tests.support.program import Program

UP, DOWN, ESC, SPACE, ENTER = "\x1b[A", "\x1b[B", "\x1b", " ", "\r"
CTRL_A, CTRL_C, CTRL_D, CTRL_K, CTRL_N, CTRL_O = "\x01", "\x03", "\x04", "\x0b", "\x0e", "\x0f"
CLEAR = CTRL_A + CTRL_K

_COLUMNS, _ROWS = 80, 24
_INTERRUPTED = 130
HUB = "first letters"
"""Stands above every page of an experiment."""


class Guide:
    """A terminal with the guided program on it; everything is answered as a person would: read, then type."""

    def __init__(
        self, program: Program, *arguments: str, size: tuple[int, int] = (_COLUMNS, _ROWS), **environment: str
    ) -> None:
        self.terminal: pexpect.spawn = program.terminal(
            *arguments, columns=size[0], rows=size[1], PROMPT_TOOLKIT_NO_CPR="1", **environment
        )
        self.terminal.delaybeforesend = None
        self.terminal.timeout = 25
        self.shown = ""

    def dies(self) -> None:
        """Kill the program, and wait until it is gone."""
        self.terminal.kill(signal.SIGKILL)
        end = deadline()
        while self.terminal.isalive():
            assert time.monotonic() < end
            time.sleep(0.01)
        self.terminal.close()

    def reads(self, text: str) -> None:
        """Wait until a text is shown, on however many rows."""
        self.terminal.expect(re.escape(text).replace(r"\ ", r"(?:\s|\x1b\[[0-9;]*m)+"))
        self.shown += str(self.terminal.before) + text

    def says(self, question: str, answer: str = "") -> None:
        """Answer a question in words, instead of what is proposed."""
        self.presses(question, CLEAR, answer, ENTER)

    def takes(self, *questions: str) -> None:
        """Accept what is proposed, question by question."""
        for question in questions:
            self.presses(question, ENTER)

    def picks(self, question: str, place: int = 0) -> None:
        """Choose an entry of a list, so many below the one that is proposed."""
        self.presses(question, (DOWN if place > 0 else UP) * abs(place), ENTER)

    def presses(self, question: str, *keys: str) -> None:
        """Answer a question with keys."""
        self.reads(f" {question}")
        for key in keys:
            self.terminal.send(key)

    def opens(self, name: str) -> None:
        """On the page of an experiment, open a part or do an action."""
        self.reads(HUB)
        self.terminal.send(name.lower())
        self.terminal.send(ENTER)

    def escapes(self) -> None:
        """Leave the page of an experiment."""
        self.reads(HUB)
        self.terminal.send(ESC)

    def mends(self, answer: str) -> None:
        """Write something else where an answer was refused."""
        self.terminal.send(CTRL_A + CTRL_K + answer + ENTER)

    def quits(self) -> None:
        """Leave the program on the page of an experiment that is saved."""
        self.reads(HUB)
        self.terminal.send(CTRL_C)
        assert self.ends() == _INTERRUPTED

    def ends(self) -> int:
        """The exit code, once it ended; the cursor is to be seen again, and nothing else was left behind."""
        self.terminal.expect(pexpect.EOF)
        self.shown += str(self.terminal.before)
        self.terminal.close()
        assert "Traceback" not in self.shown
        assert self.shown.rfind("\x1b[?25l") <= self.shown.rfind("\x1b[?25h")
        return int(self.terminal.exitstatus or 0)
