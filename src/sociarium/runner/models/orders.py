"""What people's orders say now of a sweep that this process plays: which calls may go out, how many runs may be open.

Calls ask before they are made, and once more when their server has a place for them: an order that comes while they
stand in a queue is obeyed there. What is under way is always finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.level import Level
from sociarium.records.steering import SteeringOrder, SteeringState, steering_state
from sociarium.runner.models.budget import Bounds
from sociarium.runner.models.order_share import OrderShare
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped


class RunEnded(Exception):
    """A run is cancelled, and ends after its last answer."""


class ModelHeld(WorkStopped):
    """A run gives itself back, because a model that it needs is paused.

    Attributes:
        model: its name in the file.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        super().__init__(model)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that is played here: its condition, empty where other conditions share it, and the models that it uses."""

    condition: Mapping[str, Level]
    models: Collection[str]


class Orders:
    """The orders of one sweep, as far as this process has read them. Lives on one event loop.

    Args:
        standing: those that were given before this start.
        concurrency: runs open at once, where no order says otherwise.
        keeps_concurrency: whether this start named it, so that it counts for more than orders before it.
        bounds: of this start; each that it has counts for more than orders before it.
        share: of this process, where several divide what is said of the whole start.

    Attributes:
        state: what the orders amount to here.
    """

    def __init__(
        self,
        stop: StopSwitch,
        standing: Sequence[SteeringOrder] = (),
        *,
        concurrency: int = 1,
        keeps_concurrency: bool = False,
        bounds: Bounds | None = None,
        share: OrderShare | None = None,
    ) -> None:
        self._share = share or OrderShare()
        self._orders = list(standing)
        self.state: SteeringState = self._amount()
        self._stop = stop
        self._open: dict[str, OpenRun] = {}
        self._change = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._concurrency = concurrency if keeps_concurrency else self.state.concurrency or concurrency
        self._part: int | None = None
        own = bounds or Bounds()
        named = {"max_tokens": own.tokens, "max_cost": own.cost, "seconds": own.seconds}
        self._bounds: dict[str, float | None] = {
            **self.state.budget,
            **{name: value for name, value in named.items() if value is not None},
        }
        self._own_bounds = self._part_of_bounds()  # asked for with each answer
        stop.when_draining(self.wake)

    @property
    def all(self) -> Sequence[SteeringOrder]:
        """All orders, by number."""
        return self._orders

    @property
    def concurrency(self) -> int:
        """Runs that may be open at once here."""
        return self._share.of(self._concurrency) if self._part is None else self._part

    @property
    def whole_concurrency(self) -> int:
        """Runs that may be open at once wherever this start is played."""
        return self._concurrency

    @property
    def bounds(self) -> Bounds:
        """What this start may take here."""
        return self._own_bounds

    def _part_of_bounds(self) -> Bounds:
        tokens = self._bounds.get("max_tokens")
        whole = Bounds(
            None if tokens is None else int(tokens), self._bounds.get("max_cost"), self._bounds.get("seconds")
        )
        return self._share.of_bounds(whole)

    @property
    def bounds_by_name(self) -> Mapping[str, float]:
        """The bounds of the whole start that there are, as orders name them."""
        return {name: value for name, value in self._bounds.items() if value is not None}

    @property
    def waits(self) -> list[str]:
        """What is waited for because somebody said so."""
        by_target = {_model_of(order): order for order in self._orders if order.action == "pause"}
        paused = [*([None] if self.state.paused else []), *self.state.paused_models]
        return [f"a word to go on{_said_of(model)}, {_who(by_target[model])}" for model in paused]

    def add(self, orders: Sequence[SteeringOrder]) -> None:
        """Obey more orders; everybody who waits looks again."""
        self._orders += orders
        self.state = self._amount()
        for order in orders:
            if order.action == "concurrency":
                self._concurrency = self.state.concurrency or self._concurrency
            elif order.action == "budget":
                self._bounds.update({name: self.state.budget.get(name) for name in order.value})
        self._own_bounds = self._part_of_bounds()
        self.wake()

    def take_part(self, runs: int) -> None:
        """So many runs may be open here from now on: somebody else divides what orders say."""
        self._part = runs
        self.wake()

    def on_change(self, call: Callable[[], None]) -> None:
        """Call somebody whenever an order was read, or the work stops."""
        self._listeners.append(call)

    def change(self) -> Coroutine[Any, Any, object]:
        """Waits until the next order from now on is read, or the work stops."""
        return self._change.wait()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self._change.set()
        self._change = asyncio.Event()
        for call in self._listeners:
            call()

    def begin(self, run: str, condition: Mapping[str, Level], models: Collection[str]) -> None:
        """A run is played here from now on.

        Args:
            condition: empty where other conditions share the run: it does not end with one of them.
        """
        self._open[run] = OpenRun(condition, models)

    def open_run(self, run: str) -> OpenRun | None:
        """A run that is played here."""
        return self._open.get(run)

    def end(self, run: str) -> None:
        """A run is no longer played here."""
        self._open.pop(run, None)

    async def admit(self, run: str, model: str | None = None) -> None:
        """Wait until a run may go on, and ask a model.

        Raises:
            RunEnded: it is cancelled.
            WorkStopped: the work stops, or the sweep or the model is paused so that runs give themselves back.
        """
        while True:
            self._stop.check()
            if self._is_cancelled(run):
                raise RunEnded
            if self.state.paused == "drain":
                raise WorkStopped
            if model is not None and self.state.paused_models.get(model) == "drain":
                raise ModelHeld(model)
            if self.lets_pass(run, model):
                return
            await self.change()

    def lets_pass(self, run: str, model: str | None) -> bool:
        """Whether a call may go out now."""
        is_held = self.state.paused is not None or model in self.state.paused_models
        return not is_held and not self._is_cancelled(run)

    def _amount(self) -> SteeringState:
        return steering_state(map(self._share.of_order, self._orders))

    def _is_cancelled(self, run: str) -> bool:
        one = self._open.get(run)
        return one is not None and self.state.is_cancelled(run, one.condition, one.models)


def _model_of(order: SteeringOrder) -> str | None:
    return None if order.target is None else order.target.get("model")


def _said_of(model: str | None) -> str:
    return "" if model is None else f" with the model {model}"


def _who(order: SteeringOrder) -> str:
    return f"paused by {order.by}" + (f": {order.reason}" if order.reason else "")
