"""What an import changed, could not understand, or left out: nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_LINES = 200


@dataclass(slots=True)
class Notes:
    """Notes in the order in which they came up, each once.

    Attributes:
        lines: the first two hundred, to be shown.
        count: how many there are.
    """

    lines: list[str] = field(default_factory=list)
    count: int = 0
    _seen: set[int] = field(default_factory=set)

    def add(self, where: str, what: str) -> None:
        """Note something.

        Args:
            where: `experiment 65f0...`, `conversation 65f0...`.
        """
        note = f"{where}: {what}"
        if hash(note) in self._seen:
            return
        self._seen.add(hash(note))
        self.count += 1
        if len(self.lines) < _MOST_LINES:
            self.lines.append(note)
