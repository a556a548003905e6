"""Since when a process waits for what it waits for."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.ports.clock import Clock


class WaitTimes:
    """Remembers when each wait was first seen; why it lasts may be said in other words meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[str, str] = {}

    def of(self, waits: Sequence[str]) -> list[str]:
        """The times at which these waits began, of each its own; others are over.

        Args:
            waits: what is waited for; what stands before `: ` names it.
        """
        names = [wait.partition(": ")[0] for wait in waits]
        now = self._clock.now()
        self._since = {name: self._since.get(name, now) for name in names}
        return [self._since[name] for name in names]
