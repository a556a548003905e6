"""The desk: where runs' requests meet the models that serve them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sociarium.errors import Misconfigured
from sociarium.ports.model import Model, ModelRequest, Served, storable


class Desk:
    """Asks the model that serves each name of the experiment file."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models

    async def ask(self, request: ModelRequest) -> tuple[Served, int]:
        """A reply that every store can hold, and how many attempts it took.

        Raises:
            ModelError: there is none.
        """
        model = self._models.get(request.model.name)
        if model is None:
            raise Misconfigured(f"nothing serves the model {request.model.name!r} of this run")
        served = await model.ask(request)
        return replace(served, reply=storable(served.reply)), 1

    async def aclose(self) -> None:
        """Close every model once."""
        for model in {id(model): model for model in self._models.values()}.values():
            await model.aclose()
