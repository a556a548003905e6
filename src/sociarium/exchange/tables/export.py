"""Runs into tables: each run is read once, and no more than one is held at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_document
from sociarium.exchange.selection import Progress, RunFilter, Selection
from sociarium.exchange.tables.columns import Column, Kind, Table, Told, common_kind, kind_of
from sociarium.exchange.tables.tables import tables
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import SweepSlot

Write = Callable[[Sequence[Any]], None]


class SheetFormat(Protocol):
    """A file format of tables."""

    SUFFIX: str

    def sheet(self, path: Path, columns: Sequence[Column]) -> AbstractContextManager[Write]:
        """Open a table; the function given takes the cells of a row."""
        ...


@dataclass(frozen=True, slots=True)
class _Overview:
    """What must be known of all runs before the first row: columns are the same for all.

    Attributes:
        factors: with what their levels are.
        shared: run -> conditions of its sweeps that come to it, where there are several.
    """

    factors: Mapping[str, Kind]
    shared: Mapping[str, int]


def export(
    store: Store, selection: Selection, narrowing: RunFilter, folder: Folder, format_: SheetFormat, progress: Progress
) -> list[Path]:
    """Write the tables of some runs; all of the files appear together at the end.

    Returns:
        The files.
    """
    overview = _overview(store, selection, narrowing)
    with ExitStack() as files:
        sheets = _Sheets(files, folder, format_, tables(overview.factors))
        for done, (sweep, place) in enumerate(selection.runs(store, narrowing), start=1):
            sheets.write(_run_document(store, selection, sweep, place, overview))
            progress(done)
        return list(sheets.paths)


def _overview(store: Store, selection: Selection, narrowing: RunFilter) -> _Overview:
    kinds: dict[str, set[Kind]] = {}
    conditions: Counter[str] = Counter()
    met: dict[tuple[str, str], set[int]] = {}
    for sweep in selection.sweeps:
        # Several people's sweeps of one version have the same plan: each of its positions counts once.
        positions = met.setdefault((sweep.version, sweep.name), set())
        for place in filter(narrowing.takes, selection.places(store, sweep)):
            if place.position in positions:
                continue
            positions.add(place.position)
            conditions[place.status.run] += 1
            for factor, level in place.condition.items():
                kinds.setdefault(factor, set()).add(kind_of(level))
    factors = {factor: common_kind(found) for factor, found in kinds.items()}
    return _Overview(factors, {run: count for run, count in conditions.items() if count > 1})


def _run_document(
    store: Store, selection: Selection, sweep: SweepRecord, place: SweepSlot, overview: _Overview
) -> Told:
    run = place.status.run
    return {
        **run_document(store, run, exposures=True),
        "title": selection.experiment.title,
        "sweep": sweep.id,
        "sweep_name": sweep.name,
        "condition": place.condition,
        "replicate": place.replicate,
        "conditions_shared": overview.shared.get(run, 1),
        "counters": place.status.counters,
    }


class _Sheets:
    """The open files of an export; a table that need not be there is opened with its first row."""

    def __init__(self, files: ExitStack, folder: Folder, format_: SheetFormat, declared: Sequence[Table]) -> None:
        self._files = files
        self._folder = folder
        self._format = format_
        self._declared = declared
        self._open: dict[str, Write] = {}
        self.paths: list[Path] = []
        for table in declared:
            if table.always:
                self._open_sheet(table)

    def write(self, told: Told) -> None:
        for table in self._declared:
            for row in table.rows(told):
                self._open_sheet(table)([column.cell(row) for column in table.columns])

    def _open_sheet(self, table: Table) -> Write:
        if table.name not in self._open:
            path, unfinished = self._files.enter_context(self._folder.new_file([table.name], self._format.SUFFIX))
            self.paths.append(path)
            self._open[table.name] = self._files.enter_context(self._format.sheet(unfinished, table.columns))
        return self._open[table.name]
