"""What stands on a terminal after everything that a program wrote to it: enough of a terminal for this one."""

from __future__ import annotations

import re

from rich.cells import cell_len

_SEQUENCE = re.compile(r"\x1b\[([?>]?)([\d;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>()][\dA-Z]?|\x1b.")


class Screen:
    """Rows of characters, and a cursor."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.lines: list[list[str]] = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0

    def write(self, text: str) -> None:
        """Take what a program wrote."""
        at = 0
        while at < len(text):
            if match := _SEQUENCE.match(text, at):
                if match[3] and not match[1]:
                    self._control(match[3], [int(part or 0) for part in match[2].split(";")])
                at = match.end()
            else:
                self._put(text[at])
                at += 1

    def text(self) -> str:
        """What stands there, without blank ends."""
        return "\n".join("".join(line).rstrip() for line in self.lines).strip("\n")

    def _put(self, sign: str) -> None:
        if sign == "\r":
            self.x = 0
        elif sign == "\n":
            self._down()
        elif sign == "\b":
            self.x = max(self.x - 1, 0)
        elif sign.isprintable():
            width = cell_len(sign)
            if self.x + width > self.columns:
                self.x = 0
                self._down()
            self.lines[self.y][self.x] = sign
            self.x += width

    def _down(self) -> None:
        if self.y == self.rows - 1:
            self.lines = [*self.lines[1:], [" "] * self.columns]
        else:
            self.y += 1

    def _control(self, what: str, numbers: list[int]) -> None:
        count = numbers[0] or 1
        match what:
            case "A":
                self.y = max(self.y - count, 0)
            case "B":
                self.y = min(self.y + count, self.rows - 1)
            case "C":
                self.x = min(self.x + count, self.columns - 1)
            case "D":
                self.x = max(self.x - count, 0)
            case "G":
                self.x = count - 1
            case "H":
                self.y, self.x = count - 1, ((numbers[1:] or [1])[0] or 1) - 1
            case "K":
                self._erase(self.y, self.x if numbers[0] == 0 else 0)
            case "J":
                self._erase(self.y, self.x if numbers[0] == 0 else 0)
                for row in range(self.y + 1 if numbers[0] == 0 else 0, self.rows):
                    self._erase(row, 0)

    def _erase(self, row: int, start: int) -> None:
        self.lines[row][start:] = [" "] * (self.columns - start)
