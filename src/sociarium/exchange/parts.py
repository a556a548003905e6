"""A store's contents in parts that can be carried to another: an experiment's plans, then run by run what was left.

Nothing larger than one run is held at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sociarium.exchange.selection import Narrowing, Selection
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.journal import JournalEntry
from sociarium.records.plans import Epoch, Experiment, Member, SweepRecord, Version
from sociarium.records.runs import Claim, Run, Worker


@dataclass(frozen=True, slots=True)
class Plans:
    """An experiment with all its versions, and sweeps of it."""

    experiment: Experiment
    versions: tuple[Version, ...]
    sweeps: tuple[SweepRecord, ...]
    epochs: tuple[Epoch, ...]


@dataclass(frozen=True, slots=True)
class Remains:
    """A run and all that it left behind."""

    run: Run
    members: tuple[Member, ...]
    workers: tuple[Worker, ...]
    journal: tuple[JournalEntry, ...]
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]


Part = Plans | Remains


def parts(store: Store, selection: Selection) -> Iterator[Part]:
    """A selection in parts, its plans first."""
    versions = tuple(store.versions(selection.experiment.id))
    epochs = tuple(epoch for sweep in selection.sweeps for epoch in store.epochs(sweep.id))
    # The oldest first: a store that numbers what it is given gives the same numbers.
    yield Plans(selection.experiment, versions, tuple(reversed(selection.sweeps)), epochs)
    sweeps = {sweep.id for sweep in selection.sweeps}
    for _, place in selection.runs(store, Narrowing(begun_only=False)):
        yield _remains(store, place.status.run, sweeps)


def everything(store: Store, experiment: str | None = None) -> Iterator[Part]:
    """A whole store in parts, or one experiment of it; the oldest first."""
    for found in reversed(list(store.experiments())):
        versions = store.versions(found.id)
        if versions and experiment in {None, found.id}:
            yield from parts(store, Selection(found, versions[-1], tuple(store.sweeps(found.id))))


def _remains(store: Store, run: str, sweeps: set[str]) -> Remains:
    # Of a run that goes on meanwhile: what is read later may be longer, and each of these follows from the next.
    claims = tuple(store.claims(run))
    events = tuple(store.events(run))
    journal = tuple(store.journal(run))
    members = tuple(member for member in store.members(run) if member.sweep in sweeps)
    workers = store.workers(sorted({claim.worker for claim in claims}))
    return Remains(store.run(run), members, tuple(workers.values()), journal, events, claims)
