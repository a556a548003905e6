"""What there is, the latest first. Experiments, and sweeps by them, are filtered by creator, favourite, and the roles
and models of their latest version. Runs are filtered by the creator of their experiment, whether they are favourites
themselves, the roles and models that take part in them, the factors of their condition, their state and their sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any, Optional

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.command_hints import program_name
from sociarium.cli.display.lists import table_of
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.targets import levels
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, RunQuery
from sociarium.records.runs import RunState, protocol_of_run
from sociarium.runner.library import lookup
from sociarium.runner.library.faults import as_json, run_counts
from sociarium.runner.library.run_list import list_runs
from sociarium.runner.library.status import sweep_status
from sociarium.runner.library.tombstones import deletion_message as told_mark
from sociarium.runner.workers.process import this_worker

_SHOWN = 50


class What(StrEnum):
    """What can be listed."""

    EXPERIMENTS = "experiments"
    SWEEPS = "sweeps"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class _Filters:
    creator: str | None
    favourite: bool
    role: str | None
    model: str | None
    where: dict[str, str]
    state: RunState | None
    sweep: str | None = None

    @property
    def experiment_query(self) -> ExperimentQuery:
        return ExperimentQuery(self.creator, self.favourite, self.role, self.model)

    @property
    def run_query(self) -> RunQuery:
        return RunQuery(self.creator, self.favourite, self.role, self.model, self.where, self.state, sweep=self.sweep)


def command(
    what: Annotated[What, typer.Argument(metavar="experiments|sweeps|runs")],
    creator: Annotated[Optional[str], typer.Option("--creator", metavar="NAME")] = None,  # noqa: UP045
    favourite: Annotated[bool, typer.Option("--favourite")] = False,
    role: Annotated[Optional[str], typer.Option("--role", metavar="ROLE")] = None,  # noqa: UP045
    model: Annotated[Optional[str], typer.Option("--model", metavar="MODEL")] = None,  # noqa: UP045
    where: Annotated[Optional[list[str]], typer.Option("--where", metavar="FACTOR=LEVEL")] = None,  # noqa: UP045
    state: Annotated[Optional[RunState], typer.Option("--state")] = None,  # noqa: UP045
    sweep: Annotated[Optional[str], typer.Option("--sweep", metavar="SWEEP")] = None,  # noqa: UP045
    limit: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--limit", metavar="N", min=1, help=f"so many at most [{_SHOWN} on a screen, all with --json]"),
    ] = None,
    offset: Annotated[int, typer.Option("--offset", metavar="N", min=0, help="leave out the first N")] = 0,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    filters = _Filters(creator, favourite, role, model, levels(where or []), state)
    _refuse_idle(what, filters, sweep)
    config = load()
    opened = open_store(store or config.store_url, create=store is None)
    try:
        if sweep:
            filters = replace(filters, sweep=lookup.find_sweep(opened, sweep).id)
        rows = islice(_ROWS[what](opened, filters), offset, None)
        if as_json:
            print_json(list(islice(rows, limit)))
        else:
            filtered = filters != _Filters(None, False, None, None, {}, None)
            _show(what, rows, limit=limit or _SHOWN, offset=offset, filtered=filtered)
            for mark in opened.deletions():
                console(stderr=True).print(words(f"! {told_mark(mark)}", "yellow"), soft_wrap=True)
    finally:
        opened.close()


def _refuse_idle(what: What, filters: _Filters, sweep: str | None) -> None:
    """Raise `BadInput` for filters that say nothing of what is listed: they must not seem to be heeded."""
    if what is not What.RUNS and (filters.where or filters.state):
        raise BadInput(f"--where and --state are of runs; leave them out, or list runs instead of {what.value}")
    if what is What.EXPERIMENTS and sweep:
        raise BadInput("--sweep is of sweeps and runs; leave it out, or list those")


def _experiments(store: Store, filters: _Filters) -> Iterator[dict[str, Any]]:
    for listed in store.list_experiments(filters.experiment_query):
        experiment = listed.experiment
        yield {
            "experiment": experiment.id,
            "title": experiment.title,
            "creator": experiment.creator,
            "note": experiment.note,
            "favourite": experiment.favourite,
            "revision": experiment.revision,
            "created": experiment.created,
            "origin": listed.origin and {"experiment": listed.origin, "version": experiment.origin},
            "versions": listed.versions,
            "roles": list(listed.roles),
            "models": list(listed.models),
            "sweeps": listed.sweeps,
        }


def _sweeps(store: Store, filters: _Filters) -> Iterator[dict[str, Any]]:
    me = this_worker()
    experiments = {
        listed.experiment.id: listed.experiment for listed in store.list_experiments(filters.experiment_query)
    }
    for sweep in store.sweeps():
        if sweep.experiment not in experiments or filters.sweep not in {None, sweep.id}:
            continue
        standing = sweep_status(store, sweep, me=me)
        yield {
            "sweep": sweep.id,
            "name": sweep.name,
            "experiment": sweep.experiment,
            "title": experiments[sweep.experiment].title,
            "creator": sweep.creator,
            "created": sweep.created,
            "conditions": sweep.conditions,
            "replicates": sweep.replicates,
            "runs": standing.counts.total,
            "counts": standing.counts.as_dict(),
            "done_by_protocol": {str(protocol): runs for protocol, runs in sorted(standing.done_by_protocol.items())},
            "faults": as_json(standing.faults.total),
        }


def _runs(store: Store, filters: _Filters) -> Iterator[dict[str, Any]]:
    for listed, state in list_runs(store, filters.run_query):
        status = listed.place.status
        counts = run_counts(status.counters)
        yield {
            "run": status.run,
            "sweep": listed.sweep,
            "experiment": listed.experiment,
            "condition": dict(listed.place.condition),
            "replicate": listed.place.replicate,
            "protocol": protocol_of_run(status),
            "state": state.value,
            "ended": status.ended,
            "messages": status.counters.messages,
            "faults": None if counts is None else as_json(counts),
            "error": status.error,
            "ran_by": status.by,
        }


_ROWS = {What.EXPERIMENTS: _experiments, What.SWEEPS: _sweeps, What.RUNS: _runs}


def _show(what: What, rows: Iterator[dict[str, Any]], *, limit: int, offset: int, filtered: bool) -> None:
    page = list(islice(rows, limit))
    screen = console()
    if not page:
        hint = "the filters, or --offset, leave none." if filtered or offset else f"`{program_name()} demo` makes some."
        screen.print(f"No {what.value} here: {hint}", soft_wrap=True)
        return
    screen.print(table_of(what.value, page))
    if next(rows, None) is not None:
        further = f"--offset {offset + len(page)}"
        screen.print(f"... and more: {further} shows what follows, filters narrow it, --json prints all.")
