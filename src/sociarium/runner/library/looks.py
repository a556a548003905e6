"""Looks at outcomes while hypotheses are being tested: each is kept with the sweep, for the report lists them."""

from __future__ import annotations

from collections.abc import Iterable

from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.records.steering import SteeringOrder


def record_looks(store: Store, sweeps: Iterable[SweepRecord], *, by: str, clock: Clock) -> None:
    """Keep a look at the outcomes of sweeps with hypotheses, of those that are not at their end."""
    for sweep in sweeps:
        if '"hypotheses"' not in store.version(sweep.version).document:
            continue
        finished = len({slot.status.run for slot in store.slots(sweep.id) if slot.status.state is RunState.DONE})
        if 0 < finished < sweep.runs:
            record_look(store, sweep, finished=finished, by=by, clock=clock)


def record_look(store: Store, sweep: SweepRecord, *, finished: int, by: str, clock: Clock) -> None:
    """Keep that somebody looked at outcomes before the end; unless as much was seen before.

    Args:
        finished: runs whose outcomes were seen.
    """
    while True:
        orders = store.orders(sweep.id)
        if any(order.action == "look" and order.value["finished"] == finished for order in orders):
            return
        number = max((order.number for order in orders), default=0) + 1
        value = {"finished": finished, "planned": sweep.runs}
        look = SteeringOrder(sweep.id, number, "look", None, value, None, "", by, clock.now())
        if store.add_order(look) == look:
            return
