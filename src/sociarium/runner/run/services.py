"""What all runs of one start share: models, persons, the writer, the clock, what may be spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.clock import Clock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import Observer
from sociarium.ports.person import HumanPlayer
from sociarium.ports.rankers import NoRankers, Rankers
from sociarium.records.inputs import Input
from sociarium.records.runs import Counters, Run
from sociarium.runner.library.faults import Faults
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.memory import ServerMemory
from sociarium.runner.models.orders import Orders
from sociarium.runner.run.writer import Writer
from sociarium.runner.workers.shutdown import StopSwitch


class SilenceWatch(Protocol):
    """Whoever watches for models that say nothing at all; see `Silence`."""

    def before(self, faults: Faults) -> None:
        """Take what runs counted that were done before this start."""
        ...

    def note_done(self, run: str, counters: Counters) -> None:
        """Take a run that is done."""
        ...


class ModelRouter(Protocol):
    """Where requests of runs meet the servers that answer them; see `Router`, for a start in one process."""

    @property
    def silence(self) -> SilenceWatch:
        """Watches for models that say nothing."""
        ...

    @property
    def paused(self) -> Mapping[str, str]:
        """Models that wait for a person's word, and why."""
        ...

    @property
    def waiting(self) -> Sequence[str]:
        """What endpoints wait for, those that do."""
        ...

    async def ask(self, run: str, request: ModelRequest) -> tuple[ServedReply, int]:
        """A reply that every store can hold, and how many attempts it took."""
        ...

    async def memory(self) -> ServerMemory:
        """What the servers have loaded now; see `Router.memory`."""
        ...

    def change_limits(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Ask servers at most so much from now on; see `Router.change_limits`."""
        ...

    def forget(self, run: str) -> None:
        """A run has ended here."""
        ...

    async def aclose(self) -> None:
        """Close every model once."""
        ...


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

    router: ModelRouter
    person: HumanPlayer
    writer: Writer
    clock: Clock
    observer: Observer
    stop: StopSwitch
    spending: Spending
    orders: Orders
    outside: OutsideWorld
    rankers: Rankers = field(default_factory=NoRankers)
