"""Giving orders about a sweep from a command: they are stored, the runs brought up to them, and said in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Optional

import typer
from loguru import logger

from sociarium.api.preparation import used_models
from sociarium.bootstrap import open_store
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.steering import effect_text, order_as_dict, order_text
from sociarium.cli.logs import log_actions
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.runs import Worker
from sociarium.records.steering import SteeringOrder, SteeringState, order_fault, steering_state
from sociarium.runner.library import lookup
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.library.steering import OrderRequest, RunChanges, carry_out, give_order
from sociarium.runner.library.steering_targets import Target, condition_target, model_target, run_target
from sociarium.runner.sweep.order_watch import PAUSE
from sociarium.runner.sweep.save import StartedSweep, reopen
from sociarium.runner.workers.process import this_worker

SweepArgument = Annotated[Optional[str], typer.Argument(metavar="[SWEEP]")]  # noqa: UP045  # typer reads the annotation
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="why; kept with the order")]
WhereOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--where", metavar="FACTOR=LEVEL", help="conditions with this level; several: with all of them"),
]
OneModelOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--model", metavar="NAME", help="one model, by its name in the file"),
]


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

    def condition(self, where: dict[str, str]) -> Target:
        """See `condition_target`."""
        return condition_target(self.store, self.begun.sweep, where)

    def run(self, text: str) -> Target:
        """See `run_target`."""
        return run_target(self.store, self.begun.sweep, text)

    def model(self, name: str) -> Target:
        """See `model_target`."""
        return model_target(used_models(self.begun.definition, self.begun.sweep.name), name)


def steer(
    store: str | None,
    sweep: str | None,
    requests: Callable[[Steerable], Sequence[OrderRequest]],
    *,
    command: str,
    as_json: bool,
) -> None:
    """Give orders about a sweep, and say what they do.

    Args:
        store: its URL; None for the configured one.
        sweep: the beginning of its id; None for the latest.
        requests: makes the orders from how the sweep stands; it refuses by raising.
        command: what was typed, for the log.

    Raises:
        BadInput: an order makes no sense.
    """
    config, clock = load(), SystemClock()
    log_actions(command)
    opened = open_store(store or config.store_url, create=False)
    try:
        begun = reopen(opened, lookup.find_sweep(opened, sweep))
        me = this_worker(config.creator)
        before = sweep_status(opened, begun.sweep, me=me)
        steerable = Steerable(opened, begun, opened.orders(begun.sweep.id), list(before.workers.values()))
        orders = [_give(opened, begun, request, by=config.creator) for request in requests(steerable)]
        retries = [order for order in orders if order.action == "retry"]
        changes = carry_out(opened, begun.sweep, opened.orders(begun.sweep.id), retries=retries, me=me, clock=clock)
        after = sweep_status(opened, begun.sweep, me=me)
    finally:
        opened.close()
    if as_json:
        print_json(_as_dict(begun, orders, changes, after))
    else:
        _print(begun, orders, changes, after)


def _give(store: Store, begun: StartedSweep, request: OrderRequest, *, by: str) -> SteeringOrder:
    drafted = SteeringOrder(
        begun.sweep.id, 1, request.action, request.target, request.value, request.former, request.reason, by, ""
    )
    if fault := order_fault(drafted):
        raise BadInput(f"that is no order: {fault}")
    order = give_order(store, begun.sweep.id, request, by=by, clock=SystemClock())
    logger.info("{} steers the sweep {}: {} (order {})", by, begun.sweep.id, order_text(order), order.number)
    return order


def _as_dict(
    begun: StartedSweep, orders: Sequence[SteeringOrder], changes: RunChanges, after: SweepStatus
) -> dict[str, object]:
    return {
        "sweep": begun.sweep.id,
        "orders": [order_as_dict(order) for order in orders],
        "cancelled": changes.cancelled,
        "returned": changes.returned,
        "counts": after.counts.as_dict(),
        "workers": len(after.workers),
    }


def _print(begun: StartedSweep, orders: Sequence[SteeringOrder], changes: RunChanges, after: SweepStatus) -> None:
    screen, sweep = console(), begun.sweep.id[:8]
    for order in orders:
        text = effect_text(order)
        screen.print(words(f"Sweep {sweep}: {text}"), soft_wrap=True)
    if changes.cancelled:
        screen.print(f"{_runs(changes.cancelled)} cancelled now.", soft_wrap=True)
    if changes.returned:
        screen.print(f"{_runs(changes.returned)} given back now.", soft_wrap=True)
    if after.workers:
        hosts = ", ".join(f"{worker.host} process {worker.pid}" for worker in after.workers.values())
        screen.print(words(f"Obeyed within {PAUSE + 1:.0f} s by: {hosts}"), soft_wrap=True)
    elif after.counts.left:
        screen.print(f"Nobody plays it now; whoever does obeys: {pasteable('resume', sweep)}", soft_wrap=True)


def _runs(number: int) -> str:
    return "1 run was" if number == 1 else f"{number} runs were"
