"""Where a text quotes code: between backticks, in a line or in a fence of its own."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_RUN = re.compile(r"`+")
_FENCE = 3


class CodeSpans:
    """The quoted code of a text. A run of backticks ends where the next one of its length stands.

    One or two backticks quote within a line; what is never closed quotes nothing.
    """

    def __init__(self, text: str) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        runs = [(match.start(), match.end()) for match in _RUN.finditer(text)]
        if len(runs) < 2:
            return
        lines = [match.start() for match in re.finditer("\n", text)]
        later: dict[int, int] = {}
        partner: list[int | None] = [None] * len(runs)
        for index in range(len(runs) - 1, -1, -1):
            length = runs[index][1] - runs[index][0]
            partner[index] = later.get(length)
            later[length] = index
        index = 0
        while index < len(runs):
            begin, end = runs[index]
            closing = partner[index]
            is_quoted = closing is not None and (
                end - begin >= _FENCE or bisect_left(lines, end) == bisect_left(lines, runs[closing][0])
            )
            if closing is None or not is_quoted:
                index += 1
                continue
            self._begins.append(begin)
            self._ends.append(runs[closing][1])
            index = closing + 1

    def __contains__(self, position: int) -> bool:
        """Whether the character at a position is part of quoted code."""
        index = bisect_right(self._begins, position) - 1
        return index >= 0 and position < self._ends[index]
