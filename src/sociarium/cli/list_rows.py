"""Rows of lists, as `list --json` prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sociarium.cli.run_costs import RunCosts
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import environment_of
from sociarium.records.runs import RunState, protocol_of_run
from sociarium.runner.library.faults import as_json, run_counts
from sociarium.runner.library.message_counts import message_count
from sociarium.runner.library.run_list import list_runs
from sociarium.runner.library.status import sweep_status
from sociarium.runner.workers.process import this_worker


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What a list is narrowed to; see the command's options."""

    creator: str | None = None
    favourite: bool = False
    role: str | None = None
    model: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    state: RunState | None = None
    sweep: str | None = None

    @property
    def experiment_query(self) -> ExperimentQuery:
        """The filters that are of experiments."""
        return ExperimentQuery(self.creator, self.favourite, self.role, self.model)

    @property
    def run_query(self) -> RunQuery:
        """The filters as they are of runs."""
        return RunQuery(
            self.creator, self.favourite, self.role, self.model, dict(self.where), self.state, sweep=self.sweep
        )


def experiment_rows(store: Store, filters: ListFilters) -> Iterator[dict[str, Any]]:
    """Experiments, the latest first."""
    yield from map(experiment_row, store.list_experiments(filters.experiment_query))


def experiment_row(listed: ListedExperiment) -> dict[str, Any]:
    """One experiment."""
    experiment = listed.experiment
    return {
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


def sweep_rows(store: Store, filters: ListFilters) -> Iterator[dict[str, Any]]:
    """Sweeps, the latest first."""
    me = this_worker()
    experiments = {
        listed.experiment.id: listed.experiment for listed in store.list_experiments(filters.experiment_query)
    }
    for sweep in store.sweeps():
        if sweep.experiment not in experiments or filters.sweep not in {None, sweep.id}:
            continue
        standing = sweep_status(store, sweep, me=me)
        is_own = sweep.origin is None and sweep.creator == experiments[sweep.experiment].creator
        yield {
            "sweep": sweep.id,
            "name": sweep.name,
            "label": sweep.label,
            "origin": sweep.origin and sweep.origin.as_json(),
            "experiment": sweep.experiment,
            "title": experiments[sweep.experiment].title,
            "creator": sweep.creator,
            # What a creator begins anew is of their own versions; a version is read only where it may be another's.
            "changed_by": None if is_own else store.version(sweep.version).by,
            "created": sweep.created,
            "conditions": sweep.conditions,
            "replicates": sweep.replicates,
            "runs": standing.counts.total,
            "counts": standing.counts.as_dict(),
            "done_by_protocol": {str(protocol): runs for protocol, runs in sorted(standing.done_by_protocol.items())},
            "faults": as_json(standing.faults.total),
        }


def run_rows(store: Store, filters: ListFilters) -> Iterator[dict[str, Any]]:
    """Runs, those of the latest sweep first."""
    yield from rows_of_runs(store, list_runs(store, filters.run_query))


def rows_of_runs(store: Store, runs: Iterable[tuple[ListedRun, RunState]]) -> Iterator[dict[str, Any]]:
    """Runs, each with the state that it is in now."""
    costs = RunCosts(store)
    title_of = lru_cache(maxsize=None)(lambda experiment: store.experiment(experiment).title)
    kind_of = lru_cache(maxsize=None)(lambda sweep: environment_of(store.version(store.sweep(sweep).version).document))
    for listed, state in runs:
        status = listed.place.status
        counts = run_counts(status.counters)
        yield {
            "run": status.run,
            "sweep": listed.sweep,
            "experiment": listed.experiment,
            "title": title_of(listed.experiment),
            "environment": kind_of(listed.sweep),
            "condition": dict(listed.place.condition),
            "replicate": listed.place.replicate,
            "protocol": protocol_of_run(status),
            "state": state.value,
            "ended": status.ended,
            "messages": message_count(store, status),
            "cost": costs.of(listed.sweep, status),
            "faults": None if counts is None else as_json(counts),
            "error": status.error,
            "ran_by": status.by,
            "started": status.started,
            "finished": status.finished,
        }
