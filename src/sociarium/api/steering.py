"""Steering a sweep: orders are stored, and the runs that nobody plays are brought up to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loguru import logger

from sociarium.api.preparation import used_models
from sociarium.errors import BadInput
from sociarium.exchange.steering_text import log_text
from sociarium.ports.clock import Clock, SystemClock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Worker
from sociarium.records.steering import SteeringOrder, SteeringState, order_fault, steering_state
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.library.steering import OrderRequest, RunChanges, carry_out, give_order
from sociarium.runner.library.steering_targets import Target, condition_target, model_target, run_target
from sociarium.runner.sweep.save import StartedSweep, reopen


@dataclass(frozen=True, slots=True)
class Steerable:
    """A sweep that somebody steers, as it stands."""

    store: Store
    begun: StartedSweep
    orders: Sequence[SteeringOrder]
    workers: Sequence[Worker]

    @property
    def state(self) -> SteeringState:
        """What its orders amount to."""
        return steering_state(self.orders)

    def doing(self, name: str) -> object:
        """What the first process that plays the sweep says of itself; None where nobody does."""
        return next((worker.doing.get(name) for worker in self.workers), None)

    @property
    def concurrency(self) -> object:
        """Runs open at once; None where nobody says it."""
        return self.state.concurrency or self.doing("concurrency")

    def pause_of(self, target: Target | None) -> str | None:
        """How the sweep, or the model that a target names, is paused; None while it is not."""
        return self.state.paused if target is None else self.state.paused_models.get(str(target.get("model")))

    def condition(self, where: dict[str, str]) -> Target:
        """See `condition_target`."""
        return condition_target(self.store, self.begun.sweep, where)

    def run(self, text: str) -> Target:
        """See `run_target`."""
        return run_target(self.store, self.begun.sweep, text)

    def model(self, name: str) -> Target:
        """See `model_target`."""
        return model_target(used_models(self.begun.definition, self.begun.sweep.name), name)


@dataclass(frozen=True, slots=True)
class SteeredSweep:
    """A sweep after somebody gave orders about it.

    Attributes:
        orders: that were given, as they stand on record.
        all_orders: of the sweep, those before them among them.
        changes: runs that were brought up to them at once, because nobody plays them.
        status: how the sweep stands now.
    """

    sweep: SweepRecord
    orders: Sequence[SteeringOrder]
    all_orders: Sequence[SteeringOrder]
    changes: RunChanges
    status: SweepStatus


def steer_sweep(
    store: Store,
    sweep: SweepRecord,
    requests: Callable[[Steerable], Sequence[OrderRequest]],
    *,
    by: str,
    me: Worker,
    clock: Clock | None = None,
) -> SteeredSweep:
    """Give orders about a sweep, and bring the runs that nobody plays up to them.

    Args:
        requests: makes the orders from how the sweep stands; it refuses by raising, and nothing is stored then.
        by: who gives them.
        me: this process, under whose name runs are let go of.

    Raises:
        BadInput: an order makes no sense.
    """
    clock = clock or SystemClock()
    begun = reopen(store, sweep)
    before = sweep_status(store, sweep, me=me)
    steerable = Steerable(store, begun, store.orders(sweep.id), list(before.workers.values()))
    orders = [_give(store, sweep, request, by=by, clock=clock) for request in requests(steerable)]
    retries = [order for order in orders if order.action == "retry"]
    standing = store.orders(sweep.id)
    changes = carry_out(store, sweep, standing, retries=retries, me=me, clock=clock)
    return SteeredSweep(sweep, orders, standing, changes, sweep_status(store, sweep, me=me))


def _give(store: Store, sweep: SweepRecord, request: OrderRequest, *, by: str, clock: Clock) -> SteeringOrder:
    drafted = SteeringOrder(
        sweep.id, 1, request.action, request.target, request.value, request.former, request.reason, by, ""
    )
    if fault := order_fault(drafted):
        raise BadInput(f"that is no order: {fault}")
    order = give_order(store, sweep.id, request, by=by, clock=clock)
    logger.info("{} steers the sweep {}: {}", by, sweep.id, log_text(order))
    return order
