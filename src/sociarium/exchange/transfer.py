"""A store's contents in parts that can be carried to another: an experiment's plans, then run by run what was left.

Nothing larger than one run is held at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sociarium.environments.protocols import protocol_of
from sociarium.errors import BeingDeleted
from sociarium.exchange.feeds import populations
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import JournalEntry
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.plans import Edit, Experiment, Member, ModelVersion, SweepRecord, Version, latest_version
from sociarium.records.runs import Claim, Run, Worker
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.run.population import record_of


@dataclass(frozen=True, slots=True)
class PlanData:
    """An experiment with all its versions, and sweeps of it."""

    experiment: Experiment
    versions: tuple[Version, ...]
    sweeps: tuple[SweepRecord, ...]
    model_versions: tuple[ModelVersion, ...]
    edit: Edit | None = None
    """The latest of the experiment's note and favourite."""
    orders: tuple[SteeringOrder, ...] = ()
    """Those about the sweeps, in the order of these, by number."""
    codebooks: tuple[Codebook, ...] = ()


@dataclass(frozen=True, slots=True)
class RunData:
    """A run and all that it left behind."""

    run: Run
    members: tuple[Member, ...]
    workers: tuple[Worker, ...]
    journal: tuple[JournalEntry, ...]
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]
    edit: Edit | None = None
    """The latest of the run's note and favourite."""
    inputs: tuple[Input, ...] = ()
    interviews: tuple[Interview, ...] = ()
    labels: tuple[Label, ...] = ()
    """Of all codebooks, every revision."""
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not carried over; `reason` says what, and why."""

    reason: str


Part = PlanData | RunData | Missing


def parts(store: Store, selection: Selection) -> Iterator[Part]:
    """A selection in parts, its plans first."""
    versions = tuple(store.versions(selection.experiment.id))
    model_versions = tuple(version for sweep in selection.sweeps for version in store.model_versions(sweep.id))
    # The oldest first: a store that numbers what it is given gives the same numbers.
    id_ = selection.experiment.id
    edit = store.latest_edits("experiment", [id_]).get(id_)
    oldest_first = tuple(reversed(selection.sweeps))
    orders = tuple(order for sweep in oldest_first for order in store.orders(sweep.id))
    codebooks = tuple(store.codebooks(id_))
    yield PlanData(selection.experiment, versions, oldest_first, model_versions, edit, orders, codebooks)
    sweeps = {sweep.id for sweep in selection.sweeps}
    sent_populations: set[str] = set()
    for _, slot in selection.runs(store, RunFilter(begun_only=False)):
        for population in _populations(store, slot.status.run):
            if population not in sent_populations:
                sent_populations.add(population)
                yield _run_data(store, population, sweeps)
        yield _run_data(store, slot.status.run, sweeps)


def _populations(store: Store, run: str) -> list[str]:
    """The populations that a feed took people of, as far as they were begun: runs that stand in no sweep."""
    record = store.run(run)
    if json.loads(record.content)["environment"] != "feed":
        return []
    content = read_content(record.content)
    assert isinstance(content, FeedContent)
    # By whichever rules they were written: a run may have been begun by older ones, and played anew by others.
    ids = [
        record_of(record, population, created="", protocol=protocol).id
        for population in populations(content)
        for protocol in range(1, protocol_of(population.environment) + 1)
    ]
    return [id_ for id_ in ids if id_ in store.ids_with_prefix("run", id_)]


def everything(store: Store, experiment: str | None = None) -> Iterator[Part]:
    """A whole store in parts, or one experiment of it; the oldest first."""
    for candidate in reversed(list(store.experiments())):
        if experiment not in {None, candidate.id}:
            continue
        try:
            refuse_deleted(store, candidate.id)
        except BeingDeleted as error:
            yield Missing(str(error))
            continue
        if (version := latest_version(store.versions(candidate.id))) is not None:
            yield from parts(store, Selection(candidate, version, tuple(store.sweeps(candidate.id))))


def _run_data(store: Store, run: str, sweeps: set[str]) -> RunData:
    # Of a run that goes on meanwhile: what is read later may be longer, and each of these follows from the next.
    claims = tuple(store.claims(run))
    events = tuple(store.events(run))
    journal = tuple(store.journal(run))
    members = tuple(member for member in store.members_of_run(run) if member.sweep in sweeps)
    workers = store.workers(sorted({claim.worker for claim in claims}))
    edit = store.latest_edits("run", [run]).get(run)
    inputs = tuple(store.inputs(run))
    return RunData(
        run=store.run(run),
        members=members,
        workers=tuple(workers.values()),
        journal=journal,
        events=events,
        claims=claims,
        edit=edit,
        inputs=inputs,
        interviews=tuple(store.interviews(run)),
        labels=tuple(store.labels_of([run])),
        measures=tuple(store.measures_of([run])),
    )
