"""The memory of a server that holds some models at once, as Ollama with OLLAMA_MAX_LOADED_MODELS."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class ModelMemory:
    """Loads a model that is asked for, in place of the one that has had no call for longest.

    Calls come in order: one that needs a load waits until a loaded model has no call under way, and those behind it
    wait with it. Lives on one event loop.

    Attributes:
        holds: models at once.
        load_pause: seconds that loading takes.
        loads: the models that were loaded, in order.
    """

    holds: int = 1
    load_pause: float = 0.0
    loads: list[str] = field(default_factory=list)
    _in_use: dict[str, int] = field(default_factory=dict)
    _turn: asyncio.Lock | None = None
    _given: asyncio.Event | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are loaded."""
        return tuple(self._in_use)

    def have(self, model: str) -> None:
        """Have one loaded from the start."""
        self._in_use[model] = 0

    async def take(self, model: str) -> None:
        """Have the model loaded; a call to it is under way then."""
        self._turn = self._turn or asyncio.Lock()
        self._given = self._given or asyncio.Event()
        async with self._turn:
            if model not in self._in_use:
                while len(self._in_use) >= self.holds:
                    idle = [name for name, calls in self._in_use.items() if not calls]
                    if idle:
                        del self._in_use[idle[0]]
                    else:
                        self._given.clear()
                        await self._given.wait()
                await asyncio.sleep(self.load_pause)
                self.loads.append(model)
            self._in_use[model] = self._in_use.pop(model, 0) + 1

    def give(self, model: str) -> None:
        """A call to the model has ended."""
        assert self._given is not None
        self._in_use[model] -= 1
        self._given.set()
