"""What all runs of one start share: models, persons, the writer, the clock, what may be spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.clock import Clock
from sociarium.ports.observer import Observer
from sociarium.ports.person import Person
from sociarium.ports.rankers import NoRankers, Rankers
from sociarium.records.inputs import Input
from sociarium.records.runs import Run
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.router import Router
from sociarium.runner.run.writer import Writer
from sociarium.runner.workers.shutdown import StopSwitch


class OutsideWorld(Protocol):
    """What reaches runs besides models and persons."""

    async def people(
        self, services: RunServices, run: Run, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """People of a population of the run's replicate; see `Stage.people`."""
        ...

    async def inputs(self, run: str, *, after: int) -> Sequence[Input]:
        """What was put into a run after an input."""
        ...


@dataclass(frozen=True, slots=True)
class RunServices:
    """What all runs of one start share."""

    router: Router
    person: Person
    writer: Writer
    clock: Clock
    observer: Observer
    stop: StopSwitch
    spending: Spending
    orders: Orders
    outside: OutsideWorld
    rankers: Rankers = field(default_factory=NoRankers)
