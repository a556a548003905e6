"""What one Ollama server has loaded, and on which kind of hardware."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sociarium.errors import ModelError, Transient
from sociarium.ports.model import ModelInMemory
from sociarium.providers.ollama.names import full_name
from sociarium.providers.transport import Transport

_SECONDS = 5.0
"""For a list that Ollama has at hand: who takes longer does not say."""


_SOON = 5.0
"""Seconds after which a model that was not listed is looked for again."""


class KnownHardware:
    """On which kind of hardware a server plays its models, as it says itself; read now and then.

    Args:
        fresh: seconds for which what was read is believed.
    """

    def __init__(self, transport: Transport, *, fresh: float) -> None:
        self._transport = transport
        self._fresh = fresh
        self._kinds: Mapping[str, str | None] = {}
        self._read: float | None = None
        self._reading = asyncio.Lock()

    async def of(self, model: str) -> str | None:
        """The kind, `gpu`, `cpu` or `mixed`, of a model that has just answered; None where the server does not say."""
        name = full_name(model)
        if not self._is_known(name):
            async with self._reading:
                if not self._is_known(name):
                    await self._look()
        return self._kinds.get(name)

    def _is_known(self, name: str) -> bool:
        age = self._fresh if name in self._kinds else min(_SOON, self._fresh)
        return self._read is not None and asyncio.get_running_loop().time() - self._read < age

    async def _look(self) -> None:
        try:
            memory = await read_memory(self._transport)
        except ModelError:  # an answer is worth no less for it
            memory = ()
        self._kinds = {full_name(one.model): one.hardware for one in memory}
        self._read = asyncio.get_running_loop().time()


async def read_memory(transport: Transport) -> Sequence[ModelInMemory]:
    """The models that are loaded now.

    Raises:
        ModelError: nobody says it.
    """
    answered = await transport.get("api/ps", seconds=_SECONDS)
    value = answered.json_or_none() if answered.status == 200 else None
    models = value.get("models") if isinstance(value, dict) else None
    if not isinstance(models, list):
        raise Transient(f"{transport.address} does not say which models it has loaded")
    return [_read(one) for one in models if isinstance(one, dict) and isinstance(one.get("model"), str)]


def _read(tree: dict[str, Any]) -> ModelInMemory:
    return ModelInMemory(tree["model"], _count(tree, "context_length"), _hardware(tree))


def _hardware(tree: dict[str, Any]) -> str | None:
    """Where the weights are: `size` counts bytes in all, `size_vram` those in the memory of graphics cards."""
    size, on_cards = _count(tree, "size"), _count(tree, "size_vram")
    if not size or on_cards is None:
        return None
    if on_cards >= size:
        return "gpu"
    return "mixed" if on_cards else "cpu"


def _count(tree: dict[str, Any], name: str) -> int | None:
    count = tree.get(name)
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
