"""Runs into tables: each run is read once, and no more of them are held at a time than `stored_runs` holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from sociarium.exchange.counts_so_far import counts_so_far
from sociarium.exchange.folder import Folder
from sociarium.exchange.measures import measure_parts
from sociarium.exchange.run_document import document_of
from sociarium.exchange.selection import Progress, RunFilter, Selection
from sociarium.exchange.stored_run import RUNS_AT_ONCE, StoredRun, batches, stored_runs
from sociarium.exchange.tables.columns import Column, Kind, RunDocument, Table, common_kind, kind_of
from sociarium.exchange.tables.tables import tables
from sociarium.experiment.design.wordings import cycles
from sociarium.experiment.document import from_json
from sociarium.experiment.environments import spec_of
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import SweepSlot

Write = Callable[[Sequence[Any]], None]


class SheetFormat(Protocol):
    """A file format of tables."""

    SUFFIX: str

    def sheet(self, path: Path, columns: Sequence[Column]) -> AbstractContextManager[Write]:
        """Open a table; the context is a function that writes the cells of a row."""
        ...


@dataclass(frozen=True, slots=True)
class Overview:
    """What must be known of all runs before the first row: columns are the same for all.

    Attributes:
        factors: with what their levels are.
        condition_counts: run -> how many conditions of its sweeps that come to it, where there are several.
        wordings: slots whose texts have several wordings.
    """

    factors: Mapping[str, Kind]
    condition_counts: Mapping[str, int]
    wordings: tuple[str, ...] = ()


def export(
    store: Store,
    selection: Selection,
    narrowing: RunFilter,
    folder: Folder,
    formats: Sequence[SheetFormat],
    progress: Progress,
) -> list[Path]:
    """Write the tables of some runs in every format, in one pass; all of the files appear together at the end.

    Returns:
        The files, format by format.
    """
    overview = overview_of(store, selection, narrowing)
    with open_sheets(folder, formats, overview) as sheets:
        run_count = count(1)
        for places in batches(selection.runs(store, narrowing), RUNS_AT_ONCE):
            for document in sweep_run_documents(store, selection, places, overview):
                sheets.write(document)
                progress(next(run_count))
        return sheets.paths


@contextmanager
def open_sheets(folder: Folder, formats: Sequence[SheetFormat], overview: Overview) -> Iterator[Sheets]:
    """Tables to be written run by run, by whoever reads the runs; all of the files appear together at the end.

    Raises:
        SetupError: the disk does not take it.
    """
    with ExitStack() as files:
        yield Sheets(files, folder, formats, tables(overview.factors, overview.wordings))


def overview_of(store: Store, selection: Selection, narrowing: RunFilter) -> Overview:
    """One pass over the slots of a selection."""
    kinds: dict[str, set[Kind]] = {}
    condition_counts: Counter[str] = Counter()
    positions_by_plan: dict[tuple[str, str], set[int]] = {}
    for sweep in selection.sweeps:
        # Several people's sweeps of one version have the same plan: each of its positions counts once.
        positions = positions_by_plan.setdefault((sweep.version, sweep.name), set())
        for slot in filter(narrowing.takes, selection.slots(store, sweep)):
            if slot.position in positions:
                continue
            positions.add(slot.position)
            condition_counts[slot.status.run] += 1
            for factor, level in slot.condition.items():
                kinds.setdefault(factor, set()).add(kind_of(level))
    factors = {factor: common_kind(level_kinds) for factor, level_kinds in kinds.items()}
    shared = {run: count for run, count in condition_counts.items() if count > 1}
    return Overview(factors, shared, _slots_with_wordings(store, selection))


def _slots_with_wordings(store: Store, selection: Selection) -> tuple[str, ...]:
    slots: dict[str, None] = {}
    for version in dict.fromkeys(sweep.version for sweep in selection.sweeps):
        document = store.version(version).document
        # Most have none, and need not be read for it.
        if '"wordings"' in document:
            definition = from_json(document)
            slots.update(dict.fromkeys(cycles(spec_of(definition).texts(definition))))
    return tuple(slots)


def sweep_run_documents(
    store: Store, selection: Selection, places: Sequence[tuple[SweepRecord, SweepSlot]], overview: Overview
) -> Iterator[RunDocument]:
    """Runs in full, each with its slot in the sweep; their documents are made one by one."""
    runs = stored_runs(store, [slot.status.run for _, slot in places], measures=True)
    for (sweep, slot), stored in zip(places, runs, strict=True):
        yield _sweep_run_document(selection, sweep, slot, overview, stored)


def _sweep_run_document(
    selection: Selection, sweep: SweepRecord, slot: SweepSlot, overview: Overview, stored: StoredRun
) -> RunDocument:
    return {
        **document_of(stored, exposures=True),
        "title": selection.experiment.title,
        "sweep": sweep.id,
        "sweep_name": sweep.name,
        "condition": slot.condition,
        "replicate": slot.replicate,
        "conditions_shared": overview.condition_counts.get(stored.run.id, 1),
        "counters": counts_so_far(stored),
        **measure_parts(stored),
    }


class Sheets:
    """The open files of tables in some formats; a table that need not be there is opened with its first row."""

    def __init__(
        self, files: ExitStack, folder: Folder, formats: Sequence[SheetFormat], tables_: Sequence[Table]
    ) -> None:
        """Open those tables that are there without a row.

        Args:
            files: closes them.
        """
        self._files = files
        self._folder = folder
        self._formats = formats
        self._tables = tables_
        self._open: dict[str, list[Write]] = {}
        self._paths: list[list[Path]] = [[] for _ in formats]
        for table in tables_:
            if table.always:
                self._open_sheets(table)

    @property
    def paths(self) -> list[Path]:
        """The files so far, format by format."""
        return [path for own in self._paths for path in own]

    def write(self, document: RunDocument) -> None:
        """Write the rows of a run into all of them."""
        for table in self._tables:
            for row in table.rows(document):
                cells = [column.cell(row) for column in table.columns]
                for write in self._open_sheets(table):
                    write(cells)

    def _open_sheets(self, table: Table) -> list[Write]:
        if table.name not in self._open:
            self._open[table.name] = [
                self._open_sheet(table, *one) for one in zip(self._formats, self._paths, strict=True)
            ]
        return self._open[table.name]

    def _open_sheet(self, table: Table, format_: SheetFormat, paths: list[Path]) -> Write:
        path, unfinished = self._files.enter_context(self._folder.new_file([table.name], format_.SUFFIX))
        paths.append(path)
        return self._files.enter_context(format_.sheet(unfinished, table.columns))
