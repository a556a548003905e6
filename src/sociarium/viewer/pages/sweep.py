"""A sweep: does it go well, when does it end, does it need me?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sociarium.experiment.design.expansion import Design
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.records.runs import RunState, RunStatus, SweepSlot, Worker
from sociarium.runner.library.faults import WHOLES, ModelPart, parts_by_model, unusable_count
from sociarium.runner.library.sweep_factors import sweep_design
from sociarium.viewer.labels import condition_text, level_text
from sociarium.viewer.pages.last_words import LastWords, last_words
from sociarium.viewer.pages.steering import SteeringView, steering_of
from sociarium.viewer.pages.sweep_grid import Grid, UnfinishedRuns, condition_key
from sociarium.viewer.pages.sweep_progress import ProgressView, progress
from sociarium.viewer.sweep_digest import FailedRun, SweepDigest, digest, has_flags, is_hollow

ROWS = 60
"""Conditions on one page."""
MOST_OPEN = 24
"""Conditions of which the page of a sweep shows the results at once, when nobody works on it."""
_LONG_LABEL = 44
"""Characters that fit beside the cells."""
_MOST_REPLICATES = 500
_EMPTY = {
    "runs": "runs without a word of anybody",
    "messages": "empty messages",
    "steps": "skipped steps",
    "people": "people that could not be written",
    "probes": "invalid answers to probes",
    "summaries": "empty summaries",
    "choices": "speakers drawn, because the manager named nobody",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A run at its place in the grid; `run` is None where nothing was begun."""

    replicate: int
    state: str
    label: str
    run: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition with its replicates.

    Attributes:
        number: its number on the whole, from 0; names the row.
        example: a run of it that can be read.
    """

    number: int
    label: str
    cells: tuple[Cell, ...]
    done: int
    failed: int
    example: str | None


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Conditions with one level of the first factor; the heading is empty where there is only one factor."""

    heading: str
    rows: tuple[ConditionRow, ...]


@dataclass(frozen=True, slots=True)
class EmptyPart:
    """How much of a kind is worth nothing, in all and of each model."""

    what: str
    empty: int
    of: int
    by_model: tuple[ModelPart, ...]


@dataclass(frozen=True, slots=True)
class SweepPage:
    """A sweep as it stands.

    Attributes:
        waiting: what its workers wait for, in their words.
        empty: kinds of which anything is worth nothing.
        factors: by which its conditions differ.
        unfinished: what runs that are not done came to so far.
        steering: what was ordered about it.
        page, pages: of the grid's rows.
    """

    sweep: SweepRecord
    experiment: Experiment
    digest: SweepDigest
    progress: ProgressView
    waiting: tuple[str, ...]
    groups: tuple[RowGroup, ...]
    replicates: int
    empty: tuple[EmptyPart, ...]
    said: tuple[LastWords, ...]
    factors: tuple[str, ...]
    unfinished: UnfinishedRuns
    steering: SteeringView
    page: int
    pages: int

    @property
    def opens_results(self) -> bool:
        """Whether results by condition stand open: nobody works on it, and they are no long table."""
        return not self.digest.is_live and bool(self.digest.counts.done) and self.sweep.conditions <= MOST_OPEN

    @property
    def has_long_labels(self) -> bool:
        """Whether conditions are told apart only by labels that need room."""
        return any(len(row.label) > _LONG_LABEL for group in self.groups for row in group.rows)

    def place_of(self, run: FailedRun) -> str:
        """Where a failed run stands: its condition by what differs, and its replicate."""
        factors = [factor for factor in self.factors if factor in run.condition]
        condition = f"{condition_text(run.condition, factors)}, " if factors else ""
        return f"{condition}{run.replicate}"


