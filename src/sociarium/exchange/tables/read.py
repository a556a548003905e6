"""Tables read from a store, run by run: each is read once, and no more are held at a time than `stored_runs` holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sociarium.errors import BadInput
from sociarium.exchange.selection import RunFilter, Selection, has_begun
from sociarium.exchange.shared_draws import has_common_streams
from sociarium.exchange.stored_run import RUNS_AT_ONCE, batches
from sociarium.exchange.tables.columns import Column, RunDocument, Table
from sociarium.exchange.tables.export import Overview, overview_of, sweep_run_documents
from sociarium.exchange.tables.tables import tables
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.sweep import Level
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import WITHOUT_JOURNAL, RunState, RunStatus, SweepSlot

Cells = Mapping[str, Any]
"""A row: column name -> cell; None where there is none."""

See = Callable[[RunDocument], None]


@dataclass(frozen=True, slots=True)
class RunAccount:
    """Which runs a table holds, so that none is lost silently.

    Attributes:
        planned: different runs of the selection, those that were not reached yet among them.
        taken: runs whose rows are in the tables.
        left_out: why others are not -> how many; they add up to `planned - taken`.
        sweeps_left_out: sweeps of colleagues who changed the experiment for themselves.
        earlier: sweep -> its runs of an earlier version of the experiment, which are not in. Each run counts once.
        shares_draws: whether replicates share their random draws across conditions: not where a sweep says
            `streams: independent`, nor in runs that were imported with their words alone.
    """

    planned: int
    taken: int
    left_out: Mapping[str, int]
    sweeps_left_out: int = 0
    shares_draws: bool = True
    earlier: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Where a run stands; `conditions` as of `RunTables`."""

    sweep: SweepRecord
    slot: SweepSlot
    conditions: tuple[Mapping[str, Level], ...]


@dataclass(frozen=True, slots=True)
class RunTables:
    """The rows of one run.

    Attributes:
        conditions: of the selection in which the run stands; several where they come to the same content.
        rows: table -> rows.
        cost: US dollars by the prices that it was played by; None where they are not on record.
    """

    run: str
    conditions: tuple[Mapping[str, Level], ...]
    rows: Mapping[str, Sequence[Cells]]
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class TableSource:
    """The tables of a selection. Reading begins anew with each call, and sees the store as it is then."""

    store: Store
    selection: Selection
    run_filter: RunFilter
    overview: Overview
    declared: Mapping[str, Table]

    def columns(self, name: str) -> tuple[Column, ...]:
        """The declared columns of a table. Raises `BadInput` with the nearest names."""
        if name not in self.declared:
            raise BadInput(f"there is no table {name!r}; {did_you_mean(name, self.declared, most=20)}")
        return self.declared[name].columns

    def rows(self, name: str) -> Iterator[Cells]:
        """The rows of a table, run by run. Raises `BadInput` at once."""
        self.columns(name)
        return (row for run in self.runs([name]) for row in run.rows[name])

    def runs(self, names: Sequence[str], *, see: See | None = None) -> Iterator[RunTables]:
        """The rows of several tables, a run at a time, in one pass.

        Args:
            see: is shown each run in full before its rows come.
        """
        for places in batches(self.places(), RUNS_AT_ONCE):
            yield from self.read(places, names, see=see)

    def places(self) -> Iterator[RunPlace]:
        """Its different runs, where they stand, in order."""
        shared = self._shared_conditions()
        for sweep, slot in self.selection.runs(self.store, self.run_filter):
            yield RunPlace(sweep, slot, tuple(shared.get(slot.status.run, (slot.condition,))))

    def read(self, places: Sequence[RunPlace], names: Sequence[str], *, see: See | None = None) -> Iterator[RunTables]:
        """The rows of several tables, of the runs in some places, in their order; `see` as in `runs`."""
        slots = [(place.sweep, place.slot) for place in places]
        documents = sweep_run_documents(self.store, self.selection, slots, self.overview)
        for place, document in zip(places, documents, strict=True):
            if see is not None:
                see(document)
            yield self._tables_of(place, document, names)

    def _tables_of(self, place: RunPlace, document: RunDocument, names: Sequence[str]) -> RunTables:
        rows = {
            name: [
                {column.name: column.cell(row) for column in self.declared[name].columns}
                for row in self.declared[name].rows(document)
            ]
            for name in names
        }
        status = place.slot.status
        return RunTables(status.run, place.conditions, rows, status.counters.cost)

    def account(self) -> RunAccount:
        """How many runs go in, and why others do not."""
        return account_of(self.store, self.selection, self.run_filter)

    def _shared_conditions(self) -> dict[str, list[Mapping[str, Level]]]:
        """The conditions of runs that stand in several."""
        shared: dict[str, list[Mapping[str, Level]]] = {}
        for sweep in self.selection.sweeps if self.overview.condition_counts else ():
            for slot in filter(self.run_filter.takes, self.selection.slots(self.store, sweep)):
                run = slot.status.run
                if run in self.overview.condition_counts and slot.condition not in shared.setdefault(run, []):
                    shared[run].append(slot.condition)
        return shared


