"""What there is, the latest first. Runs can be filtered by the factors of their condition, their state, and the roles
and models of their experiment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any, Optional

import typer
from rich.table import Table

from sociarium.bootstrap import open_store
from sociarium.cli.display.conditions import told, varying
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.visible import one_line
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.records.runs import Place, RunState
from sociarium.runner import lookup
from sociarium.runner.process import this_worker
from sociarium.runner.tally import counts

_SHOWN = 50


class What(StrEnum):
    """What can be listed."""

    EXPERIMENTS = "experiments"
    SWEEPS = "sweeps"
    RUNS = "runs"


@dataclass(slots=True)
class _Filter:
    creator: str | None = None
    favourite: bool = False
    role: str | None = None
    model: str | None = None
    where: dict[str, str] = field(default_factory=dict)
    state: RunState | None = None
    sweep: str | None = None

    def takes_experiment(self, experiment: Experiment, definition: Definition) -> bool:
        return (
            (self.creator is None or experiment.creator == self.creator)
            and (not self.favourite or experiment.favourite)
            and (self.role is None or self.role in definition.role_names)
            and (self.model is None or self.model in _model_names(definition))
        )

    def takes(self, place: Place) -> bool:
        levels = {factor: str(level) for factor, level in place.condition.items()}
        return (self.state is None or place.status.state is self.state) and all(
            levels.get(factor) == level for factor, level in self.where.items()
        )


def _model_names(definition: Definition) -> set[str]:
    return set(definition.models) | {spec.model for spec in definition.models.values()}


def command(
    what: Annotated[What, typer.Argument(metavar="experiments|sweeps|runs")],
    creator: Annotated[Optional[str], typer.Option("--creator", metavar="NAME")] = None,  # noqa: UP045
    favourite: Annotated[bool, typer.Option("--favourite")] = False,
    role: Annotated[Optional[str], typer.Option("--role", metavar="ROLE")] = None,  # noqa: UP045
    model: Annotated[Optional[str], typer.Option("--model", metavar="MODEL")] = None,  # noqa: UP045
    where: Annotated[Optional[list[str]], typer.Option("--where", metavar="FACTOR=LEVEL")] = None,  # noqa: UP045
    state: Annotated[Optional[RunState], typer.Option("--state")] = None,  # noqa: UP045
    sweep: Annotated[Optional[str], typer.Option("--sweep", metavar="SWEEP")] = None,  # noqa: UP045
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    wanted = _Filter(creator, favourite, role, model, _where(where or []), state)
    config = load()
    opened = open_store(store or config.store_url, create=store is None)
    try:
        wanted.sweep = lookup.sweep(opened, sweep).id if sweep else None
        rows = _ROWS[what](opened, wanted)
        if as_json:
            print_json(list(rows))
        else:
            _show(what, rows)
    finally:
        opened.close()


def _where(conditions: list[str]) -> dict[str, str]:
    found = {}
    for condition in conditions:
        factor, equals, level = condition.partition("=")
        if not equals:
            raise BadInput(f"--where {condition!r} has no level; write FACTOR=LEVEL, e.g. --where days=2")
        found[factor] = level
    return found


def _experiments(store: Store, wanted: _Filter) -> Iterator[dict[str, Any]]:
    for experiment, definition, versions in _known(store):
        if wanted.takes_experiment(experiment, definition):
            yield {
                "experiment": experiment.id,
                "title": experiment.title,
                "creator": experiment.creator,
                "note": experiment.note,
                "favourite": experiment.favourite,
                "created": experiment.created,
                "versions": versions,
                "roles": list(definition.role_names),
                "models": list(definition.models),
                "sweeps": len(store.sweeps(experiment.id)),
            }


def _known(store: Store) -> Iterator[tuple[Experiment, Definition, int]]:
    for experiment in store.experiments():
        if versions := store.versions(experiment.id):
            yield experiment, from_json(versions[-1].document), len(versions)


def _sweeps(store: Store, wanted: _Filter) -> Iterator[dict[str, Any]]:
    me = this_worker()
    for sweep, experiment in _known_sweeps(store, wanted):
        yield {
            "sweep": sweep.id,
            "name": sweep.name,
            "experiment": sweep.experiment,
            "title": experiment.title,
            "creator": sweep.creator,
            "created": sweep.created,
            "conditions": sweep.conditions,
            "replicates": sweep.replicates,
            "runs": sweep.runs,
            "counts": counts(store, sweep, me=me).as_dict(),
        }


def _known_sweeps(store: Store, wanted: _Filter) -> Iterator[tuple[SweepRecord, Experiment]]:
    taken = {
        experiment.id: experiment
        for experiment, definition, _ in _known(store)
        if wanted.takes_experiment(experiment, definition)
    }
    for sweep in store.sweeps():
        if sweep.experiment in taken and wanted.sweep in {None, sweep.id}:
            yield sweep, taken[sweep.experiment]


def _runs(store: Store, wanted: _Filter) -> Iterator[dict[str, Any]]:
    for sweep, _ in _known_sweeps(store, wanted):
        for place in store.places(sweep.id):
            if wanted.takes(place):
                yield {
                    "run": place.status.run,
                    "sweep": sweep.id,
                    "experiment": sweep.experiment,
                    "condition": dict(place.condition),
                    "replicate": place.replicate,
                    "state": place.status.state.value,
                    "ended": place.status.ended,
                    "messages": place.status.counters.messages,
                    "error": place.status.error,
                }


_ROWS = {What.EXPERIMENTS: _experiments, What.SWEEPS: _sweeps, What.RUNS: _runs}


def _show(what: What, rows: Iterator[dict[str, Any]]) -> None:
    shown = list(islice(rows, _SHOWN))
    more = sum(1 for _ in rows)
    screen = console()
    if not shown:
        screen.print(f"No {what.value} here. `sociarium demo` makes some.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in _COLUMNS[what]:
        table.add_column(column, overflow="fold")
    factors = varying(row["condition"] for row in shown) if what is What.RUNS else []
    for row in shown:
        table.add_row(*(words(one_line(cell, most=300)) for cell in _cells(what, row, factors)))
    screen.print(table)
    if more:
        screen.print(f"... and {more} more; narrow it with the options of `list`, or print all with --json.")


_COLUMNS = {
    What.EXPERIMENTS: ("experiment", "", "title", "creator", "created", "roles", "models", "sweeps"),
    What.SWEEPS: ("sweep", "name", "title", "creator", "created", "done", "failed", "left"),
    What.RUNS: ("run", "state", "ended", "messages", "replicate", "condition"),
}


def _cells(what: What, row: dict[str, Any], factors: list[str]) -> list[str]:
    match what:
        case What.EXPERIMENTS:
            return [
                row["experiment"][:8],
                "*" if row["favourite"] else "",
                row["title"],
                row["creator"],
                row["created"][:16],
                ", ".join(row["roles"]),
                ", ".join(row["models"]),
                str(row["sweeps"]),
            ]
        case What.SWEEPS:
            counted = row["counts"]
            left = counted["pending"] + counted["running"]
            return [
                row["sweep"][:8],
                row["name"],
                row["title"],
                row["creator"],
                row["created"][:16],
                str(counted["done"]),
                str(counted["failed"]),
                str(left),
            ]
        case What.RUNS:
            return [
                row["run"][:8],
                row["state"],
                row["ended"] or row["error"] or "",
                str(row["messages"]),
                str(row["replicate"]),
                told(row["condition"], factors),
            ]
