"""Servers that cannot hold a sweep's models at once, and which conditions ask the same of their models.

A server loads a model under its name; Ollama loads it anew for another `context`. Temperature and the like are sent
with a call and load nothing. How many models a server holds is what `limits: {loaded: ...}` of an entry says; of
several entries with the same server, the least of them.

Servers that serve the same entries are a pool: models are shared out among them, each asked where it is loaded, so
that together they hold as many as all of them do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design, Levels
from sociarium.experiment.environments import spec_of
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.models import ModelSpec
from sociarium.experiment.resolve import resolve
from sociarium.experiment.run_content import ModelContent
from sociarium.experiment.stored_content import RunContent
from sociarium.experiment.sweep import Order

LoadedModel = tuple[str, int | None]
"""What a server loads: the name that it knows, and the context where that makes another load of it."""

ModelPlaces = frozenset[tuple[str, LoadedModel]]
"""Pools of servers, each with a model that is asked there."""


def loaded_as(name: str, provider: str, model: str, options: Mapping[str, Any]) -> LoadedModel:
    """What the server has to load for a model.

    Args:
        name: of the entry in the file, which stands for a model that has no name of its own.
    """
    if provider != "ollama":
        return (model or name, None)
    return (model if ":" in model else f"{model}:latest", options.get("context"))


def servers_of(spec: ModelSpec) -> tuple[str, ...]:
    """Where an entry is served, as far as the file says; its provider's name for the usual place."""
    return spec.hosts or (spec.base_url or spec.provider,)


def server_pools(definition: Definition) -> Mapping[str, str]:
    """The pool of each server, by a name that says which servers are in it."""
    entries: dict[str, list[str]] = {}
    for name, spec in definition.models.items():
        for server in dict.fromkeys(servers_of(spec)):
            entries.setdefault(server, []).append(name)
    pools: dict[tuple[str, ...], list[str]] = {}
    for server, names in entries.items():
        pools.setdefault(tuple(names), []).append(server)
    return {server: ", ".join(pool) for pool in pools.values() for server in pool}


def pools_of(spec: ModelSpec, pools: Mapping[str, str]) -> Sequence[str]:
    """The pools in which a model is asked.

    Args:
        pools: as `server_pools` has them.
    """
    return list(dict.fromkeys(pools[server] for server in servers_of(spec)))


def loaded_limits(definition: Definition, pools: Mapping[str, str]) -> dict[str, int]:
    """Models that each pool holds at once, for those of whose servers an entry says it.

    Args:
        pools: as `server_pools` has them.
    """
    most: dict[str, int] = {}
    for spec in definition.models.values():
        if spec.limits is not None and spec.limits.loaded is not None:
            for server in servers_of(spec):
                most[server] = min(spec.limits.loaded, most.get(server, spec.limits.loaded))
    return {
        pool: sum(most[server] for server in most if pools[server] == pool)
        for pool in dict.fromkeys(pools[server] for server in most)
    }


@dataclass(frozen=True, slots=True)
class ModelGroups:
    """The conditions of a design by the models that they ask.

    Attributes:
        sets: the different sets of models, each with its pool of servers; of pools that hold too few where there are
            any, else of all.
        examples: of each set, levels of a condition that asks it; of the factors that decide it.
        conditions: how many ask each set.
        most_loaded: by pool, how many models it holds, for those that hold fewer than the sweep asks of them.
        pools: of the servers.
    """

    sets: tuple[ModelPlaces, ...]
    examples: tuple[Levels, ...]
    conditions: tuple[int, ...]
    most_loaded: Mapping[str, int]
    pools: Mapping[str, str]
    _positions: tuple[int, ...]
    _by_levels: Mapping[tuple[int, ...], int]

    def group_of(self, levels: Levels) -> int:
        """Which of the sets a condition asks."""
        return self._by_levels[tuple(levels[position] for position in self._positions)]


def model_groups(definition: Definition, design: Design) -> ModelGroups:
    """Group the conditions of a design, without listing them."""
    kind = spec_of(definition)
    slots = ("model", *(f"model.{user}" for user in kind.model_users(definition)))
    contexts = ("option.context", *(f"option.{name}.context" for name in definition.models))
    positions = design.deciding((*slots, *contexts, *kind.casting(definition, design)))
    places_by_group: dict[tuple[int, ...], ModelPlaces] = {}
    having: dict[tuple[int, ...], int] = {}
    pools = server_pools(definition)
    for levels, conditions in design.combinations(positions):
        combination = tuple(levels[position] for position in positions)
        places_by_group[combination] = _places(definition, resolve(definition, design.exemplary(levels)), pools)
        having[combination] = conditions
    everything = frozenset[tuple[str, LoadedModel]]().union(*places_by_group.values())
    narrow = {
        pool: most
        for pool, most in loaded_limits(definition, pools).items()
        if sum(place == pool for place, _ in everything) > most
    }
    counted = narrow.keys() or {pool for pool, _ in everything}
    counted_places = {
        key: frozenset(one for one in places if one[0] in counted) for key, places in places_by_group.items()
    }
    sets = tuple(dict.fromkeys(counted_places.values()))
    numbers = {places: number for number, places in enumerate(sets)}
    first = {places: key for key, places in reversed(counted_places.items())}
    examples = tuple(dict(zip(positions, first[places], strict=True)) for places in sets)
    by_levels = {key: numbers[places] for key, places in counted_places.items()}
    counts = [0] * len(sets)
    for combination, group in by_levels.items():
        counts[group] += having[combination]
    return ModelGroups(sets, examples, tuple(counts), narrow, pools, positions, by_levels)


def order_of(definition: Definition, sweep_name: str, design: Design) -> Order:
    """In which order the runs of a sweep are taken up: as it says, else by its models and what servers hold."""
    if (order := definition.all_sweeps[sweep_name].order) is not None:
        return order
    if not loaded_limits(definition, server_pools(definition)):
        return "permuted"
    return "by_model" if model_groups(definition, design).most_loaded else "permuted"


def _places(definition: Definition, content: RunContent, pools: Mapping[str, str]) -> ModelPlaces:
    return frozenset(
        (pool, loaded_as(name, model.provider, model.model, model.options))
        for name, model in _models_of(content)
        for pool in pools_of(definition.models[name], pools)
    )


def _models_of(content: RunContent) -> Iterator[tuple[str, ModelContent]]:
    """Every model of a content by its name in the file, those of its populations among them."""
    yield from content.models.items()
    if isinstance(content, FeedContent):
        populations = [share.population for share in content.generated]
        populations += [content.newcomers.population] if content.newcomers else []
        for population in populations:
            yield from population.models.items()
