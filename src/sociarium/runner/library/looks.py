"""Looks at outcomes while hypotheses are being tested: each is kept with the sweep, for the report lists them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal

from sociarium.errors import DefinitionError, SetupError
from sociarium.experiment.document import from_json
from sociarium.experiment.sequential import SequentialDesign
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.records.steering import SteeringOrder

Way = Literal["results", "analyze", "compare-humans", "pages", "export", "table"]
"""By what outcomes were seen: a command, the pages, or a table in Python."""


def record_looks(store: Store, sweeps: Iterable[SweepRecord], way: Way, *, by: str, clock: Clock) -> str:
    """Keep a look at the outcomes of sweeps with hypotheses, of those that are not at their end.

    Returns:
        Why it could not be kept, such as in a store that can only be read; empty where it was, or need not be.
    """
    for sweep in sweeps:
        if not is_looked_for(store, sweep):
            continue
        finished = len({slot.status.run for slot in store.slots(sweep.id) if slot.status.state is RunState.DONE})
        if 0 < finished < sweep.runs:
            try:
                record_look(store, sweep, way, finished=finished, by=by, clock=clock)
            except SetupError as error:
                return f"this look at outcomes before the end of the sweep is not recorded: {error}"
    return ""


def is_looked_for(store: Store, sweep: SweepRecord) -> bool:
    """Whether looks at a sweep are kept: its version declares hypotheses."""
    return bool(json.loads(store.version(sweep.version).document).get("hypotheses"))


def sequential_design(store: Store, sweep: SweepRecord) -> SequentialDesign | None:
    """The looks that a sweep declares; None where it declares none, or is of an earlier format."""
    with suppress(DefinitionError, ValueError, KeyError):
        return from_json(store.version(sweep.version).document).all_sweeps[sweep.name].sequential
    return None


def record_look(store: Store, sweep: SweepRecord, way: Way, *, finished: int, by: str, clock: Clock) -> None:
    """Keep that somebody looked at outcomes before the end.

    Once for each person, way and hour (UTC): pages are fetched by the dozen. Nor is a second look of theirs kept that
    sees no more than the first. One that was declared hides none that was not.

    Args:
        finished: runs whose outcomes were seen.

    Raises:
        SetupError: the store can only be read.
    """
    value = {"finished": finished, "planned": sweep.runs, "way": way}
    design = sequential_design(store, sweep)

    def is_due(runs: int) -> bool:
        return design is not None and design.is_due(runs, sweep.conditions)

    while True:
        orders, now = store.orders(sweep.id), clock.now()
        own = [one for one in orders if one.action == "look" and one.by == by and one.value.get("way", way) == way]
        alike = (one for one in own if is_due(one.value["finished"]) == is_due(finished))
        if any(one.at[:13] == now[:13] or one.value["finished"] == finished for one in alike):
            return
        number = max((order.number for order in orders), default=0) + 1
        look = SteeringOrder(sweep.id, number, "look", None, value, None, "", by, now)
        if store.add_order(look) == look:
            return
