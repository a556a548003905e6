"""Why a start left its sweep before the end, kept with the sweep's orders, so that whoever looks there reads it."""

from __future__ import annotations

from loguru import logger

from sociarium.errors import StoreError
from sociarium.experiment.address import public_text
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.steering import OrderRequest, give_order
from sociarium.runner.sweep.result import Result
from sociarium.runner.workers.shutdown import StopSwitch

_ON_RECORD = frozenset({"declared", "silent"})
"""A sweep that comes to its declared end says so by an order of its own."""


def record_leaving(
    store: Store, sweep: SweepRecord, result: Result, stop: StopSwitch, *, by: str, clock: Clock
) -> None:
    """Keep why a start left runs unplayed; nothing where it did not, or the declared end says it.

    A store that does not take it is logged: what was played is kept all the same.

    Args:
        result: what the start came to.
        by: who played.
    """
    if stop.why is None or stop.why in _ON_RECORD or not result.counts.left:
        return
    request = OrderRequest(action="leave", value={"why": stop.why}, reason=public_text(stop.message))
    try:
        give_order(store, sweep.id, request, by=by, clock=clock)
    except StoreError as error:
        logger.warning("why the sweep was left is not on record: {}", error)
