"""What the servers of a start have loaded: asked once, of those that say it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from loguru import logger

from sociarium.errors import ModelError
from sociarium.experiment.definition import Definition
from sociarium.experiment.loaded_models import LoadedModel, ModelGroups, ModelPlaces, pools_of
from sociarium.ports.model import LoadingModel, Model, ModelInMemory

ServerMemory = Mapping[str, Sequence[ModelInMemory]]
"""By a model's name in the file, what its servers have loaded, whichever model it is."""


async def server_memory(servers: Mapping[str, Mapping[str, Model]]) -> ServerMemory:
    """What the servers of some models have loaded now.

    A server that does not say it has nothing loaded, as far as is known: the log has why, and nothing fails.

    Args:
        servers: of each model by its name in the file: address -> who asks there.
    """
    asked = {
        address: model
        for some in servers.values()
        for address, model in some.items()
        if isinstance(model, LoadingModel)
    }
    lists = await asyncio.gather(*(_read(address, model) for address, model in asked.items()))
    memory = dict(zip(asked, lists, strict=True))
    return {name: [one for address in some for one in memory.get(address, ())] for name, some in servers.items()}


def places_in_memory(definition: Definition, groups: ModelGroups, memory: ServerMemory) -> ModelPlaces:
    """Of what conditions ask, the models that are loaded where they are asked."""
    loaded_by_pool: dict[str, list[ModelInMemory]] = {}
    for name, models in memory.items():
        for pool in pools_of(definition.models[name], groups.pools):
            loaded_by_pool.setdefault(pool, []).extend(models)
    every = frozenset[tuple[str, LoadedModel]]().union(*groups.sets)
    return frozenset((pool, model) for pool, model in every if is_in_memory(model, loaded_by_pool.get(pool, ())))


def is_in_memory(model: LoadedModel, memory: Sequence[ModelInMemory]) -> bool:
    """Whether a call to a model loads nothing: it is there, for the context that is asked for."""
    name, context = model
    return any(
        one.model.casefold() == name.casefold() and (None in (context, one.context) or one.context == context)
        for one in memory
    )


async def _read(address: str, model: LoadingModel) -> Sequence[ModelInMemory]:
    try:
        return await model.models_in_memory()
    except ModelError as error:
        logger.info("what is loaded is not known of {}, and changes no order: {}", address, error)
        return ()
