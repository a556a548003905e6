"""Obeying orders about a sweep: what changes at once wherever its models are asked, and who hears of it."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.ports.observer import Observer, Recounted, Steered, SweepStarted, Waiting, WaitingOver
from sociarium.records.steering import NOTES, SteeringOrder
from sociarium.runner.library.status import SweepStatus
from sociarium.runner.models.orders import Orders
from sociarium.runner.run.services import ModelRouter
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep

STEERING = "steering"
"""The source of what is waited for because somebody said so."""


def obey(fresh: Sequence[SteeringOrder], orders: Orders, router: ModelRouter, observer: Observer) -> None:
    """Ask models as new orders say, and tell of them; they stand in `orders`."""
    if any(order.action == "limits" for order in fresh):
        router.change_limits(orders.state.limits)
    for order in fresh:
        if order.action not in NOTES:
            observer.notice(Steered(order))
    tell_pauses(orders, observer)


def tell_pauses(orders: Orders, observer: Observer) -> None:
    """Tell what is waited for because somebody said so."""
    waits = orders.waits
    observer.notice(Waiting("; ".join(waits), STEERING) if waits else WaitingOver(STEERING))


def started_news(begun: StartedSweep, status: SweepStatus, options: PlayOptions, *, offline: bool) -> SweepStarted:
    """What is told when a start begins.

    Args:
        status: of the sweep, before it.
    """
    before, experiment = status.counts, begun.experiment
    return SweepStarted(
        begun.sweep.id,
        experiment.id,
        experiment.title,
        before.total - before.cancelled,
        before.done,
        before.failed,
        offline,
        status.messages,
        _most_runs(begun, status, options),
    )


def _most_runs(begun: StartedSweep, status: SweepStatus, options: PlayOptions) -> int | None:
    """Runs that a start plays at most; None: all that are left."""
    bounds = [] if options.limit is None else [options.limit]
    if options.pilot is not None:
        # The first replicates are played first.
        bounds.append(max(options.pilot * begun.sweep.conditions - status.counts.ended, 0))
    return min(bounds, default=None)


def recount_news(status: SweepStatus) -> Recounted:
    """What is told when the runs have been brought up to new orders."""
    return Recounted(status.counts.total - status.counts.cancelled, status.counts.failed)
