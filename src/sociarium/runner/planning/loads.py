"""How often servers that hold few models will load one, in either order of the runs.

Servers that serve the same models are followed as one that holds what all of them do. Runs are followed through the
slots of a start as their calls' turns make them go: those whose models are loaded are
played at once, the others wait in their slots; when every slot waits, the models of the first that waits are loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.model_order import group_orders
from sociarium.experiment.design.permutation import Permutation
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.loaded_models import (
    LoadedModel,
    ModelGroups,
    loaded_as,
    loaded_limits,
    model_groups,
    pools_of,
    server_pools,
)
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import RunContent
from sociarium.experiment.sweep import Order
from sociarium.ports.model import ModelRequest
from sociarium.runner.planning.estimate import MANNERS, rehearse
from sociarium.runner.run.event_loop import finish

_MOST_FOLLOWED = 5_000
"""Runs or replicates that are followed; the loads of further ones are taken to be like theirs."""

_REHEARSED = 8
"""Times that a conversation is rehearsed whose roles have models of their own: who speaks may be drawn."""


def expected_loads(
    definition: Definition, sweep_name: str, design: Design, *, concurrency: int
) -> Mapping[Order, int] | None:
    """Loads on all servers together, about, by order; None where every server holds what the sweep asks of it.

    Args:
        concurrency: runs open at once.
    """
    groups = model_groups(definition, design)
    if not groups.most_loaded:
        return None
    sweep = definition.all_sweeps[sweep_name]
    total = design.size * sweep.replicates
    runs, replicates = min(total, _MOST_FOLLOWED), min(sweep.replicates, _MOST_FOLLOWED)

    def permutation_stretches() -> Iterator[tuple[int, int]]:
        for position in range(runs):
            replicate, place = divmod(position, design.size)
            condition = Permutation(design.size, "order", sweep.seed, replicate)[place]
            yield groups.group_of(design.levels(condition)), 1

    def model_stretches() -> Iterator[tuple[int, int]]:
        for order in group_orders(groups.sets, sweep.seed, replicates):
            yield from ((group, groups.conditions[group]) for group in order)

    changes = _changes_of_runs(definition, design, groups)

    def count(stretches: Iterator[tuple[int, int]]) -> int:
        servers = _Servers(groups, changes, concurrency, _Memory(groups.most_loaded))
        servers.follow(stretches)
        return servers.loads

    return {
        "permuted": round(count(permutation_stretches()) * total / runs),
        "by_model": round(count(model_stretches()) * sweep.replicates / replicates),
    }


def server_remarks(definition: Definition, design: Design) -> Iterator[str]:
    """Says of which servers each answers with models of its own, because it holds fewer than are asked."""
    limits = loaded_limits(definition, server_pools(definition))
    if not limits:
        return
    groups = model_groups(definition, design)
    for pool, most in limits.items():
        servers = [server for server, its_pool in groups.pools.items() if its_pool == pool]
        asked = {model for places in groups.sets for place, model in places if place == pool}
        if len(servers) > 1 and len(asked) > most // len(servers):
            yield (
                f"{len(servers)} servers share out {len(asked)} models ({pool}), each answering by what it has loaded, "
                "so a difference between models may be one between servers; use equal ones, and write `hardware:` into "
                "the entries, which is kept with each call"
            )


@dataclass(slots=True)
class _Memory:
    """What servers have loaded; the model that was used longest ago makes room.

    Attributes:
        most: models that each server, or pool of servers, holds.
    """

    most: Mapping[str, int]
    _loaded: dict[str, list[LoadedModel]] = field(default_factory=dict)

    def holds(self, places: Iterable[tuple[str, LoadedModel]]) -> bool:
        """Whether all of some models are loaded."""
        return all(model in self._loaded.get(server, ()) for server, model in places)

    def use(self, server: str, model: LoadedModel) -> int:
        """Use a model; returns the loads that this takes, one or none."""
        loaded = self._loaded.setdefault(server, [])
        is_new = model not in loaded
        if not is_new:
            loaded.remove(model)
        del loaded[: max(len(loaded) - self.most[server] + 1, 0)]
        loaded.append(model)
        return int(is_new)


@dataclass(slots=True)
class _Servers:
    """Servers while runs go by.

    Attributes:
        changes: of a run that asks more models than a server holds: loads for it alone, by its group.
        loads: so far.
    """

    groups: ModelGroups
    changes: Mapping[int, int]
    slots: int
    memory: _Memory
    loads: int = 0
    _waiting: Counter[int] = field(default_factory=Counter)

    def follow(self, stretches: Iterable[tuple[int, int]]) -> None:
        """Let runs go by: their group, and how many of it come in a row."""
        for group, runs in stretches:
            runs_left = runs
            while runs_left and not self.memory.holds(self.groups.sets[group]):
                joining = min(runs_left, self.slots - self._waiting.total())
                self._waiting[group] += joining
                runs_left -= joining
                if self._waiting.total() >= self.slots:
                    self._switch()
        while self._waiting:
            self._switch()

    def _switch(self) -> None:
        """Load what the first run that waits asks; whoever can be played now is."""
        first = next(iter(self._waiting))
        loads = sum(self.memory.use(server, model) for server, model in sorted(self.groups.sets[first], key=str))
        self.loads += self.changes.get(first, loads)
        del self._waiting[first]
        for group in [group for group in self._waiting if self.memory.holds(self.groups.sets[group])]:
            del self._waiting[group]


def _changes_of_runs(definition: Definition, design: Design, groups: ModelGroups) -> dict[int, int]:
    """Loads within a run, for the groups whose runs ask more models than a server holds."""
    changes: dict[int, int] = {}
    for group, places in enumerate(groups.sets):
        counts = Counter(server for server, _ in places)
        if any(counts[server] > most for server, most in groups.most_loaded.items()):
            content = resolve(definition, design.exemplary(groups.examples[group]))
            # Runs side by side take as many loads as the one among them that takes most.
            seeds = range(1 if isinstance(content, FeedContent) else _REHEARSED)
            changes[group] = max(
                _changes(definition, content, seed, _Memory(groups.most_loaded), groups.pools) for seed in seeds
            )
    return changes


def _changes(definition: Definition, content: RunContent, seed: int, memory: _Memory, pools: Mapping[str, str]) -> int:
    """Loads of one run that is alone with its servers."""
    loads = 0

    def observe(_key: str, request: ModelRequest) -> None:
        nonlocal loads
        identity = request.model
        model = loaded_as(identity.name, identity.provider, identity.model, identity.options)
        asked = pools_of(definition.models[identity.name], pools)
        loads += sum(memory.use(pool, model) for pool in asked if pool in memory.most)

    finish(rehearse(content, MANNERS[0], seed=seed, observe=observe))
    return loads
