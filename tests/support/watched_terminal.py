"""What stands on a terminal of a size, worked out of what a program wrote to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pexpect
from prompt_toolkit.utils import get_cwidth

from tests.support.deadlines import deadline

_PART = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b[=>]|\x1b\][^\x07]*\x07|([\r\n\x08\x07])|([^\x1b\r\n\x08\x07])")


class Screen:
    """A terminal with a program on it, as its user sees it."""

    def __init__(self, terminal: pexpect.spawn, columns: int = 80, rows: int = 24) -> None:
        self.terminal = terminal
        self._columns, self._rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0
        self._rest = ""
        self.written = ""

    @property
    def lines(self) -> list[str]:
        """The lines, without what is empty at their ends."""
        return ["".join(row).rstrip() for row in self._cells]

    def shows(self, *texts: str) -> None:
        """Wait until all texts stand on the screen, each on one line."""
        self._until(lambda: all(any(text in line for line in self.lines) for text in texts), texts)

    def hides(self, text: str) -> None:
        """Wait until a text stands on no line."""
        self._until(lambda: not any(text in line for line in self.lines), text)

    def presses(self, *keys: str) -> None:
        """Send keys."""
        for key in keys:
            self.terminal.send(key)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; what stood there is cut."""
        self._cells = [(row + [" "] * columns)[:columns] for row in self._cells[:rows]]
        self._cells += [[" "] * columns for _ in range(rows - len(self._cells))]
        self._columns, self._rows = columns, rows
        self._x, self._y = min(self._x, columns - 1), min(self._y, rows - 1)
        self.terminal.setwinsize(rows, columns)

    def ends(self) -> int:
        """The exit code, once the program ended."""
        while self._read():
            pass
        self.terminal.close()
        assert "Traceback" not in self.written
        return int(self.terminal.exitstatus or 0)

    def _until(self, is_there: Callable[[], bool], what: object) -> None:
        end = deadline()
        while not is_there():
            assert time.monotonic() < end, f"{what!r} is awaited:\n" + "\n".join(self.lines)
            assert self._read(), f"the program ended before {what!r}:\n" + "\n".join(self.lines)

    def _read(self) -> bool:
        try:
            text = self.terminal.read_nonblocking(4096, timeout=1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.written += text
        self._draw(text)
        return True

    def _draw(self, text: str) -> None:
        data = self._rest + text
        cut = data.rfind("\x1b")
        # A sequence that has not come whole yet.
        if cut >= 0 and not _PART.match(data, cut):
            data, self._rest = data[:cut], data[cut:]
        else:
            self._rest = ""
        for part in _PART.finditer(data):
            if part[2]:
                self._obey(part[1], part[2])
            elif part[3] == "\r":
                self._x = 0
            elif part[3] == "\n":
                self._feed()
            elif part[3] == "\x08":
                self._x = max(self._x - 1, 0)
            elif part[4]:
                self._put(part[4])

    def _put(self, sign: str) -> None:
        width = get_cwidth(sign)
        if self._x + width > self._columns:
            self._x = 0
            self._feed()
        self._cells[self._y][self._x] = sign
        for further in range(1, width):
            self._cells[self._y][self._x + further] = ""
        self._x += width

    def _feed(self) -> None:
        if self._y + 1 < self._rows:
            self._y += 1
        else:
            self._cells = [*self._cells[1:], [" "] * self._columns]

    def _obey(self, parameters: str, command: str) -> None:
        numbers = [int(each) for each in parameters.split(";") if each.isdigit()]
        count = max(numbers[0] if numbers else 1, 1)
        match command:
            case "A":
                self._y = max(self._y - count, 0)
            case "B":
                self._y = min(self._y + count, self._rows - 1)
            case "C":
                self._x = min(self._x + count, self._columns - 1)
            case "D":
                self._x = max(min(self._x, self._columns - 1) - count, 0)
            case "K" | "J":
                self._cells[self._y][self._x :] = [" "] * (self._columns - self._x)
                if command == "J":
                    for row in range(self._y + 1, self._rows):
                        self._cells[row] = [" "] * self._columns
            case _:
                pass
