"""How far a model's download is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a pull is.

    Attributes:
        status: in Ollama's words.
        completed, total: bytes, of all parts known so far.
        done: whether this is the last that is told of it.
    """

    address: str
    model: str
    status: str
    completed: int = 0
    total: int = 0
    done: bool = False


Watching = Callable[[PullProgress], None]


class Parts:
    """Adds up the parts of which Ollama tells one by one."""

    def __init__(self, address: str, model: str) -> None:
        self._address = address
        self._model = model
        self._parts: dict[str, tuple[int, int]] = {}

    def after(self, status: str | None, digest: str | None, completed: int | None, total: int | None) -> PullProgress:
        """How far it is after a further line."""
        if digest and total:
            self._parts[digest] = (completed or 0, total)
        return self._progress(status or "", done=False)

    def end(self, status: str) -> PullProgress:
        """The end of it."""
        return self._progress(status, done=True)

    def _progress(self, status: str, *, done: bool) -> PullProgress:
        completed = sum(part[0] for part in self._parts.values())
        total = sum(part[1] for part in self._parts.values())
        return PullProgress(self._address, self._model, status, completed, total, done)