def sweep_page(
    store: Store, id_: str, *, me: Worker, now: datetime, page: int = 1, design: Design | None = None
) -> SweepPage:
    """A sweep by its id.

    Args:
        me: who asks, which says what "this machine" is.
        now: with its zone.
        page: of the grid's rows, from 1.
        design: as `sweep_design` makes it, for who asks again and again.

    Raises:
        NotFound: there is no such sweep.
    """
    sweep = store.sweep(id_)
    layout = design or sweep_design(store, sweep)
    size = layout.size if layout else sweep.conditions
    pages = max(1, -(-size // ROWS))
    page = min(max(page, 1), pages)
    start = (page - 1) * ROWS
    grid = Grid({}, keeps_new=layout is None)
    if layout:
        for at in range(start, min(start + ROWS, size)):
            condition = layout.condition(layout.levels(at))
            grid.rows[condition_key(condition)] = at
            grid.conditions[at] = condition
    read = digest(store, sweep, me=me, notice=grid.take)
    factors = _varying(layout) if layout else read.factors
    return SweepPage(
        sweep=sweep,
        experiment=store.experiment(sweep.experiment),
        digest=read,
        progress=progress(read, now),
        waiting=tuple(dict.fromkeys(_waiting(read.workers))),
        groups=_groups(grid, sweep, read, factors, shown=range(start, start + ROWS)),
        replicates=sweep.replicates,
        empty=_empty(read),
        said=tuple(last_words(store, grid.spoke, factors)),
        factors=tuple(factors),
        unfinished=grid.unfinished_runs(store),
        steering=steering_of(store.orders(sweep.id)),
        page=page,
        pages=pages,
    )


def cell(replicate: int, place: SweepSlot | None, live: frozenset[str]) -> Cell:
    """A place as the grid shows it."""
    if place is None:
        return Cell(replicate, "left", f"Replicate {replicate}: not begun")
    status = place.status
    state, words = _state(status, live)
    return Cell(replicate, state, f"Replicate {replicate}: {words}", status.run)


def _state(status: RunStatus, live: frozenset[str]) -> tuple[str, str]:
    match status.state:
        case RunState.DONE if is_hollow(status):
            return "hollow", "done, mostly empty"
        case RunState.DONE if has_flags(status):
            return "done flagged", "done, flagged"
        case RunState.DONE:
            ended = "" if status.ended in {None, "completed"} else f", {str(status.ended).replace('_', ' ')}"
            return "done", f"done{ended}"
        case RunState.FAILED:
            return "fail", "failed"
        case RunState.CANCELLED:
            return "left", "cancelled"
        case RunState.RUNNING if status.worker in live:
            return "run", "running"
        case RunState.RUNNING:
            return "left", "begun, and left by its worker"
        case _:
            return "left", "not begun" if status.started is None else "begun, and waiting to go on"


def _varying(design: Design) -> tuple[str, ...]:
    return tuple(factor.name for factor in design.factors if len(factor.levels) > 1)


def _groups(
    grid: Grid, sweep: SweepRecord, read: SweepDigest, factors: Sequence[str], *, shown: range
) -> tuple[RowGroup, ...]:
    live = frozenset(worker.id for worker in read.workers)
    first, rest = (factors[0], factors[1:]) if len(factors) > 2 else (None, factors)
    groups: dict[str, list[ConditionRow]] = {}
    for number in sorted(number for number in grid.conditions if number in shown):
        condition, places = grid.conditions[number], grid.places.get(number, {})
        most = min(sweep.replicates, _MOST_REPLICATES)
        cells = tuple(cell(replicate, places.get(replicate), live) for replicate in range(1, most + 1))
        heading = level_text(first, condition[first]) if first and first in condition else ""
        example = next((one.run for one in cells if one.run and one.state.startswith("done")), None)
        groups.setdefault(heading, []).append(
            ConditionRow(
                number=number,
                label=condition_text(condition, rest),
                cells=cells,
                done=sum(place.status.state is RunState.DONE for place in places.values()),
                failed=sum(place.status.state is RunState.FAILED for place in places.values()),
                example=example or next((one.run for one in cells if one.run), None),
            )
        )
    return tuple(RowGroup(heading, tuple(rows)) for heading, rows in groups.items())


def _waiting(workers: Sequence[Worker]) -> Iterator[str]:
    for worker in workers:
        waits = worker.doing.get("waiting")
        yield from (str(one) for one in waits) if isinstance(waits, list) else ()


def _empty(read: SweepDigest) -> tuple[EmptyPart, ...]:
    total = read.faults.total
    parts = (
        EmptyPart(_EMPTY[what], unusable_count(total, what), total[what], tuple(parts_by_model(read.faults, what)))
        for what in WHOLES
    )
    return tuple(part for part in parts if part.empty)
