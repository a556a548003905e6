"""The runs of a sweep in their order: replicate by replicate, inside a replicate a seeded permutation of the
conditions, so that a sweep stopped at any moment is balanced and the time of night is no factor.

Where servers cannot hold its models at once, runs are taken up model by model inside a replicate. That changes which
position comes first, never what stands at one.

A schedule says what belongs at a position by the rules of this version of the program. What stands there already, in
the store, was placed by the rules of its own time, and goes first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from sociarium.errors import NotFound
from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.deduplication import Deduplication, deduplicate
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.model_order import group_orders, positions_by_group
from sociarium.experiment.design.permutation import Permutation
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.design.wordings import cycles, wording_settings
from sociarium.experiment.environments import spec_of
from sociarium.experiment.identity import run_id
from sociarium.experiment.loaded_models import model_groups, order_of
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import LONGEST_KEPT
from sociarium.experiment.sweep import Order
from sociarium.experiment.validation import design_of
from sociarium.ports.store import Store
from sociarium.records.plans import Member, SweepRecord
from sociarium.records.runs import Run, SweepSlot
from sociarium.runner.models.memory import ServerMemory, places_in_memory
from sociarium.runner.sweep.save import StartedSweep

_MOST_KEPT = 512
"""Conditions whose contents are kept once they are resolved: their replicates hold the same."""


class RunOrder(Protocol):
    """Positions of a sweep and what stands at them; positions may be missing, `len` is one more than the last."""

    def __len__(self) -> int: ...

    def is_by_model(self, order: Order | None = None) -> bool:
        """Whether runs are taken up model by model inside a replicate."""
        ...

    def taken_up(
        self, order: Order | None = None, *, memory: ServerMemory | None = None, first: int = 0
    ) -> Iterator[int]:
        """Every position once, in the order in which their runs are taken up.

        Args:
            order: by default the sweep's own.
            memory: what servers have loaded now; by model, the replicate at hand begins with that. No position changes
                by it, nor what stands there.
            first: the first position at which something is left to do.
        """
        ...

    def twins(self, position: int) -> Hashable | None:
        """Equal for the positions that share one run; None for a position that shares none."""
        ...

    @property
    def shares(self) -> bool:
        """Whether some positions share a run."""
        ...

    def member(self, position: int, run: str) -> Member:
        """The place at a position, of a run."""
        ...

    def at(self, position: int) -> tuple[Member, Run]:
        """The place at a position that nothing stands at yet, and the run that belongs there."""
        ...


def order_of_sweep(store: Store, begun: StartedSweep, *, created: str) -> RunOrder:
    """The order of a sweep: as its definition says, or, of forks and extensions, as they were placed."""
    if begun.sweep.origin is not None:
        return PlacedOrder(store, begun.sweep)
    return SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, created)


@dataclass(slots=True)
class PlacedOrder:
    """The runs of a sweep that was placed whole when it was made, by position; read when they are first wanted."""

    store: Store
    sweep: SweepRecord
    _slots: dict[int, SweepSlot] | None = field(init=False, default=None)

    def __len__(self) -> int:
        return max(self._by_position, default=-1) + 1

    def is_by_model(self, order: Order | None = None) -> bool:
        """See `RunOrder`: forks stand as they were placed."""
        return False

    def taken_up(
        self, order: Order | None = None, *, memory: ServerMemory | None = None, first: int = 0
    ) -> Iterator[int]:
        """See `RunOrder`; forks of one run stand beside each other, in whatever order."""
        yield from sorted(self._by_position)

    def twins(self, position: int) -> Hashable | None:
        """See `RunOrder`: each run stands at one position."""
        return None

    @property
    def shares(self) -> bool:
        """See `RunOrder`."""
        return False

    def member(self, position: int, run: str) -> Member:
        """See `RunOrder`."""
        slot = self._by_position[position]
        return Member(self.sweep.id, position, run, slot.replicate, slot.condition)

    def at(self, position: int) -> tuple[Member, Run]:
        """Nothing belongs where nothing was placed.

        Raises:
            NotFound: the run was deleted.
        """
        raise NotFound(f"run {self._by_position[position].status.run[:12]} was deleted while its sweep was played")

    @property
    def _by_position(self) -> Mapping[int, SweepSlot]:
        if self._slots is None:
            self._slots = {slot.position: slot for slot in self.store.slots(self.sweep.id)}
        return self._slots


@dataclass(slots=True)
class SweepOrder:
    """Positions 0 ... len-1 and what stands there.

    Args:
        creator: of the experiment; kept with its runs.
        created: now, for the records.
    """

    definition: Definition
    sweep: SweepRecord
    creator: str
    created: str
    design: Design = field(init=False)
    _cycles: Mapping[str, int] = field(init=False)
    _orders: dict[int, Permutation] = field(init=False, default_factory=dict)
    _sharing: Deduplication | None = field(init=False, default=None)
    _first: dict[tuple[int, ...], tuple[int, ...]] = field(init=False, default_factory=dict)
    _contents: dict[Hashable, tuple[str, str]] = field(init=False, default_factory=dict)
    _number_at: Callable[[int], int] = field(init=False)

    def __post_init__(self) -> None:
        self.design = design_of(self.definition, self.sweep.name)
        # A position is asked for several times while its block is placed.
        self._number_at = lru_cache(maxsize=1024)(self._find_number)
        self._cycles = cycles(spec_of(self.definition).texts(self.definition))

    def __len__(self) -> int:
        return self.design.size * self.sweep.replicates

    def is_by_model(self, order: Order | None = None) -> bool:
        """See `RunOrder`."""
        return (order or order_of(self.definition, self.sweep.name, self.design)) == "by_model"

    def taken_up(
        self, order: Order | None = None, *, memory: ServerMemory | None = None, first: int = 0
    ) -> Iterator[int]:
        """See `RunOrder`."""
        if not self.is_by_model(order):
            yield from range(len(self))
            return
        groups = model_groups(self.definition, self.design)
        orders = group_orders(
            groups.sets,
            self.sweep.seed,
            self.sweep.replicates,
            in_memory=places_in_memory(self.definition, groups, memory or {}),
            first=first // self.design.size,
        )
        yield from positions_by_group(
            self.design.size,
            orders,
            lambda position: groups.group_of(self.design.levels(self.condition_number(position))),
        )

    def condition_number(self, position: int) -> int:
        """Which condition of the design stands at a position."""
        return self._number_at(position)

    def twins(self, position: int) -> Hashable | None:
        """Equal for the positions that share one run, because their conditions come to the same content.

        None where a condition comes to a content of its own.
        """
        if not self.shares:
            return None
        levels, compared = self.design.levels(self.condition_number(position)), self._deduplication.positions
        first = self._first.get(tuple(levels[factor] for factor in compared))
        if first is None:
            return None
        others = tuple(level for factor, level in levels.items() if factor not in compared)
        return position // self.design.size, first, others

    @property
    def shares(self) -> bool:
        """Whether some conditions come to the same content."""
        return bool(self._deduplication.groups)

    @property
    def _deduplication(self) -> Deduplication:
        if self._sharing is None:
            self._sharing = deduplicate(self.definition, self.design)
            self._first = {one: group[0] for group in self._sharing.groups for one in group}
        return self._sharing

    def member(self, position: int, run: str) -> Member:
        """The place at a position, of a run."""
        condition = self.design.condition(self.design.levels(self.condition_number(position)))
        return Member(self.sweep.id, position, run, position // self.design.size + 1, condition)

    def at(self, position: int) -> tuple[Member, Run]:
        """The place at a position that nothing stands at yet, and the run that belongs there.

        Its content is resolved anew, with the texts that this version of the program has for what the file leaves out.
        """
        replicate = position // self.design.size
        wordings = wording_settings(self._cycles, seed=self.sweep.seed, replicate=replicate)
        content, digest = self._content(self.condition_number(position), wordings)
        id_ = run_id(self.sweep.experiment, replicate=replicate + 1, seed=self.sweep.seed, content_digest=digest)
        run = Run(
            id=id_,
            experiment=self.sweep.experiment,
            creator=self.creator,
            replicate=replicate + 1,
            seed=self.sweep.seed,
            content=content,
            stream=id_,
            created=self.created,
        )
        return self.member(position, id_), run

    def _content(self, condition: int, wordings: Settings) -> tuple[str, str]:
        """What a condition comes to with the wordings of a replicate, as a record has it; and its digest."""
        key = condition, tuple(wordings.values())
        if (known := self._contents.get(key)) is not None:
            return known
        settings = self.design.settings(self.design.levels(condition))
        streams = self.definition.all_sweeps[self.sweep.name].streams
        content = resolve(self.definition, {**settings, **wordings}, streams=streams)
        spelled = content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text, digest = json.dumps(spelled), fingerprint(spelled)
        if len(text) <= LONGEST_KEPT:
            if len(self._contents) >= _MOST_KEPT:
                self._contents.clear()
            self._contents[key] = text, digest
        return text, digest

    def _find_number(self, position: int) -> int:
        replicate, place = divmod(position, self.design.size)
        return self._order(replicate)[place]

    def _order(self, replicate: int) -> Permutation:
        if replicate not in self._orders:
            self._orders = {replicate: Permutation(self.design.size, "order", self.sweep.seed, replicate)}
        return self._orders[replicate]
