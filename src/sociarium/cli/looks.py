"""Looks at outcomes, kept by the commands that show them."""

from __future__ import annotations

from sociarium.cli.display.ownership import notice
from sociarium.exchange.selection import Selection
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library.looks import Way, record_looks


def keep_looks(store: Store, selection: Selection, way: Way, *, by: str) -> None:
    """Keep that outcomes of sweeps are seen before the end, and say on stderr where that cannot be kept. To read a
    single run is no look."""
    sweeps = () if selection.run else selection.sweeps
    if reason := record_looks(store, sweeps, way, by=by, clock=SystemClock()):
        notice(f"! {reason}")
