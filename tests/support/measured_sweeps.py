"""Sweeps whose messages have values of measures that a test gives, and their reports."""

from __future__ import annotations

from collections.abc import Callable

from sociarium.analysis.report.gather import gather
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.ports.prices import NoPrices
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.labels import Measure
from sociarium.records.plans import SweepRecord

AT = "2026-01-01T00:00:00Z"


def messages_of(store: Store, sweep: SweepRecord) -> list[tuple[str, int, Event]]:
    """Run, turn and event of every message."""
    runs = [slot.status.run for slot in store.slots(sweep.id)]
    spoken = {run: [one for one in store.events(run) if one.happening.kind == "message"] for run in runs}
    return [(run, turn, one) for run, some in spoken.items() for turn, one in enumerate(some, start=1)]


def measure_messages(store: Store, sweep: SweepRecord, name: str, value: Callable[[str, Event], object]) -> None:
    """Keep a value of every message."""
    store.put_measures(
        [Measure(name, "v1", run, one.key, value(run, one), AT) for run, _, one in messages_of(store, sweep)]
    )


def gathered(store: Store, sweep: SweepRecord, *measures: str) -> ReportInputs:
    """What a report of the sweep is computed from."""
    source = table_source(store, selection(store, sweep.id, creator="ada"), RunFilter())
    return gather(source, NoPrices(), lambda _count: None, measures=measures)