def table_source(store: Store, selection: Selection, run_filter: RunFilter) -> TableSource:
    """The tables of some runs, with a column of `runs` for each of their factors."""
    overview = overview_of(store, selection, run_filter)
    declared = {table.name: table for table in tables(overview.factors, overview.wordings)}
    return TableSource(store, selection, run_filter, overview, declared)


def account_of(store: Store, selection: Selection, run_filter: RunFilter) -> RunAccount:
    """Which runs of a selection a filter takes, and why it takes no others, as the store is now."""
    reason_by_run: dict[int, str] = {}  # empty for one that is taken; ids as numbers, which are small
    reached_by_plan: dict[str, set[int]] = {}
    unreached: dict[str, int] = {}
    shares = all(has_common_streams(store, sweep) for sweep in selection.sweeps)
    for sweep in selection.sweeps:
        # Several people's sweeps of one version have the same plan: each of its runs counts once.
        plan = sweep.id if sweep.origin else f"{sweep.version}/{sweep.seed}/{sweep.name}"
        reached = reached_by_plan.setdefault(plan, set())
        for slot in selection.slots(store, sweep):
            run = int(slot.status.run, 16)
            reached.add(run)
            if run_filter.takes(slot):
                reason_by_run[run] = ""
                shares &= slot.status.protocol != WITHOUT_JOURNAL
            else:
                reason_by_run.setdefault(run, _reason(slot.status, run_filter))
        unreached[plan] = 0 if selection.run else max(sweep.runs - len(reached), 0)
    left_out = Counter(reason for reason in reason_by_run.values() if reason)
    taken = len(reason_by_run) - left_out.total()
    if further := sum(unreached.values()):
        left_out["not begun"] += further
    earlier = _runs_of_earlier_versions(store, selection, set(reason_by_run))
    planned = len(reason_by_run) + further
    return RunAccount(planned, taken, dict(left_out), len(selection.left_out), shares, earlier)


def _runs_of_earlier_versions(store: Store, selection: Selection, seen: set[int]) -> dict[str, int]:
    runs_by_sweep: dict[str, int] = {}
    for sweep in selection.earlier:
        begun = {int(slot.status.run, 16) for slot in selection.slots(store, sweep) if has_begun(slot.status)} - seen
        seen |= begun
        if begun:
            runs_by_sweep[sweep.id] = len(begun)
    return runs_by_sweep


def _reason(status: RunStatus, run_filter: RunFilter) -> str:
    state = status.state
    if run_filter.begun_only and not has_begun(status):
        return "not begun" if state is RunState.PENDING else state.value
    if run_filter.state not in {None, state}:
        return "waiting to go on" if state is RunState.PENDING else state.value
    return "of other levels"
