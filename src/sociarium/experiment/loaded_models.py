"""Servers that cannot hold a sweep's models at once, and which conditions ask the same of their models.

A server loads a model under its name; Ollama loads it anew for another `context`. Temperature and the like are sent
with a call and load nothing. How many models a server holds is what `limits: {loaded: ...}` of an entry says; of
several entries with the same server, the least of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
"""Servers, each with a model that is asked there."""


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


def loaded_limits(definition: Definition) -> dict[str, int]:
    """Models that each server holds at once, for those of which an entry says it."""
    most: dict[str, int] = {}
    for spec in definition.models.values():
        if spec.limits is not None and spec.limits.loaded is not None:
            for server in servers_of(spec):
                most[server] = min(spec.limits.loaded, most.get(server, spec.limits.loaded))
    return most


@dataclass(frozen=True, slots=True)
class ModelGroups:
    """The conditions of a design by the models that they ask.

    Attributes:
        sets: the different sets of models, each with its server; of servers that hold too few where there are any,
            else of all.
        examples: of each set, levels of a condition that asks it; of the factors that decide it.
        conditions: how many ask each set.
        most_loaded: by server, how many models it holds, for those that hold fewer than the sweep asks of them.
    """

    sets: tuple[ModelPlaces, ...]
    examples: tuple[Levels, ...]
    conditions: tuple[int, ...]
    most_loaded: Mapping[str, int]
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
    for levels, conditions in design.combinations(positions):
        combination = tuple(levels[position] for position in positions)
        places_by_group[combination] = _places(definition, resolve(definition, design.exemplary(levels)))
        having[combination] = conditions
    everything = frozenset[tuple[str, LoadedModel]]().union(*places_by_group.values())
    narrow = {
        server: most
        for server, most in loaded_limits(definition).items()
        if sum(place == server for place, _ in everything) > most
    }
    counted = narrow.keys() or {server for server, _ in everything}
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
    return ModelGroups(sets, examples, tuple(counts), narrow, positions, by_levels)


def order_of(definition: Definition, sweep_name: str, design: Design) -> Order:
    """In which order the runs of a sweep are taken up: as it says, else by its models and what servers hold."""
    if (order := definition.all_sweeps[sweep_name].order) is not None:
        return order
    if not loaded_limits(definition):
        return "permuted"
    return "by_model" if model_groups(definition, design).most_loaded else "permuted"


def _places(definition: Definition, content: RunContent) -> ModelPlaces:
    return frozenset(
        (server, loaded_as(name, model.provider, model.model, model.options))
        for name, model in _models_of(content)
        for server in servers_of(definition.models[name])
    )


def _models_of(content: RunContent) -> Iterator[tuple[str, ModelContent]]:
    """Every model of a content by its name in the file, those of its populations among them."""
    yield from content.models.items()
    if isinstance(content, FeedContent):
        populations = [share.population for share in content.generated]
        populations += [content.newcomers.population] if content.newcomers else []
        for population in populations:
            yield from population.models.items()
